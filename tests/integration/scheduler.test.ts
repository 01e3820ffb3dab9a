// The scheduler on real catalogs, with a clock that the test sets.
import { expect, it } from 'vitest'
import { systemActor } from '#server/auth/actor.ts'
import type { ConfigDocument, ScheduleSettings } from '#server/contract/config/document.ts'
import type { Catalog } from '#server/db/index.ts'
import { isoTime, parseTime } from '#server/lib/clock.ts'
import { silentLogger } from '#server/lib/logger.ts'
import { createEvents } from '#server/runtime/events.ts'
import { createScheduler } from '#server/runtime/scheduler.ts'
import type { QueueControl } from '#server/runtime/types.ts'
import { createAudit } from '#server/services/audit/audit.ts'
import { applyDocument, createScheduleStore, createSchedulesService } from '#server/services/schedules/index.ts'
import { onBothDatabases } from '../services/both.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const MIDNIGHT = parseTime('2026-05-04T00:00:00Z')
const actor = systemActor('test')

const hourly: ScheduleSettings = { type: 'incremental', cron_expression: '0 * * * *', include_paths: ['/srv'] }

async function setUp(catalog: Catalog, schedules: Record<string, ScheduleSettings>) {
  let now = MIDNIGHT
  const clock = { now: () => now }
  const audit = createAudit(catalog, clock)
  const { id: repositoryId } = await catalog.transaction((tx) =>
    tx.repository.create({
      data: { name: 'local', type: 'local', location: '/backups', secretSource: '{"kind":"key_file","path":"/key"}' },
    }),
  )
  let document: ConfigDocument = {}
  const apply = async (next: Record<string, ScheduleSettings>): Promise<void> => {
    document = { storage: { type: 'local', local: { path: '/backups' } }, schedules: next }
    await catalog.transaction((tx) => applyDocument(tx, document, { actor, audit, now }))
  }
  await apply(schedules)
  const events = createEvents(clock)
  const newScheduler = () =>
    createScheduler({
      store: createScheduleStore({ catalog, clock, document: () => document }),
      clock,
      log: silentLogger,
      publish: events.publish,
      wake: () => undefined,
      ticker: () => async () => undefined,
    })
  const scheduler = newScheduler()
  const queue: QueueControl = { wake: () => undefined, cancel: () => undefined, live: () => undefined, seq: 0 }
  await scheduler.look()
  return {
    scheduler,
    newScheduler,
    repositoryId,
    apply,
    service: createSchedulesService({
      catalog,
      clock,
      audit,
      queue,
      publish: events.publish,
      protectedPaths: () => [],
      settings: {
        current: async () => ({ version: 1, document }),
        get: async () => ({ document }),
        update: async (_, change) => apply((change.document as ConfigDocument).schedules ?? {}),
      },
    }),
    /** Sets the clock to so many milliseconds after midnight, and looks. */
    async at(ms: number): Promise<void> {
      now = MIDNIGHT + ms
      await scheduler.look()
    },
    setClock: (ms: number) => {
      now = MIDNIGHT + ms
    },
    /** Slot and state of all runs: "01:00 queued". */
    async runs(): Promise<string[]> {
      const rows = await catalog.db.run.findMany({ orderBy: [{ slot: 'asc' }, { id: 'asc' }] })
      return rows.map(({ slot, state }) => `${slot ? isoTime(slot.getTime()).slice(11, 16) : 'now'} ${state}`)
    },
    async endAll(): Promise<void> {
      await catalog.transaction((tx) =>
        tx.run.updateMany({ where: { state: { in: ['queued', 'running'] } }, data: { state: 'succeeded' } }),
      )
    },
  }
}

