// What people are told of runs that did not go well, through the stores that record it.
import { expect, onTestFinished, test } from 'vitest'
import { type Actor, systemActor } from '../../auth/actor.ts'
import type { RunEnd } from '../../contract/jobs.ts'
import { permissionsOf, type Role } from '../../contract/permissions.ts'
import { openTestCatalog } from '../../db/testing.ts'
import { dateOf } from '../../lib/clock.ts'
import type { ScheduleRow } from '../../runtime/types.ts'
import { createAudit } from '../audit/audit.ts'
import { createRunStore } from '../runs/index.ts'
import { createScheduleStore } from '../schedules/index.ts'
import { createNotificationsService, createRunNotices } from './index.ts'

const START = 1_777_000_000_000
const MINUTE = 60_000
const full: RunEnd = { state: 'failed', error: { code: 'no_space', message: 'The disk is full' } }

const person = (id: string, role: Role): Actor => ({
  ...systemActor(id),
  kind: 'user',
  id,
  userId: id,
  role,
  permissions: new Set(permissionsOf(role)),
})
const [anna, otto, rita] = [person('anna', 'administrator'), person('otto', 'auditor'), person('rita', 'requester')]

async function setUp() {
  const catalog = await openTestCatalog()
  onTestFinished(() => catalog.close())
  const time = { now: START }
  const clock = { now: () => time.now }
  const told: string[] = []
  const service = createNotificationsService({
    catalog,
    clock,
    audit: createAudit(catalog, clock),
    publish: (event) => told.push('id' in event ? event.id : ''),
  })
  const notices = createRunNotices(service)
  const store = createRunStore(catalog, async () => undefined, notices)
  const { repositoryId, scheduleId } = await catalog.transaction(async (tx) => {
    for (const { id, role } of [anna, otto, rita])
      await tx.user.create({ data: { id: id ?? '', name: id ?? '', email: `${id}@example.com`, role: role ?? '' } })
    const repository = await tx.repository.create({
      data: { name: 'local', type: 'local', location: '/backups', secretSource: '{"kind":"key_file","path":"/key"}' },
    })
    const schedule = await tx.schedule.create({
      data: {
        name: 'nightly',
        type: 'incremental',
        cron: '0 1 * * *',
        timezone: 'UTC',
        catchUp: 'once',
        includePaths: '["/srv"]',
        excludePatterns: '[]',
        repositoryId: repository.id,
      },
    })
    return { repositoryId: repository.id, scheduleId: schedule.id }
  })
  let count = 0
  const running = async (more: Record<string, unknown> = {}): Promise<string> => {
    const id = `run-${++count}`
    await catalog.transaction((tx) =>
      tx.run.create({
        data: {
          id,
          kind: 'backup',
          state: 'running',
          trigger: 'schedule',
          repositoryId,
          scheduleId,
          payload: '{}',
          leaseOwner: 'me',
          leaseUntil: dateOf(START + MINUTE),
          startedAt: dateOf(START),
          notBefore: dateOf(START),
          ...more,
        },
      }),
    )
    return id
  }
  const ends = async (end: RunEnd, more: Record<string, unknown> = {}): Promise<string> => {
    const id = await running(more)
    time.now += MINUTE
    expect(await store.finish(id, 'me', end, time.now)).toBe(true)
    return id
  }
  const listed = async (actor: Actor) =>
    (await service.list(actor, {})).items.map(
      ({ severity, title, body, link }) => `${severity} | ${title} | ${body} | ${link}`,
    )
  return { catalog, clock, time, service, notices, store, scheduleId, told, running, ends, listed }
}

test('a run that did not end well is told of once, to those who may read runs', async () => {
  const { store, ends, listed, told, time, service } = await setUp()
  await ends({ state: 'succeeded' })
  await ends({ state: 'cancelled' })
  expect(told).toEqual([])
  const id = await ends(full)
  expect(await store.finish(id, 'me', full, time.now)).toBe(false)
  const line = `critical | nightly failed | The disk is full | /runs/${id}`
  for (const reader of [anna, otto]) expect(await listed(reader)).toEqual([line])
  expect(await listed(rita)).toEqual([])
  expect(told).toHaveLength(1)
  expect(await service.concerns(otto, told[0] ?? '')).toBe(true)
  expect(await service.concerns(rita, told[0] ?? '')).toBe(false)
})

test('each kind of end has its words and its weight', async () => {
  const { ends, listed } = await setUp()
  const damaged: RunEnd = { state: 'failed', error: { code: 'damaged', message: 'One object is damaged' } }
  const gone: RunEnd = { state: 'failed', error: { code: 'unavailable', message: 'No answer' } }
  await ends({ state: 'warning', error: { code: 'incomplete', message: 'One file' } })
  await ends(damaged, { kind: 'verify', scheduleId: null })
  await ends(gone, { kind: 'verify', scheduleId: null })
  await ends(full, { scheduleId: null })
  expect(await listed(anna)).toEqual([
    'critical | A backup to local failed | The disk is full | /runs/run-4',
    'critical | The verification of local failed | No answer | /runs/run-3',
    'critical | Damage was found in local | One object is damaged | /runs/run-2',
    'warning | nightly ended with a warning | One file | /runs/run-1',
  ])
})

