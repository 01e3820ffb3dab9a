import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diffDocuments, same } from './diff.ts'

describe('a difference', () => {
  it.each([
    [{ a: { b: 1 } }, { a: { b: 2 } }, [{ path: 'a.b', before: 1, after: 2 }]],
    [{}, { a: { b: 2 } }, [{ path: 'a', after: { b: 2 } }]],
    [{ a: [1, 2] }, {}, [{ path: 'a', before: [1, 2] }]],
    [{ a: [1, 2] }, { a: [2, 1] }, [{ path: 'a', before: [1, 2], after: [2, 1] }]],
    [{ a: { 'b.c': 1 } }, { a: {} }, [{ path: 'a["b.c"]', before: 1 }]],
    [{ a: false }, { a: null }, [{ path: 'a', before: false, after: null }]],
  ])('%j to %j', (before, after, expected) => expect(diffDocuments(before, after)).toEqual(expected))

  it('in a list of things with names goes by the name', () => {
    const before = { list: [{ name: 'a', level: 1 }, { name: 'b' }] }
    const after = { list: [{ name: 'b' }, { name: 'a', level: 2 }] }
    expect(diffDocuments(before, after)).toEqual([
      { path: 'list[a].level', before: 1, after: 2 },
      { path: 'list', before: ['a', 'b'], after: ['b', 'a'] },
    ])
    expect(diffDocuments(before, { list: [] })).toEqual([
      { path: 'list[a]', before: { name: 'a', level: 1 } },
      { path: 'list[b]', before: { name: 'b' } },
    ])
  })

  it('is none between documents that say the same, and some between others', () => {
    const json = fc.jsonValue({ maxDepth: 4 }).filter((value) => typeof value === 'object')
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(diffDocuments(a, structuredClone(a))).toEqual([])
        expect(diffDocuments(a, b).length === 0).toBe(same(a, b))
      }),
    )
  })
})
