// Changes put on top of what somebody else saved meanwhile: nothing of the other gets lost without a word.
import { describe, expect, test } from 'vitest'
import { rebased } from './rebase.ts'

const merged = (base: unknown, mine: unknown, theirs: unknown) => {
  const { document, conflicts } = rebased(base, mine, theirs)
  expect(conflicts).toEqual([])
  return document
}

test('my changes go on top of theirs, key by key', () => {
  const base = { a: { x: 1, y: 1 }, list: [1], gone: true }
  const mine = { a: { x: 2, y: 1 }, list: [1] }
  const theirs = { a: { x: 1, y: 5, z: 6 }, list: [1, 2], gone: true, added: 'new' }
  expect(merged(base, mine, theirs)).toEqual({ a: { x: 2, y: 5, z: 6 }, list: [1, 2], added: 'new' })
})

test('where both changed the same, mine counts, and it is said', () => {
  expect(rebased({ a: 1 }, { a: 2 }, { a: 3 })).toEqual({ document: { a: 2 }, conflicts: ['a'] })
  expect(rebased({ a: { b: 1 } }, { a: { b: 2 } }, {})).toEqual({ document: { a: { b: 2 } }, conflicts: ['a'] })
  expect(rebased({ a: 1, c: 1 }, { c: 1 }, { a: 2, c: 1 })).toEqual({ document: { c: 1 }, conflicts: ['a'] })
  expect(merged({ a: 1 }, { a: 2 }, { a: 2 })).toEqual({ a: 2 })
})

describe('lists', () => {
  test('of texts keep what either added, and lose what either took out', () => {
    expect(merged(['a', 'b', 'c'], ['a', 'mine', 'b'], ['theirs', 'b', 'c'])).toEqual(['mine', 'theirs', 'b'])
    expect(merged(undefined, ['mine'], ['theirs'])).toEqual(['mine', 'theirs'])
    expect(merged(['a'], ['a', 'new'], ['a', 'new'])).toEqual(['a', 'new'])
  })

  test('of things with names are merged by name', () => {
    const [one, two] = [
      { name: 'one', on: true, level: 1 },
      { name: 'two', on: true, level: 1 },
    ]
    const mine = [{ ...one, on: false }, two, { name: 'mine' }]
    const theirs = [{ ...one, level: 2 }, { name: 'theirs' }]
    expect(merged([one, two], mine, theirs)).toEqual([
      { name: 'one', on: false, level: 2 },
      { name: 'mine' },
      { name: 'theirs' },
    ])
  })

  test('say where both changed the same thing, or one took out what the other changed', () => {
    const at = (level: number) => ({ list: [{ name: 'one', level }] })
    expect(rebased(at(1), at(2), at(3))).toEqual({ document: at(2), conflicts: ['list[one].level'] })
    expect(rebased(at(1), { list: [] }, at(3))).toEqual({ document: { list: [] }, conflicts: ['list[one]'] })
    expect(rebased(at(1), at(2), { list: [] })).toEqual({ document: at(2), conflicts: ['list[one]'] })
  })

  test('keep the order of whom it was changed by; changed by both it is mine, and that is said', () => {
    expect(merged(['a', 'b', 'c'], ['c', 'b', 'a'], ['a', 'b', 'c', 'd'])).toEqual(['c', 'd', 'b', 'a'])
    expect(merged(['a', 'b', 'c'], ['a', 'b', 'c', 'd'], ['c', 'b', 'a'])).toEqual(['c', 'd', 'b', 'a'])
    const both = rebased({ x: ['a', 'b', 'c'] }, { x: ['c', 'b', 'a'] }, { x: ['b', 'a', 'c'] })
    expect(both).toEqual({ document: { x: ['c', 'b', 'a'] }, conflicts: ['x'] })
  })

  test('of things without names are merged as long as it is clear which is which', () => {
    const [a, b, c] = [{ v: 1, w: 1 }, { v: 2 }, { v: 3 }]
    expect(merged([a], [a, b], [{ w: 1, v: 1 }, c])).toEqual([a, b, c])
    expect(rebased([a], [b], [c])).toEqual({ document: [b], conflicts: [''] })
    expect(rebased(['x', 'x'], ['x', 'x', 'y'], ['x'])).toEqual({ document: ['x', 'x', 'y'], conflicts: [''] })
  })
})
