import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { onBothDatabases } from '../../../tests/services/both.ts'
import { openTestCatalog, type TestCatalog } from '../../db/testing.ts'
import type { StorableEntry } from './audit.ts'
import { exportEvents } from './export.ts'
import { type AuditFilter, keyOf, listEvents } from './list.ts'
import { chainOf, insertRows, START, testActor } from './testing.ts'

const COUNT = 12_000
const actions = [
  'schedule.update',
  'schedule.create',
  'schedules.list',
  'run.start',
  'run.cancel',
  'user.sign_in',
  'audit.export',
]
const actors = ['u1', 'u2', 'u3', 'rare']

/** Clocks are set back now and then: numbers and times do not grow together. */
const at = (seq: number): number => START + seq * 1000 - (seq > 5000 && seq < 5400 ? 3_600_000 : 0)

const entryOf = (seq: number): Partial<StorableEntry> & { at: number } => ({
  at: at(seq),
  actor: { ...testActor, id: seq % 4001 === 0 ? 'rare' : actors[(seq * 7) % 3]! },
  action: actions[(seq * 13) % actions.length]!,
  result: seq % 97 === 0 ? 'denied' : 'success',
  target: { kind: seq % 3 === 0 ? 'schedule' : 'run', id: `t${seq % 10}` },
})

const rows = [...chainOf(COUNT, entryOf)]
const byTime = [...rows].sort((a, b) => b.at - a.at || b.seq - a.seq)

const expected = (filter: AuditFilter): number[] =>
  byTime
    .filter(
      (row) =>
        (filter.actorId === undefined || row.actorId === filter.actorId) &&
        (filter.action === undefined || row.action.startsWith(filter.action)) &&
        (filter.targetKind === undefined || row.targetKind === filter.targetKind) &&
        (filter.targetId === undefined || row.targetId === filter.targetId) &&
        (filter.result === undefined || row.result === filter.result) &&
        (filter.from === undefined || row.at >= filter.from) &&
        (filter.until === undefined || row.at < filter.until),
    )
    .map(({ seq }) => seq)

describe('the list of events', () => {
  let catalog: TestCatalog
  beforeAll(async () => {
    catalog = await openTestCatalog()
    await insertRows(catalog, rows, 1000)
  })
  afterAll(() => catalog.close())

  /** All pages together; `pages` at most. */
  async function all(filter: AuditFilter, limit: number, pages = 10_000): Promise<number[]> {
    const found: number[] = []
    let after: ReturnType<typeof keyOf>
    for (let page = 0; page < pages; page++) {
      const { items, nextCursor } = await listEvents(catalog, filter, limit, after)
      expect(items.length).toBeLessThanOrEqual(limit)
      found.push(...items.map(({ seq }) => seq))
      if (nextCursor === null) return found
      after = keyOf(nextCursor)
    }
    return found
  }

  it('has pages that are full, follow each other and end', async () => {
    const first = await listEvents(catalog, {}, 50, undefined)
    expect(first.items.map(({ seq }) => seq)).toEqual(expected({}).slice(0, 50))
    const second = await listEvents(catalog, {}, 50, keyOf(first.nextCursor!))
    expect(second.items.map(({ seq }) => seq)).toEqual(expected({}).slice(50, 100))
    expect(await all({}, 200)).toEqual(expected({}))
  })

  it('ends exactly where the last page is full', async () => {
    const filter = { targetKind: 'run', targetId: 't7', from: at(COUNT - 300) }
    const all = expected(filter)
    expect((await listEvents(catalog, filter, all.length, undefined)).nextCursor).toBeNull()
    expect((await listEvents(catalog, filter, all.length - 1, undefined)).nextCursor).not.toBeNull()
  })

  it.each<[string, AuditFilter]>([
    ['actor', { actorId: 'u2' }],
    ['a rare actor', { actorId: 'rare' }],
    ['nobody', { actorId: 'nobody' }],
    ['action', { action: 'run.start' }],
    ['an area', { action: 'schedule.' }],
    ['the beginning of areas', { action: 'sched' }],
    ['the beginning of an action', { action: 'schedule.up' }],
    ['no such action', { action: 'zebra' }],
    ['no such area', { action: 'zebra.' }],
    ['target', { targetKind: 'schedule', targetId: 't3' }],
    ['kind of target', { targetKind: 'schedule' }],
    ['refusals', { result: 'denied' }],
    ['times', { from: at(3000), until: at(5200) }],
    ['actor and refusals', { actorId: 'u1', result: 'denied' }],
    ['beginning, result and time', { action: 'r', result: 'success', from: at(8000) }],
    ['areas and an actor', { action: 'sched', actorId: 'rare' }],
    ['never together', { actorId: 'rare', targetId: 't9', action: 'run' }],
  ])('gives all that match, once, in order: %s', async (_name, filter) => {
    expect(await all(filter, 100)).toEqual(expected(filter))
  })

  it('agrees with a plain filter for any filter and size of page', async () => {
    const some = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined })
    const time = fc.option(fc.integer({ min: START, max: at(COUNT) }), { nil: undefined })
    const filters = fc.record({
      actorId: some(...actors),
      action: some('', 's', 'schedule', 'schedule.', 'run.s', 'run.start', 'u'),
      targetKind: some('schedule', 'run'),
      targetId: some('t1', 't2'),
      result: some<'success' | 'denied'>('success', 'denied'),
      from: time,
      until: time,
    })
    await fc.assert(
      fc.asyncProperty(filters, fc.integer({ min: 20, max: 200 }), async (filter, limit) => {
        const found = await all(filter, limit, 4)
        expect(found).toEqual(expected(filter).slice(0, found.length))
        if (found.length < 4 * limit && found.length < expected(filter).length)
          expect(await all(filter, 200)).toEqual(expected(filter))
      }),
      { numRuns: 60 },
    )
  })

  it('knows its own cursors only', () => {
    expect(keyOf('1777863721000.5')).toEqual({ at: 1_777_863_721_000, seq: 5 })
    for (const other of ['', '5', '1.2.3', 'x.1', "1.1' OR 1=1", '1e5.2', '99999999999999999.1'])
      expect(keyOf(other)).toBeUndefined()
  })

  it('takes values of filters as values', async () => {
    expect(await all({ actorId: `u1' OR '1'='1` }, 10)).toEqual([])
    expect(await all({ action: `x') OR 1=1 --` }, 10)).toEqual([])
    expect(await all({ action: `run.%` }, 10)).toEqual([])
  })
})

