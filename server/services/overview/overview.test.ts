import { describe, expect, it } from 'vitest'
import { type Actor, systemActor } from '../../auth/actor.ts'
import { permissionsOf } from '../../contract/permissions.ts'
import { damageRemedy } from '../../contract/verification.ts'
import { openTestCatalog, type TestCatalog } from '../../db/testing.ts'
import { dateOf } from '../../lib/clock.ts'
import { type Health, type HealthState, healthChecks } from '../health/index.ts'
import { createOverviewService, type Overview } from './index.ts'

const NOW = 1_777_863_721_000
const HOUR = 3_600_000
const DAY = 24 * HOUR
const actor = systemActor('test')

const healthOf = (state: HealthState, enabled = true): Health => ({
  verdict: state,
  checks: healthChecks.map((name) => ({
    name,
    enabled,
    state,
    reason: `it is ${state}`,
    remedy: null,
    checkedAt: null,
  })),
})

type Bench = AsyncDisposable & {
  readonly catalog: TestCatalog
  health: Health
  schedule(name: string, fields?: object): Promise<string>
  run(scheduleId: string, state: string, hoursAgo: number, fields?: object): Promise<void>
  repository(fields?: object): Promise<string>
  snapshot(repositoryId: string, daysAgo: number, fields?: object): Promise<void>
  get(who?: Actor): Promise<Overview>
  brief(): Promise<string[]>
}

async function open(): Promise<Bench> {
  const catalog = await openTestCatalog()
  const bench: Bench = {
    catalog,
    health: healthOf('ok'),
    schedule: (name, fields = {}) =>
      catalog.transaction(async (tx) => {
        const base = {
          name,
          type: 'full',
          cron: '0 * * * *',
          timezone: 'UTC',
          includePaths: '["/"]',
          nextSlot: dateOf(NOW + HOUR),
        }
        return (await tx.schedule.create({ data: { ...base, createdAt: dateOf(NOW - DAY), ...fields } })).id
      }),
    run: (scheduleId, state, hoursAgo, fields = {}) =>
      catalog.transaction(async (tx) => {
        const at = dateOf(NOW - hoursAgo * HOUR)
        const base = {
          kind: 'backup',
          trigger: 'schedule',
          payload: '{}',
          notBefore: at,
          queuedAt: at,
          finishedAt: at,
          slot: at,
        }
        await tx.run.create({ data: { ...base, scheduleId, state, ...fields } })
      }),
    repository: (fields = {}) =>
      catalog.transaction(async (tx) => {
        const base = { name: 'main', type: 'local', location: '/srv', secretSource: '{}', storedBytes: 4096n }
        return (await tx.repository.create({ data: { ...base, ...fields } })).id
      }),
    snapshot: (repositoryId, daysAgo, fields = {}) =>
      catalog.transaction(async (tx) => {
        const time = dateOf(NOW - daysAgo * DAY)
        const figures = { files: 1, directories: 1, bytes: 1n, bytesStored: 1n }
        const base = {
          repositoryId,
          snapshotId: `${daysAgo}`,
          time,
          finished: time,
          host: 'h',
          paths: '[]',
          type: 'full',
          treeId: 't',
          program: 'p',
        }
        await tx.snapshot.create({ data: { ...base, ...figures, ...fields } })
      }),
    get: (who = actor) =>
      createOverviewService({
        catalog,
        clock: { now: () => NOW },
        health: {
          get: async () => bench.health,
          run: async () => bench.health,
          start: () => undefined,
          close: async () => undefined,
        },
      }).get(who),
    brief: async () =>
      (await bench.get()).exceptions.map(({ kind, severity, target }) =>
        `${severity} ${kind} ${target?.name ?? ''}`.trim(),
      ),
    [Symbol.asyncDispose]: () => catalog.close(),
  }
  return bench
}

