// The last run of each schedule, on both databases.
import { expect, test } from 'vitest'
import { dateOf } from '../../server/lib/clock.ts'
import { lastRunsOf } from '../../server/services/schedules/last-runs.ts'
import { onBothDatabases } from '../services/both.ts'

onBothDatabases('last runs', ({ open }) => {
  test('are found by schedule, of equal times the later id, none where there is none', async () => {
    await using catalog = await open()
    const schedule = { type: 'full', cron: '0 2 * * *', timezone: 'UTC', includePaths: '[]' }
    const run = { kind: 'backup', state: 'succeeded', trigger: 'schedule', payload: '{}', notBefore: dateOf(0) }
    await catalog.transaction(async (tx) => {
      for (const id of ['a', 'b', 'c', 'd']) await tx.schedule.create({ data: { id, name: id, ...schedule } })
      const runs = [
        ['a1', 'a', 5],
        ['a2', 'a', 7],
        ['a3', 'a', 6],
        ['b1', 'b', 1],
        ['b2', 'b', 1],
        ['d1', 'd', 9],
      ] as const
      for (const [id, scheduleId, at] of runs)
        await tx.run.create({ data: { ...run, id, scheduleId, queuedAt: dateOf(at) } })
    })
    const found = await lastRunsOf(catalog.db, ['a', 'b', 'c', 'none'])
    expect([...found].map(([id, { id: last }]) => `${id}: ${last}`).sort()).toEqual(['a: a2', 'b: b2'])
    expect(await lastRunsOf(catalog.db, [])).toEqual(new Map())
  })
})
