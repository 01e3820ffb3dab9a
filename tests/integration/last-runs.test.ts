// The last run of each schedule, on both databases.
import { expect, test } from 'vitest'
import { dateOf } from '../../server/lib/clock.ts'
import { scheduleStates } from '../../server/services/overview/queries.ts'
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

  test('after a downtime: the run that caught up, else the last slot that was missed', async () => {
    await using catalog = await open()
    const schedule = { type: 'full', cron: '0 2 * * *', timezone: 'UTC', includePaths: '[]' }
    const run = { kind: 'backup', trigger: 'schedule', payload: '{}', notBefore: dateOf(0), queuedAt: dateOf(9) }
    await catalog.transaction(async (tx) => {
      for (const id of ['a', 'b', 'c']) await tx.schedule.create({ data: { id, name: id, ...schedule } })
      const runs = [
        ['a1', 'a', 'succeeded', 1],
        ['a2', 'a', 'missed', 3],
        ['a3', 'a', 'missed', 2],
        ['b1', 'b', 'missed', 3],
        ['b2', 'b', 'missed', 2],
        ['c1', 'c', 'missed', null],
        ['c2', 'c', 'missed', null],
      ] as const
      for (const [id, scheduleId, state, slot] of runs)
        await tx.run.create({ data: { ...run, id, scheduleId, state, slot: slot === null ? null : dateOf(slot) } })
    })
    const found = await lastRunsOf(catalog.db, ['a', 'b', 'c'])
    expect([...found].map(([id, { id: last }]) => `${id}: ${last}`).sort()).toEqual(['a: a1', 'b: b1', 'c: c2'])
    const states = await scheduleStates(catalog)
    expect(states.map(({ last, lastSuccess }) => [last?.id, lastSuccess?.id])).toEqual([
      ['a1', 'a1'],
      ['b1', undefined],
      ['c2', undefined],
    ])
  })
})