describe('the verdict', () => {
  it('is ok when every schedule succeeded, everything is verified and all checks are well', async () => {
    await using bench = await open()
    const id = await bench.schedule('daily')
    await bench.run(id, 'failed', 5)
    await bench.run(id, 'succeeded', 2)
    await bench.run(id, 'cancelled', 1, { slot: null, trigger: 'manual' })
    await bench.run(id, 'running', 0, { finishedAt: null })
    const repository = await bench.repository({ lastVerifiedAt: dateOf(NOW), verifyState: 'ok' })
    await bench.snapshot(repository, 1)
    await bench.snapshot(repository, 30, { verifiedAt: dateOf(NOW), verifyState: 'ok' })
    expect(await bench.get()).toEqual({
      at: '2026-05-04T03:02:01.000Z',
      verdict: 'ok',
      exceptions: [],
      omitted: 0,
      health: bench.health,
      figures: {
        schedules: 1,
        repositories: 1,
        storedBytes: 4096,
        unprovenSnapshots: 1,
        running: 1,
        nextSlot: '2026-05-04T04:02:01.000Z',
        lastSuccess: '2026-05-04T01:02:01.000Z',
      },
    })
  })

  it('knows the next run of a schedule that the scheduler has not looked at yet', async () => {
    await using bench = await open()
    const nextSlot = async () => (await bench.get()).figures.nextSlot
    await bench.schedule('late', { nextSlot: dateOf(NOW + DAY) })
    await bench.schedule('new', { cron: '0 5 * * *', nextSlot: null })
    expect(await nextSlot()).toBe('2026-05-04T05:00:00.000Z')
    await bench.schedule('being started', { cron: '30 4 * * *', nextSlot: dateOf(NOW) })
    expect(await nextSlot()).toBe('2026-05-04T04:30:00.000Z')
    await bench.schedule('planned', { nextSlot: dateOf(NOW + HOUR) })
    expect(await nextSlot()).toBe('2026-05-04T04:02:01.000Z')
  })

  it('is unknown, never ok, where nothing is known', async () => {
    await using bench = await open()
    expect(await bench.brief()).toEqual(['unknown nothing_protected'])
    await bench.schedule('daily')
    expect(await bench.get()).toMatchObject({ verdict: 'unknown', exceptions: [{ kind: 'never_run' }] })
    bench.health = healthOf('unknown')
    expect((await bench.get()).verdict).toBe('unknown')
  })

  it('is the worst of the exceptions, which come worst first', async () => {
    await using bench = await open()
    await bench.run(await bench.schedule('a'), 'warning', 1)
    await bench.run(await bench.schedule('b'), 'failed', 1, { errorMessage: 'No space left' })
    await bench.schedule('c')
    expect(await bench.brief()).toEqual(['failed run_failed b', 'warning run_warning a', 'unknown never_run c'])
    const { verdict, exceptions } = await bench.get()
    expect(verdict).toBe('failed')
    expect(exceptions[0]?.message).toBe('The last run of b failed: No space left; there is no good backup yet')
  })
})