onBothDatabases('an action that others begin with', ({ open }) => {
  it.each<[action: string, found: string[]]>([
    ['session.revoke', []],
    ['session.revoke_all', ['session.revoke_all']],
    ['session.rev', ['session.revoke_all']],
    ['profile.second_factor', []],
    ['profile.second_factor_', ['profile.second_factor_confirm', 'profile.second_factor_start']],
    ['page', ['page']],
    ['pag', ['page', 'pages.list']],
    ['request', []],
    ['requests.', ['requests.approve']],
  ])('is found alone, and any other text as a beginning: %s', async (action, found) => {
    await using catalog = await open()
    const there = [
      'session.revoke_all',
      'profile.second_factor_start',
      'profile.second_factor_confirm',
      'page',
      'pages.list',
      'requests.approve',
    ]
    await insertRows(
      catalog,
      chainOf(there.length, (seq) => ({ ...entryOf(seq), action: there[seq - 1]!, actor: testActor })),
    )
    for (const filter of [{ action }, { action, actorId: testActor.id! }]) {
      const { items } = await listEvents(catalog, filter, 50, undefined)
      expect(items.map((each) => each.action).toSorted()).toEqual(found)
    }
    const pieces: string[] = []
    for await (const piece of exportEvents(catalog, 'jsonl', { action })) pieces.push(piece)
    const lines = pieces.join('').split('\n').filter(Boolean)
    expect(lines.map((line) => (JSON.parse(line) as { action: string }).action).toSorted()).toEqual(found)
  })
})

describe('the export', () => {
  const read = async (format: 'csv' | 'jsonl', filter: AuditFilter = {}): Promise<string> => {
    await using catalog = await openTestCatalog()
    const name = '=HYPERLINK("http://x")'
    await insertRows(
      catalog,
      chainOf(2300, (seq) => ({
        ...entryOf(seq),
        ...(seq === 2 ? { actor: { ...testActor, name }, details: { a: 'b, "c"\n' } } : {}),
      })),
    )
    let text = ''
    for await (const piece of exportEvents(catalog, format, filter)) text += piece
    return text
  }

  it('gives JSON lines with everything that the hash is made of', async () => {
    const lines = (await read('jsonl')).trimEnd().split('\n')
    expect(lines).toHaveLength(2300)
    const second = JSON.parse(lines[1]!) as Record<string, unknown>
    expect(second).toMatchObject({ seq: 2, details: { a: 'b, "c"\n' } })
    expect(second.previousHash).toBe((JSON.parse(lines[0]!) as Record<string, unknown>).hash)
  })

  it('gives CSV that a spreadsheet reads as text', async () => {
    const text = await read('csv', { until: START + 3000 })
    // Without the mark Excel takes UTF-8 for the code page of the machine, and "Müller" for "MÃ¼ller".
    expect(Buffer.from(text).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
    const lines = text.slice(1).split('\r\n')
    expect(lines[0]).toMatch(/^seq,at,actor_kind,/)
    expect(lines[2]).toContain(`"'=HYPERLINK(""http://x"")"`)
    expect(lines[2]).toContain(`"{""a"":""b, \\""c\\""\\n""}"`)
    expect(lines).toHaveLength(4)
  })

  it('gives only what matches', async () => {
    const lines = (await read('jsonl', { result: 'denied', action: 'run' })).trimEnd().split('\n')
    const seqs = lines.map((line) => (JSON.parse(line) as { seq: number }).seq)
    expect(seqs).toEqual(
      rows
        .slice(0, 2300)
        .filter(({ result, action }) => result === 'denied' && action.startsWith('run'))
        .map(({ seq }) => seq),
    )
  })
})