onBothDatabases('the scheduler', ({ open }) => {
  it('queues a run for each slot, with all that the job needs', async () => {
    await using catalog = await open()
    const { at, runs, endAll, repositoryId } = await setUp(catalog, {
      hourly: { ...hourly, exclude_patterns: ['*.tmp'] },
    })
    await at(59 * MINUTE)
    expect(await runs()).toEqual([])
    await at(HOUR + 20_000)
    await at(HOUR + 50_000)
    expect(await runs()).toEqual(['01:00 queued'])
    await endAll()
    await at(2 * HOUR)
    expect(await runs()).toEqual(['01:00 succeeded', '02:00 queued'])
    const run = await catalog.db.run.findFirstOrThrow({ where: { state: 'queued' } })
    const schedule = await catalog.db.schedule.findFirstOrThrow()
    expect(run).toMatchObject({
      kind: 'backup',
      trigger: 'schedule',
      scheduleId: schedule.id,
      repositoryId,
      slotKey: `${schedule.id}@${MIDNIGHT + 2 * HOUR}`,
      concurrencyKey: `schedule:${schedule.id}`,
    })
    expect(JSON.parse(run.payload)).toEqual({
      type: 'incremental',
      paths: ['/srv'],
      excludes: ['*.tmp'],
      tags: ['schedule:hourly'],
      allowEmpty: false,
    })
    expect(schedule.nextSlot).toEqual(new Date(MIDNIGHT + 3 * HOUR))
  })

  it('misses a slot while the run before it is at work, visibly', async () => {
    await using catalog = await open()
    const { at, runs } = await setUp(catalog, { hourly })
    await at(HOUR)
    await at(2 * HOUR)
    expect(await runs()).toEqual(['01:00 queued', '02:00 missed'])
    const missed = await catalog.db.run.findFirstOrThrow({ where: { state: 'missed' } })
    expect(missed.errorMessage).toBe('The run before it was still waiting')
  })

  it('after three missed slots runs once at the start', async () => {
    await using catalog = await open()
    const { at, runs } = await setUp(catalog, { hourly })
    await at(3 * HOUR + 10 * MINUTE)
    expect(await runs()).toEqual(['01:00 missed', '02:00 missed', '03:00 queued'])
    expect(await catalog.db.run.findFirst({ where: { state: 'queued' } })).toMatchObject({ trigger: 'catch_up' })
  })

  it('makes one run of a slot, however many servers look', async () => {
    await using catalog = await open()
    const { newScheduler, setClock, runs } = await setUp(catalog, { hourly, other: hourly })
    setClock(3 * HOUR + 30_000)
    await Promise.all(Array.from({ length: 5 }, () => newScheduler().look()))
    expect(await runs()).toEqual([
      ...Array(2).fill('01:00 missed'),
      ...Array(2).fill('02:00 missed'),
      ...Array(2).fill('03:00 queued'),
    ])
  })

  it('when the clock goes back an hour runs no slot twice, and goes on', async () => {
    await using catalog = await open()
    const { at, runs, endAll } = await setUp(catalog, { hourly })
    for (const hour of [1, 2, 3]) {
      await at(hour * HOUR)
      await endAll()
    }
    for (let minute = 2 * HOUR; minute <= 4 * HOUR; minute += 10 * MINUTE) {
      await at(minute)
      await endAll()
    }
    expect(await runs()).toEqual(['01:00 succeeded', '02:00 succeeded', '03:00 succeeded', '04:00 succeeded'])
  })

  it('when the clock goes a day forward and back again, misses none of the slots in between', async () => {
    await using catalog = await open()
    const { at, runs, endAll } = await setUp(catalog, { hourly })
    await at(HOUR)
    await endAll()
    await at(25 * HOUR)
    await endAll()
    expect((await runs()).filter((run) => run.endsWith('missed'))).toHaveLength(23)
    await at(HOUR + 10 * MINUTE)
    for (const hour of [2, 3]) {
      await at(hour * HOUR)
      await endAll()
    }
    // What ran for 01:00 of the next day stays.
    expect(await runs()).toEqual(['01:00 succeeded', '02:00 succeeded', '03:00 succeeded', '01:00 succeeded'])
  })

  it('follows the document: new times count from now, what is removed or off does not run', async () => {
    await using catalog = await open()
    const { at, runs, endAll, apply, setClock } = await setUp(catalog, { hourly })
    setClock(90 * MINUTE)
    await apply({ hourly: { ...hourly, cron_expression: '15 * * * *' } })
    await at(100 * MINUTE)
    expect(await runs()).toEqual([])
    await at(2 * HOUR + 15 * MINUTE)
    expect(await runs()).toEqual(['02:15 queued'])
    await apply({})
    expect(await runs()).toEqual(['02:15 cancelled'])
    await at(4 * HOUR)
    await apply({ hourly: { ...hourly, enabled: false } })
    await at(6 * HOUR)
    await apply({ hourly })
    await at(6 * HOUR + 30 * MINUTE)
    await endAll()
    expect(await runs()).toEqual(['02:15 cancelled'])
    const events = await catalog.db.auditEvent.findMany({ orderBy: { seq: 'asc' } })
    expect(events.map(({ action, targetName }) => `${action} ${targetName}`)).toEqual([
      'schedule.create hourly',
      'schedule.update hourly',
      'schedule.remove hourly',
      'schedule.create hourly',
      'schedule.update hourly',
    ])
  })

  it('lets slots pass while a schedule is paused', async () => {
    await using catalog = await open()
    const { at, runs, service } = await setUp(catalog, { hourly })
    const { items } = await service.list(actor, { limit: 10, removed: false })
    const id = items[0]!.id
    expect(items[0]).toMatchObject({ name: 'hourly', nextSlots: ['2026-05-04T01:00:00.000Z'], lastRun: null })
    expect(await service.pause(actor, { id })).toMatchObject({ pausedBy: 'test', nextSlots: [] })
    await at(2 * HOUR)
    await service.resume(actor, { id })
    await at(2 * HOUR + MINUTE)
    expect(await runs()).toEqual([])
    await at(3 * HOUR)
    expect(await runs()).toEqual(['03:00 queued'])
    const events = await catalog.db.auditEvent.findMany({
      where: { action: { in: ['schedule.pause', 'schedule.resume'] } },
    })
    expect(events).toHaveLength(2)
  })

  it('is asked to run one now, once', async () => {
    await using catalog = await open()
    const { at, runs, service, endAll } = await setUp(catalog, { hourly })
    const { items } = await service.list(actor, { limit: 10, removed: false })
    const id = items[0]!.id
    await service.runNow(actor, { id, type: 'full' })
    await expect(service.runNow(actor, { id })).rejects.toMatchObject({ code: 'exists' })
    await at(HOUR)
    expect(await runs()).toEqual(
      ['01:00 missed', 'now queued'].sort((a, b) =>
        catalog.provider === 'sqlite' ? b.localeCompare(a) : a.localeCompare(b),
      ),
    )
    await endAll()
    await at(2 * HOUR)
    expect((await runs()).filter((run) => run.endsWith('queued'))).toEqual(['02:00 queued'])
    expect(await service.get(actor, { id })).toMatchObject({ lastRun: { state: 'queued', trigger: 'schedule' } })
  })

  it('creates, changes and removes schedules in the document', async () => {
    await using catalog = await open()
    const { service } = await setUp(catalog, { hourly })
    const reason = 'because'
    const made = await service.create(actor, {
      name: 'nightly',
      settings: { ...hourly, cron_expression: '@daily' },
      reason,
    })
    expect(made).toMatchObject({ name: 'nightly', cron: '@daily', repositoryName: 'local' })
    expect(made.nextSlots).toHaveLength(10)
    await expect(service.create(actor, { name: 'nightly', settings: hourly, reason })).rejects.toMatchObject({
      code: 'exists',
    })
    const changed = await service.update(actor, { id: made.id, settings: { ...hourly, type: 'full' }, reason })
    expect(changed).toMatchObject({ id: made.id, type: 'full', cron: '0 * * * *' })
    const removed = await service.remove(actor, { id: made.id, reason })
    expect(removed.removedAt).not.toBeNull()
    expect(removed.nextSlots).toEqual([])
    await expect(service.pause(actor, { id: made.id })).rejects.toMatchObject({ code: 'refused' })
    await expect(service.remove(actor, { id: made.id, reason })).rejects.toMatchObject({ code: 'refused' })
    expect((await service.list(actor, { limit: 1, removed: true })).nextCursor).toBe('hourly')
    expect(await service.preview(actor, { cron: '30 4 1 * *', timezone: 'Asia/Tokyo', count: 2 })).toEqual({
      slots: ['2026-05-31T19:30:00.000Z', '2026-06-30T19:30:00.000Z'],
    })
  })
})
