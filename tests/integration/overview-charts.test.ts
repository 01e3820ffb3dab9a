// Figures day by day, on both databases.
import { expect, test } from 'vitest'
import type { TestCatalog } from '../../server/db/testing.ts'
import { dateOf, parseTime } from '../../server/lib/clock.ts'
import { addSamples } from '../../server/services/metrics/samples.ts'
import { charts } from '../../server/services/overview/charts.ts'
import { onBothDatabases } from '../services/both.ts'

const NOW = parseTime('2026-03-30T10:00:00Z')
const nothing = {
  ...{ succeeded: 0, warning: 0, failed: 0, missed: 0, successRate: null, medianSeconds: null, p95Seconds: null },
  ...{ bytesRead: null, bytesStored: null, repositoryBytes: null, logicalBytes: null, ratio: null },
}
const ask = async (catalog: TestCatalog, days: number, timezone = 'UTC') =>
  (await charts(catalog, { days, timezone }, NOW)).days

const addRun = (catalog: TestCatalog, state: string, at: string, fields: object = {}, seconds?: number) =>
  catalog.transaction((tx) => {
    const queuedAt = dateOf(parseTime(at))
    const times =
      seconds === undefined ? {} : { startedAt: queuedAt, finishedAt: dateOf(parseTime(at) + seconds * 1000) }
    const base = { kind: 'backup', trigger: 'manual', payload: '{}', notBefore: queuedAt, queuedAt }
    return tx.run.create({ data: { ...base, ...times, state, ...fields }, select: { id: true } })
  })

const addRepository = (catalog: TestCatalog, name: string, createdAt: string, fields: object = {}) =>
  catalog.transaction((tx) =>
    tx.repository.create({
      data: {
        ...{ name, type: 'local', location: `/${name}`, secretSource: '{}', createdAt: dateOf(parseTime(createdAt)) },
        ...fields,
      },
    }),
  )

const measure = (catalog: TestCatalog, name: string, at: string, stored: number, logical?: number) =>
  catalog.transaction((tx) =>
    addSamples(tx, name, { 'repository.stored_bytes': stored, 'repository.logical_bytes': logical }, parseTime(at)),
  )

onBothDatabases('charts', ({ open }) => {
  test('know nothing where nothing is', async () => {
    await using catalog = await open()
    expect(await ask(catalog, 2)).toEqual([
      { day: '2026-03-29', ...nothing },
      { day: '2026-03-30', ...nothing },
    ])
    await expect(ask(catalog, 2, 'Europe/Atlantis')).rejects.toMatchObject({ code: 'usage' })
  })

  test('count how backups ended; other runs, and cancelled ones, say nothing', async () => {
    await using catalog = await open()
    for (const state of ['succeeded', 'succeeded', 'warning', 'failed', 'orphaned', 'cancelled', 'running'])
      await addRun(catalog, state, '2026-03-29T12:00:00Z')
    await addRun(catalog, 'missed', '2026-03-30T08:00:00Z', { slot: dateOf(parseTime('2026-03-29T03:00:00Z')) })
    await addRun(catalog, 'failed', '2026-03-30T08:00:00Z', { kind: 'verify' })
    const [first, second] = await ask(catalog, 2)
    expect(first).toEqual({
      ...{ ...nothing, day: '2026-03-29', succeeded: 2, warning: 1, failed: 2, missed: 1, successRate: 0.5 },
    })
    expect(second).toEqual({ ...nothing, day: '2026-03-30' })
  })

  test('tell the median and the 95th percentile of durations, and bytes as far as they are known', async () => {
    await using catalog = await open()
    for (let seconds = 1; seconds <= 20; seconds++)
      await addRun(catalog, 'succeeded', '2026-03-28T12:00:00Z', { bytesRead: BigInt(seconds) }, seconds)
    await addRun(catalog, 'failed', '2026-03-28T12:00:00Z', { bytesRead: 2n ** 40n }, 5000)
    for (const seconds of [9, 1, 2]) await addRun(catalog, 'warning', '2026-03-29T23:59:59Z', {}, seconds)
    const [first, second, third] = await ask(catalog, 3)
    expect(first).toMatchObject({ medianSeconds: 10.5, p95Seconds: 19, bytesRead: 2 ** 40 + 210, bytesStored: null })
    expect(second).toMatchObject({ medianSeconds: 2, p95Seconds: 9, bytesRead: null })
    expect(third).toMatchObject({ medianSeconds: null, p95Seconds: null })
  })

  test('carry the size of repositories from one measurement to the next, and are silent while one is unknown', async () => {
    await using catalog = await open()
    await addRepository(catalog, 'a', '2026-01-01T00:00:00Z')
    await addRepository(catalog, 'b', '2026-03-29T12:00:00Z')
    await addRepository(catalog, 'gone', '2026-01-01T00:00:00Z', { archivedAt: dateOf(NOW) })
    await measure(catalog, 'a', '2026-03-27T00:00:00Z', 100)
    await measure(catalog, 'a', '2026-03-27T23:59:59.999Z', 150, 300)
    await measure(catalog, 'a', '2026-03-28T00:00:00Z', 200, 500)
    await measure(catalog, 'b', '2026-03-30T09:00:00Z', 50, 250)
    const days = await ask(catalog, 5)
    expect(
      days.map(({ day, repositoryBytes, logicalBytes, ratio }) => [day, repositoryBytes, logicalBytes, ratio]),
    ).toEqual([
      ['2026-03-26', null, null, null],
      ['2026-03-27', 150, 300, 2],
      ['2026-03-28', 200, 500, 2.5],
      ['2026-03-29', null, null, null],
      ['2026-03-30', 250, 750, 3],
    ])
  })

  test('an empty repository has a size, and no ratio', async () => {
    await using catalog = await open()
    await addRepository(catalog, 'a', '2026-01-01T00:00:00Z')
    await measure(catalog, 'a', '2026-03-30T00:00:00Z', 0, 0)
    expect(await ask(catalog, 1)).toEqual([{ ...nothing, day: '2026-03-30', repositoryBytes: 0, logicalBytes: 0 }])
  })

  test('use the days of the zone', async () => {
    await using catalog = await open()
    await addRepository(catalog, 'a', '2026-01-01T00:00:00Z')
    // The day of 23 hours ends at 22:00 UTC.
    await measure(catalog, 'a', '2026-03-29T21:59:59Z', 1)
    await measure(catalog, 'a', '2026-03-29T22:00:00Z', 2)
    await addRun(catalog, 'succeeded', '2026-03-29T21:59:59Z')
    await addRun(catalog, 'failed', '2026-03-29T22:00:00Z')
    const days = await ask(catalog, 2, 'Europe/Berlin')
    expect(days.map(({ succeeded, failed, repositoryBytes }) => [succeeded, failed, repositoryBytes])).toEqual([
      [1, 0, 1],
      [0, 1, 2],
    ])
  })
})
