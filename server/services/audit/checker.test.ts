import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashOf } from './chain.ts'
import { type AnchorPoint, ChainChecker, type Finding, type StoredRow } from './checker.ts'
import { chainOf } from './testing.ts'

const trail = (count: number): StoredRow[] => [...chainOf(count, (seq) => ({ details: { number: seq } }))]

function check(rows: readonly StoredRow[], anchor: AnchorPoint | null = null): Finding[] {
  const checker = new ChainChecker(anchor ? [anchor] : [])
  for (const row of [...rows].sort((a, b) => a.seq - b.seq)) checker.push(row)
  checker.end()
  return checker.findings
}

const brief = (findings: readonly Finding[]): string[] => findings.map(({ kind, seq }) => `${kind} ${seq}`)
const rehashed = (row: StoredRow): StoredRow => ({ ...row, hash: hashOf(row) })
const anchorOf = (rows: readonly StoredRow[]): AnchorPoint => rows.at(-1)!

describe('a trail that nobody touched', () => {
  it('has no finding, with and without an anchor, empty or not', () => {
    const rows = trail(30)
    expect(check([])).toEqual([])
    expect(check(rows)).toEqual([])
    expect(check(rows, anchorOf(rows))).toEqual([])
    expect(check(rows, rows[11])).toEqual([])
  })
})

describe('what was done to a trail is named', () => {
  const rows = trail(30)
  const at = (seq: number): StoredRow => rows[seq - 1]!
  const without = (...gone: number[]): StoredRow[] => rows.filter(({ seq }) => !gone.includes(seq))
  const renumberedFrom = (seq: number, by: number, all: readonly StoredRow[]): StoredRow[] =>
    all.map((row) => (row.seq >= seq ? { ...row, seq: row.seq + by } : row))

  it('a field changed', () => {
    expect(brief(check([...without(12), { ...at(12), actorName: 'mallory' }]))).toEqual(['changed 12'])
  })

  it('a field changed and its hash made to fit', () => {
    expect(brief(check([...without(12), rehashed({ ...at(12), result: 'denied' })]))).toEqual(['changed 12'])
  })

  it('the link changed and the hash made to fit', () => {
    expect(brief(check([...without(12), rehashed({ ...at(12), previousHash: 'a'.repeat(64) })]))).toEqual([
      'changed 12',
    ])
    expect(brief(check([...without(1), rehashed({ ...at(1), previousHash: 'a'.repeat(64) })]))).toContain('changed 1')
  })

  it('only the hash changed', () => {
    expect(brief(check([...without(12), { ...at(12), hash: 'b'.repeat(64) }]))).toEqual(['changed 12'])
  })

  it('a time that is none', () => {
    expect(brief(check([...without(12), { ...at(12), at: 9e18 }]))).toEqual(['changed 12'])
  })

  it('rows taken out', () => {
    expect(check(without(12))).toEqual([{ seq: 12, kind: 'missing', message: 'Event 12 is missing' }])
    expect(check(without(12, 13, 20)).map(({ message }) => message)).toEqual([
      'Events 12 to 13 are missing',
      'Event 20 is missing',
    ])
    expect(brief(check(without(1)))).toEqual(['missing 1'])
  })

  it('a row taken out and the rest renumbered', () => {
    const findings = check(renumberedFrom(13, -1, without(12)))
    expect(brief(findings)).toEqual(['missing 12'])
    expect(findings[0]!.message).toContain('renumbered')
  })

  it('a row put in and the rest renumbered', () => {
    const forged = rehashed({ ...at(12), actorName: 'mallory' })
    expect(brief(check([...renumberedFrom(12, 1, rows), forged]))).toEqual(['inserted 12'])
  })

  it('a row put in before the first', () => {
    expect(brief(check([...rows, { ...at(3), seq: 0 }]))).toEqual(['inserted 0'])
  })

  it('two rows exchanged, beside each other and far apart', () => {
    const swapped = (a: number, b: number): StoredRow[] => [
      ...without(a, b),
      { ...at(a), seq: b },
      { ...at(b), seq: a },
    ]
    expect(brief(check(swapped(12, 13)))).toEqual(['moved 12', 'moved 13'])
    expect(brief(check(swapped(5, 25)))).toEqual(['moved 5', 'moved 25'])
  })

  it('the end cut off', () => {
    const cut = rows.slice(0, 20)
    expect(check(cut)).toEqual([])
    expect(brief(check(cut, anchorOf(rows)))).toEqual(['truncated 21'])
    expect(brief(check([], anchorOf(rows)))).toEqual(['truncated 1'])
  })

  it('all rewritten from somewhere on', () => {
    const forged = [...chainOf(30, (seq) => ({ details: { number: seq === 12 ? 'forged' : seq } }))]
    expect(check(forged)).toEqual([])
    expect(brief(check(forged, anchorOf(rows)))).toEqual(['changed 30'])
  })

  it('everything: findings are limited and the rest is counted', () => {
    const checker = new ChainChecker()
    for (const row of chainOf(500)) checker.push({ ...row, actorName: 'mallory' })
    checker.end()
    expect(checker.findings).toHaveLength(100)
    expect(checker.omitted).toBe(400)
  })
})

describe('whatever is changed anywhere', () => {
  const texts = ['actorKind', 'actorName', 'action', 'result', 'ip', 'details', 'previousHash', 'hash'] as const
  const rows = trail(12)

  it('any field of any row: that row is named, with or without a hash that fits', () => {
    const cases = fc.record({
      seq: fc.integer({ min: 1, max: 11 }),
      field: fc.constantFrom(...texts),
      value: fc.string(),
      fitting: fc.boolean(),
    })
    fc.assert(
      fc.property(cases, ({ seq, field, value, fitting }) => {
        const original = rows[seq - 1]!
        fc.pre(original[field] !== value)
        const changed = { ...original, [field]: value }
        const forged = fitting && field !== 'hash' ? rehashed(changed) : changed
        const findings = check(rows.map((row) => (row.seq === seq ? forged : row)))
        expect(findings.map((finding) => finding.seq)).toContain(seq)
      }),
    )
  })

  it('any rows taken out: all of them are named', () => {
    fc.assert(
      fc.property(fc.subarray(rows, { maxLength: 11 }), (left) => {
        const findings = check(left, anchorOf(rows))
        expect(findings.length === 0).toBe(left.length === rows.length)
      }),
    )
  })

  it('any order of any rows: only the right one passes', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: 2 }), (some) => {
        const renumbered = some.map((row, index) => ({ ...row, seq: index + 1 }))
        const same = renumbered.every((row, index) => row === rows[index] || row.hash === rows[index]!.hash)
        const findings = check(renumbered, anchorOf(rows))
        expect(findings.length === 0).toBe(same && some.length === rows.length)
      }),
    )
  })
})

it('several events that are known from elsewhere are all looked for', () => {
  const rows = trail(20)
  const findings = (points: readonly AnchorPoint[]): string[] => {
    const checker = new ChainChecker(points)
    for (const row of rows) checker.push(row)
    checker.end()
    return brief(checker.findings)
  }
  expect(findings([rows[3]!, rows[19]!])).toEqual([])
  expect(findings([{ seq: 4, hash: rows[4]!.hash }, rows[19]!, { seq: 21, hash: rows[0]!.hash }])).toEqual([
    'changed 4',
    'truncated 21',
  ])
})