describe('an exception is made of', () => {
  it.each([
    ['orphaned', 'failed run_failed s'],
    ['missed', 'failed slot_missed s'],
    ['warning', 'warning run_warning s'],
    ['cancelled', 'warning run_cancelled s'],
  ])('a last run that is %s', async (state, expected) => {
    await using bench = await open()
    const id = await bench.schedule('s')
    await bench.run(id, 'succeeded', 9)
    await bench.run(id, state, 1)
    expect(await bench.brief()).toEqual([expected])
  })

  it('no run that was started by hand and cancelled', async () => {
    await using bench = await open()
    const id = await bench.schedule('s')
    await bench.run(id, 'succeeded', 9)
    await bench.run(id, 'cancelled', 1, { slot: null, trigger: 'manual' })
    expect(await bench.brief()).toEqual([])
  })

  it('a missed slot, with the last good backup', async () => {
    await using bench = await open()
    const id = await bench.schedule('s')
    await bench.run(id, 'succeeded', 9)
    await bench.run(id, 'missed', 1)
    const [exception] = (await bench.get()).exceptions
    expect(exception?.message).toBe(
      's missed its slot of 2026-05-04T02:02:01.000Z; the last good backup is of 2026-05-03T18:02:01.000Z',
    )
  })

  it('a run that failed: why, what to do, and the run that can be repeated', async () => {
    await using bench = await open()
    const [a, b] = [await bench.schedule('a'), await bench.schedule('b')]
    const errors = { errorCode: 'no_space', errorMessage: 'Nothing fits any more. The first: /home/anna/letter: full' }
    await bench.run(a, 'failed', 1, { id: 'f1', ...errors })
    await bench.run(b, 'missed', 1, { id: 'm1' })
    const { exceptions } = await bench.get()
    expect(exceptions.map(({ runId, target }) => [runId, target])).toEqual([
      ['f1', { kind: 'run', id: 'f1', name: 'a' }],
      ['m1', { kind: 'run', id: 'm1', name: 'b' }],
    ])
    const [failed, missed] = exceptions
    expect(failed?.remedy).toMatch(/^Free space where the repository lies/)
    expect(missed?.remedy).toMatch(/^Run the schedule now/)
    expect(failed?.message).toContain('/home/anna/letter')
    const auditor = { ...actor, permissions: new Set(permissionsOf('auditor')) }
    const [seen] = (await bench.get(auditor)).exceptions
    expect(seen?.message).toBe('The last run of a failed: Nothing fits any more.; there is no good backup yet')
  })

  it('a slot that nobody dealt with', async () => {
    await using bench = await open()
    await bench.run(await bench.schedule('s', { nextSlot: dateOf(NOW - HOUR) }), 'succeeded', 2)
    expect(await bench.brief()).toEqual(['failed slot_overdue s'])
  })

  it('a schedule that is paused or switched off; a removed one is none', async () => {
    await using bench = await open()
    const late = dateOf(NOW - HOUR)
    await bench.run(await bench.schedule('p', { pausedAt: late, pausedBy: 'anna', nextSlot: late }), 'succeeded', 2)
    await bench.run(await bench.schedule('q', { enabled: false, nextSlot: late }), 'succeeded', 2)
    await bench.run(await bench.schedule('r', { removedAt: late }), 'failed', 2)
    const { exceptions, figures } = await bench.get()
    expect(exceptions.map(({ message }) => message)).toEqual([
      'p is paused by anna: it backs up nothing',
      'q is switched off in the configuration: it backs up nothing',
    ])
    expect(exceptions.map(({ remedy }) => remedy)).toEqual([
      'Resume the schedule',
      'Switch the schedule on in the configuration, or remove it',
    ])
    expect(figures).toMatchObject({ schedules: 2, nextSlot: null })
  })

  it('snapshots that were never verified, damage, and checks that are not well', async () => {
    await using bench = await open()
    await bench.run(await bench.schedule('s'), 'succeeded', 1)
    const id = await bench.repository({ verifyState: 'damaged' })
    await bench.snapshot(id, 8)
    await bench.snapshot(id, 9, { verifiedAt: dateOf(NOW), verifyState: 'damaged' })
    expect(await bench.brief()).toEqual([
      'failed repository_damaged main',
      'failed snapshot_damaged 9',
      'warning snapshot_unverified 8',
    ])
    for (const { remedy } of (await bench.get()).exceptions.slice(0, 2)) expect(remedy).toBe(damageRemedy)
    const aboutSnapshots = (await bench.get()).exceptions.filter(({ target }) => target?.kind === 'snapshot')
    const repository = { id, name: 'main' }
    expect(aboutSnapshots.map(({ target }) => target?.repository)).toEqual([repository, repository])
    bench.health = healthOf('failed')
    expect((await bench.brief()).filter((line) => line.startsWith('failed health'))).toHaveLength(4)
    await bench.catalog.transaction((tx) => tx.repository.update({ where: { id }, data: { archivedAt: dateOf(NOW) } }))
    bench.health = healthOf('ok')
    expect(await bench.brief()).toEqual([])
  })

  it.each([
    ['was never verified', { verifyState: 'unknown' }, ['unknown repository_unverified main'], 'unknown'],
    [
      'was checked without reading data',
      { verifyState: 'structure', lastVerifiedAt: dateOf(NOW) },
      ['unknown repository_unverified main'],
      'unknown',
    ],
    [
      'was read as a sample',
      { verifyState: 'sample', lastVerifiedAt: dateOf(NOW) },
      ['unknown repository_unverified main'],
      'unknown',
    ],
    [
      'was verified long ago',
      { verifyState: 'ok', lastVerifiedAt: dateOf(NOW - 31 * DAY) },
      ['warning repository_verified_long_ago main'],
      'warning',
    ],
    ['was verified', { verifyState: 'ok', lastVerifiedAt: dateOf(NOW - 29 * DAY) }, [], 'ok'],
  ])('a repository with snapshots that %s', async (_what, fields, expected, verdict) => {
    await using bench = await open()
    await bench.run(await bench.schedule('s'), 'succeeded', 1)
    const id = await bench.repository(fields)
    expect(await bench.brief()).toEqual([])
    await bench.snapshot(id, 1)
    expect(await bench.brief()).toEqual(expected)
    expect((await bench.get()).verdict).toBe(verdict)
  })

  it('all the checks that are switched off', async () => {
    await using bench = await open()
    await bench.run(await bench.schedule('s'), 'succeeded', 1)
    bench.health = healthOf('failed', false)
    const { verdict, exceptions } = await bench.get()
    expect(verdict).toBe('unknown')
    expect(exceptions.map(({ kind, severity }) => `${severity} ${kind}`)).toEqual(['unknown check_switched_off'])
    expect(exceptions[0]?.message).toContain('storage connectivity, backup service availability')
  })

  it('the run that caught up, not the slots that were missed before it', async () => {
    await using bench = await open()
    const id = await bench.schedule('s')
    const queuedAt = dateOf(NOW - HOUR)
    await bench.run(id, 'succeeded', 1, { id: 'a', queuedAt, slot: dateOf(NOW - HOUR) })
    await bench.run(id, 'missed', 2, { id: 'b', queuedAt })
    await bench.run(id, 'missed', 3, { id: 'c', queuedAt })
    expect(await bench.brief()).toEqual([])
  })

  it('so many schedules that the rest is counted', async () => {
    await using bench = await open()
    for (let i = 0; i < 103; i++) await bench.schedule(`s${i}`)
    const { exceptions, omitted } = await bench.get()
    expect([exceptions.length, omitted]).toEqual([100, 3])
  })
})
