// The strip of days for each schedule, on both databases.
import { expect, test } from 'vitest'
import type { TestCatalog } from '../../server/db/testing.ts'
import { dateOf, parseTime } from '../../server/lib/clock.ts'
import { dayStrip } from '../../server/services/overview/strip.ts'
import { onBothDatabases } from '../services/both.ts'

const NOW = parseTime('2026-03-30T10:00:00Z')
const schedule = { type: 'full', cron: '0 2 * * *', timezone: 'UTC', includePaths: '[]' }

const addSchedules = (catalog: TestCatalog, rows: readonly { id: string; [field: string]: unknown }[]) =>
  catalog.transaction((tx) =>
    tx.schedule.createMany({ data: rows.map((row) => ({ ...schedule, name: row.id, ...row })) }),
  )

type Run = readonly [id: string, state: string, queuedAt: string, slot?: string]
const addRuns = (catalog: TestCatalog, scheduleId: string, runs: readonly Run[]) =>
  catalog.transaction((tx) =>
    tx.run.createMany({
      data: runs.map(([id, state, queued, slot]) => ({
        id,
        scheduleId,
        state,
        kind: 'backup',
        trigger: 'schedule',
        payload: '{}',
        notBefore: dateOf(0),
        queuedAt: dateOf(parseTime(queued)),
        slot: slot === undefined ? null : dateOf(parseTime(slot)),
      })),
    }),
  )

const strip = (catalog: TestCatalog, days: number, timezone = 'UTC') => dayStrip(catalog, { days, timezone }, NOW)
const zero = { succeeded: 0, warning: 0, failed: 0, missed: 0, running: 0 }
const none = { state: 'none', ...zero, runId: null }

onBothDatabases('the strip of days', ({ open }) => {
  test('is empty without schedules, and a row of "none" without runs', async () => {
    await using catalog = await open()
    const days = ['2026-03-29', '2026-03-30']
    expect(await strip(catalog, 2)).toEqual({ timezone: 'UTC', days, sources: [], omitted: 0 })
    await addSchedules(catalog, [
      { id: 'b', pausedAt: dateOf(NOW) },
      { id: 'a' },
      { id: 'gone', removedAt: dateOf(NOW) },
      { id: 'off', enabled: false },
    ])
    await addRuns(catalog, 'gone', [['g', 'failed', '2026-03-30T02:00:00Z']])
    const cells = [none, none]
    expect((await strip(catalog, 2)).sources).toEqual([
      { scheduleId: 'a', name: 'a', enabled: true, paused: false, cells },
      { scheduleId: 'b', name: 'b', enabled: true, paused: true, cells },
      { scheduleId: 'off', name: 'off', enabled: false, paused: false, cells },
    ])
  })

  test('shows the worst state of a day, all counts, and the newest run in that state', async () => {
    await using catalog = await open()
    await addSchedules(catalog, [{ id: 'a' }, { id: 'b' }])
    await addRuns(catalog, 'a', [
      ['r9', 'failed', '2026-03-27T01:00:00Z'],
      ['r1', 'orphaned', '2026-03-27T02:00:00Z'],
      ['r2', 'succeeded', '2026-03-27T03:00:00Z'],
      ['r3', 'warning', '2026-03-28T03:00:00Z'],
      ['r4', 'succeeded', '2026-03-28T04:00:00Z'],
      ['r5', 'cancelled', '2026-03-29T04:00:00Z'],
      ['r6', 'succeeded', '2026-03-30T04:00:00Z'],
      ['r7', 'running', '2026-03-30T05:00:00Z'],
      ['r8', 'queued', '2026-03-30T06:00:00Z'],
    ])
    await addRuns(catalog, 'b', [['s1', 'succeeded', '2026-03-28T04:00:00Z']])
    const [a, b] = (await strip(catalog, 4)).sources
    expect(a?.cells).toEqual([
      { ...zero, state: 'failed', failed: 2, succeeded: 1, runId: 'r1' },
      { ...zero, state: 'warning', warning: 1, succeeded: 1, runId: 'r3' },
      none,
      { ...zero, state: 'running', running: 2, succeeded: 1, runId: 'r8' },
    ])
    expect(b?.cells).toEqual([none, { ...zero, state: 'ok', succeeded: 1, runId: 's1' }, none, none])
  })

  test('puts a slot that was found missed later on the day of the slot', async () => {
    await using catalog = await open()
    await addSchedules(catalog, [{ id: 'a' }])
    await addRuns(catalog, 'a', [
      ['old', 'missed', '2026-03-30T08:00:00Z', '2026-03-27T02:00:00Z'],
      ['m1', 'missed', '2026-03-30T08:00:00Z', '2026-03-28T02:00:00Z'],
      ['m2', 'missed', '2026-03-30T08:00:00Z', '2026-03-29T02:00:00Z'],
      ['c', 'succeeded', '2026-03-30T08:00:00Z', '2026-03-30T02:00:00Z'],
    ])
    const cells = (await strip(catalog, 3)).sources[0]?.cells
    expect(cells?.map(({ state, missed, runId }) => [state, missed, runId])).toEqual([
      ['missed', 1, 'm1'],
      ['missed', 1, 'm2'],
      ['ok', 0, 'c'],
    ])
  })

  test('counts by days of the zone, also the one of 23 hours', async () => {
    await using catalog = await open()
    await addSchedules(catalog, [{ id: 'a' }])
    await addRuns(catalog, 'a', [
      ['before', 'failed', '2026-03-27T22:59:59.999Z'],
      ['r1', 'succeeded', '2026-03-27T23:00:00Z'],
      ['r2', 'warning', '2026-03-28T22:59:59.999Z'],
      ['r3', 'succeeded', '2026-03-28T23:00:00Z'],
      ['r4', 'warning', '2026-03-29T21:59:59.999Z'],
      ['r5', 'succeeded', '2026-03-29T22:00:00Z'],
    ])
    const { days, sources } = await strip(catalog, 3, 'Europe/Berlin')
    expect(days).toEqual(['2026-03-28', '2026-03-29', '2026-03-30'])
    expect(sources[0]?.cells.map(({ state, succeeded, warning, runId }) => [state, succeeded, warning, runId])).toEqual(
      [
        ['warning', 1, 1, 'r2'],
        ['warning', 1, 1, 'r4'],
        ['ok', 1, 0, 'r5'],
      ],
    )
  })

  test('refuses a zone that does not exist', async () => {
    await using catalog = await open()
    await expect(strip(catalog, 3, 'Europe/Atlantis')).rejects.toMatchObject({ code: 'usage' })
  })
})