test('names of files are for those who may browse snapshots', async () => {
  const { ends, listed } = await setUp()
  const message = 'One file could not be read. The first: /home/anna/diary.txt: denied'
  await ends({ state: 'warning', error: { code: 'incomplete', message } })
  expect((await listed(anna))[0]).toContain('diary.txt')
  expect((await listed(otto))[0]).toContain('| One file could not be read. |')
})

test('many of the same are one, until somebody has read it', async () => {
  const { ends, listed, service, told } = await setUp()
  for (let i = 0; i < 12; i++) await ends(full)
  await ends({ state: 'warning', error: { code: 'incomplete', message: 'One file' } })
  expect((await listed(anna))[1]).toBe(
    'critical | nightly failed | 12 times by now. The last time: The disk is full | /runs/run-12',
  )
  expect(await listed(anna)).toHaveLength(2)
  expect(told).toHaveLength(13)
  await service.markAllRead(anna)
  await ends(full)
  expect((await listed(anna))[0]).toBe('critical | nightly failed | The disk is full | /runs/run-14')
  expect(await service.unread(anna)).toEqual({ count: 1, more: false })
})

test('a run that was lost is told of, mildly when another one does its work', async () => {
  const { store, running, listed, time } = await setUp()
  await running()
  await running({ scheduleId: null })
  for (const held of await store.running())
    await store.orphan(held, 'The server ended', held.id === 'run-1', time.now++)
  expect(await listed(anna)).toEqual([
    'critical | A backup to local was lost | The server ended | /runs/run-2',
    'warning | nightly was lost | The server ended | /runs/run-1',
  ])
})

test('of several attempts the first that fails is told, and gives way to the last', async () => {
  const { store, running, listed, time } = await setUp()
  const again = (id: string, attempt: number) =>
    store.requeue(id, 'me', { notBefore: time.now, attempt, why: `Attempt ${attempt - 1} of 4 failed`, now: time.now })
  const given = await running()
  await again(given, 1)
  expect(await listed(anna)).toEqual([])
  const id = await running()
  await again(id, 2)
  const early = 'warning | nightly failed at first, and is tried again | Attempt 1 of 4 failed | /runs/run-2'
  expect(await listed(anna)).toEqual([early])
  const late = await running({ attempt: 2 })
  await again(late, 3)
  expect(await listed(anna)).toEqual([early])
  const last = await running()
  await again(last, 2)
  expect((await listed(anna))[0]).toContain('2 times by now')
})

test('a run that fails at last is told of once, not twice', async () => {
  const { catalog, store, running, listed, time } = await setUp()
  const id = await running()
  await store.requeue(id, 'me', { notBefore: time.now, attempt: 2, why: 'Attempt 1 of 2 failed', now: time.now })
  await catalog.transaction((tx) =>
    tx.run.update({ where: { id }, data: { state: 'running', leaseOwner: 'me', attempt: 2 } }),
  )
  await store.finish(id, 'me', full, time.now)
  expect(await listed(anna)).toEqual([`critical | nightly failed | The disk is full | /runs/${id}`])
})

test('slots that were missed are told of together', async () => {
  const { catalog, clock, notices, scheduleId, listed, time } = await setUp()
  const schedules = createScheduleStore({ catalog, clock, document: () => ({}), notices })
  const row: ScheduleRow = {
    id: scheduleId,
    name: 'nightly',
    cron: '0 1 * * *',
    timezone: 'UTC',
    catchUp: 'once',
    windowMs: 0,
    paused: false,
    handledUntil: null,
  }
  const miss = (slot: number) => ({ slot, action: 'miss', reason: 'The server was not running' }) as const
  const decisions = [miss(1), miss(2), miss(3), { slot: 4, action: 'run', trigger: 'catch_up' } as const]
  const made = await schedules.advance(row, () => ({ decisions, handledUntil: time.now, nextSlot: null }))
  expect(await listed(otto)).toEqual([
    `warning | nightly was missed | 3 times by now. The last time: The server was not running | /runs/${made[2]?.id}`,
  ])
})

test('who asked for a restore is told as well, without seeing anything else', async () => {
  const { catalog, ends, running, store, listed, time } = await setUp()
  const message = 'One thing is not restored. The first: /srv/a: denied'
  const broken: RunEnd = { state: 'warning', error: { code: 'incomplete', message } }
  const asked = { kind: 'restore', scheduleId: null, requestedById: 'rita' }
  const id = await running(asked)
  const { repositoryId } = await catalog.db.run.findUniqueOrThrow({ where: { id } })
  await catalog.transaction((tx) =>
    tx.restore.create({
      data: {
        id: 'restore-1',
        runId: id,
        repositoryId: repositoryId ?? '',
        snapshotId: 's',
        path: '',
        include: '[]',
        target: '/back',
        overwrite: 'never',
        dryRun: false,
        verify: true,
        requestedById: 'rita',
        requestedByName: 'rita',
      },
    }),
  )
  await store.finish(id, 'me', broken, time.now)
  expect(await listed(rita)).toEqual([`warning | A restore is not complete | ${message} | /restores/restore-1`])
  expect(await listed(anna)).toEqual([`warning | A restore is not complete | ${message} | /runs/${id}`])
  expect(await listed(otto)).toEqual([`warning | A restore is not complete | One thing is not restored. | /runs/${id}`])
  await ends(full, { ...asked, requestedById: 'anna', payload: '{"dryRun":true}' })
  expect(await listed(anna)).toHaveLength(1)
})
