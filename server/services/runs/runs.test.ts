// Runs as people see and steer them.
import { expect, onTestFinished, test } from 'vitest'
import { type Actor, systemActor } from '../../auth/actor.ts'
import type { RunState } from '../../contract/jobs.ts'
import { openTestCatalog } from '../../db/testing.ts'
import { dateOf } from '../../lib/clock.ts'
import type { QueueControl } from '../../runtime/types.ts'
import { createAudit } from '../audit/audit.ts'
import { createRunsService, runInputs } from './index.ts'

const NOW = 1_777_000_000_000
const HOUR = 3_600_000
const actor: Actor = { ...systemActor('Ada'), kind: 'user', id: 'u1', userId: 'u1' }

async function setUp() {
  const catalog = await openTestCatalog()
  onTestFinished(() => catalog.close())
  const clock = { now: () => NOW }
  const cancelled: string[] = []
  const published: string[] = []
  let woken = 0
  const queue: QueueControl = {
    wake: () => woken++,
    cancel: (id) => void cancelled.push(id),
    live: (id) => (id === 'at work' ? { id, state: 'running', progress: { files: 7 }, seq: 41 } : undefined),
    seq: 42,
  }
  const service = createRunsService({
    catalog,
    clock,
    audit: createAudit(catalog, clock),
    queue,
    publish: (event) => published.push(`${event.kind} ${'state' in event ? event.state : ''}`),
  })
  const { id: repositoryId } = await catalog.transaction((tx) =>
    tx.repository.create({
      data: { name: 'local', type: 'local', location: '/backups', secretSource: '{"kind":"key_file","path":"/key"}' },
    }),
  )
  const add = (id: string, state: RunState, queuedAt: number, more: Record<string, unknown> = {}) =>
    catalog.transaction((tx) =>
      tx.run.create({
        data: {
          id,
          kind: 'backup',
          state,
          trigger: 'schedule',
          repositoryId,
          payload: JSON.stringify({ type: 'full', paths: ['/srv'], origin: 'first' }),
          queuedAt: dateOf(queuedAt),
          notBefore: dateOf(queuedAt),
          ...more,
        },
      }),
    )
  const actions = async () =>
    (await catalog.db.auditEvent.findMany({ orderBy: { seq: 'asc' } })).map(
      ({ action, result }) => `${action} ${result}`,
    )
  return { catalog, service, repositoryId, add, actions, cancelled, published, woken: () => woken }
}

const list = (input: Partial<Parameters<typeof runInputs.list.parse>[0] & object> = {}) => runInputs.list.parse(input)

test('lists are filtered, newest first, in pages that miss nothing and repeat nothing', async () => {
  const { service, add } = await setUp()
  const states = ['succeeded', 'failed', 'missed'] as const
  // Three of each share a time.
  for (let i = 0; i < 12; i++)
    await add(`run ${String(i).padStart(2, '0')}`, states[i % 3]!, NOW + Math.floor(i / 3) * HOUR, {
      kind: i % 2 === 0 ? 'backup' : 'verify',
    })
  const all = async (input: Parameters<typeof list>[0]): Promise<string[]> => {
    const ids: string[] = []
    let cursor: string | undefined
    do {
      const page = await service.list(actor, list({ ...input, limit: 2, ...(cursor !== undefined && { cursor }) }))
      ids.push(...page.items.map(({ id }) => id.slice(4)))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    return ids
  }
  expect(await all({})).toEqual(['11', '10', '09', '08', '07', '06', '05', '04', '03', '02', '01', '00'])
  expect(await all({ states: ['failed'] })).toEqual(['10', '07', '04', '01'])
  expect(await all({ states: ['failed', 'missed'] })).toEqual(['11', '10', '08', '07', '05', '04', '02', '01'])
  expect(await all({ kind: 'verify', states: ['missed'] })).toEqual(['11', '05'])
  const from = '2026-04-24T04:06:40.000Z'
  const to = '2026-04-24T05:06:40.000Z'
  expect(await all({ from, to })).toEqual(['05', '04', '03'])
  expect(await all({ repositoryId: 'none' })).toEqual([])
  await expect(service.list(actor, list({ cursor: 'x' }))).rejects.toMatchObject({ code: 'usage' })
})

test('a run is given as plain JSON', async () => {
  const { service, add } = await setUp()
  await add('a', 'failed', NOW, {
    errorCode: 'no_space',
    errorMessage: 'full',
    bytesRead: 5_000_000_000n,
    statistics: '{"x":1}',
  })
  await add('b', 'missed', NOW, { errorMessage: 'why', slot: dateOf(NOW) })
  const details = await service.get(actor, { id: 'a' })
  expect(JSON.parse(JSON.stringify(details))).toEqual(details)
  expect(details).toMatchObject({
    repositoryName: 'local',
    bytesRead: 5_000_000_000,
    statistics: { x: 1 },
    error: { code: 'no_space', message: 'full' },
    remedy: expect.stringMatching(/^Free space/),
    snapshotRowId: null,
    continuedBy: null,
  })
  expect(await service.get(actor, { id: 'b' })).toMatchObject({
    slot: '2026-04-24T03:06:40.000Z',
    error: { code: 'missed', message: 'why' },
  })
  await expect(service.get(actor, { id: 'c' })).rejects.toMatchObject({ code: 'not_found' })
})

test('a run that was lost names the one that does its work again, and no other', async () => {
  const { service, add } = await setUp()
  const origin = JSON.stringify({ type: 'full', paths: ['/srv'] })
  const work = (paths: string[], of: string) => JSON.stringify({ type: 'full', paths, origin: of })
  await add('lost', 'orphaned', NOW - HOUR, { finishedAt: dateOf(NOW), payload: origin })
  await add('other paths', 'queued', NOW, { trigger: 'retry', payload: work(['/etc'], 'lost') })
  await add('other run', 'queued', NOW, { trigger: 'retry', payload: work(['/srv'], 'somebody') })
  expect(await service.get(actor, { id: 'lost' })).toMatchObject({ continuedBy: null })
  await add('next', 'queued', NOW, { trigger: 'retry', payload: work(['/srv'], 'lost') })
  expect(await service.get(actor, { id: 'lost' })).toMatchObject({ continuedBy: 'next' })
})

test('a run leads to its snapshot in the catalog', async () => {
  const { service, add, catalog, repositoryId } = await setUp()
  const snapshotId = 'ab'.repeat(32)
  const at = dateOf(NOW)
  const row = { snapshotId, time: at, finished: at, host: 'h', paths: '[]', type: 'full', treeId: 'cd', program: 'p' }
  const figures = { files: 1, directories: 1, bytes: 1n, bytesStored: 1n }
  const { id } = await catalog.transaction((tx) =>
    tx.snapshot.create({ data: { ...row, ...figures, repositoryId }, select: { id: true } }),
  )
  await add('a', 'succeeded', NOW, { snapshotId })
  expect(await service.get(actor, { id: 'a' })).toMatchObject({ snapshotRowId: id, remedy: null })
  // A restore that failed before its row had the snapshot was told it all the same.
  await add('b', 'failed', NOW, { kind: 'restore', payload: JSON.stringify({ snapshotId, target: '/x' }) })
  expect(await service.get(actor, { id: 'b' })).toMatchObject({ snapshotRowId: id })
})

test('the log comes in pages, and goes on where it ended', async () => {
  const { service, add, catalog } = await setUp()
  await add('a', 'running', NOW)
  const line = (message: string) => ({ runId: 'a', at: dateOf(NOW), level: 'info', message })
  await catalog.transaction((tx) => tx.runLog.createMany({ data: ['1', '2', '3'].map(line) }))
  const first = await service.log(actor, { id: 'a', limit: 2 })
  expect(first.items.map(({ message }) => message)).toEqual(['1', '2'])
  const second = await service.log(actor, { id: 'a', limit: 2, cursor: first.nextCursor! })
  expect(second).toMatchObject({ items: [{ message: '3', level: 'info' }], nextCursor: null })
  await catalog.transaction((tx) => tx.runLog.create({ data: line('4') }))
  const later = await service.log(actor, { id: 'a', limit: 2, cursor: second.after })
  expect(later.items.map(({ message }) => message)).toEqual(['4'])
  expect(await service.log(actor, { id: 'a', limit: 2, cursor: later.after })).toMatchObject({ items: [] })
  await expect(service.log(actor, { id: 'b', limit: 2 })).rejects.toMatchObject({ code: 'not_found' })
})

test('the live state is that of the process, or of the row', async () => {
  const { service, add } = await setUp()
  expect(await service.live(actor, { id: 'at work' })).toMatchObject({ progress: { files: 7 }, seq: 41 })
  await add('elsewhere', 'running', NOW, { progress: '{"files":3}' })
  expect(await service.live(actor, { id: 'elsewhere' })).toEqual({
    id: 'elsewhere',
    state: 'running',
    progress: { files: 3 },
    seq: 42,
  })
  await expect(service.live(actor, { id: 'none' })).rejects.toMatchObject({ code: 'not_found' })
})

test('a backup and a verification are started by hand, before what the clock asked for', async () => {
  const { service, repositoryId, catalog, actions, published, woken } = await setUp()
  const backup = runInputs.start.parse({ kind: 'backup', repositoryId, type: 'full', paths: ['/srv'] })
  const { id } = await service.start(actor, backup)
  expect(await service.get(actor, { id })).toMatchObject({
    state: 'queued',
    trigger: 'manual',
    priority: 10,
    requestedByName: 'Ada',
    payload: { type: 'full', paths: ['/srv'], excludes: [], tags: [], allowEmpty: false },
  })
  const verify = runInputs.start.parse({ kind: 'verify', repositoryId, sample: 0.1 })
  const started = await service.start({ ...actor, kind: 'api_key' }, verify)
  expect(await service.get(actor, { id: started.id })).toMatchObject({ trigger: 'api', payload: { sample: 0.1 } })
  expect(await actions()).toEqual(['run.start success', 'run.start success'])
  expect(published).toEqual(['run queued', 'run queued'])
  expect(woken()).toBe(2)

  const tagged = { ...backup, tags: ['schedule:daily'] } as typeof backup
  await expect(service.start(actor, tagged)).rejects.toMatchObject({ code: 'usage' })
  await expect(service.start(actor, { ...backup, repositoryId: 'none' })).rejects.toMatchObject({ code: 'not_found' })
  await catalog.transaction((tx) => tx.repository.updateMany({ data: { archivedAt: dateOf(NOW) } }))
  await expect(service.start(actor, backup)).rejects.toMatchObject({ code: 'refused' })
  expect(runInputs.start.safeParse({ ...backup, paths: ['srv'] }).success).toBe(false)
  expect(runInputs.start.safeParse({ ...backup, paths: ['/a\0b'] }).success).toBe(false)
})

test('one that waits is cancelled at once, one that works is asked to end', async () => {
  const { service, add, actions, cancelled } = await setUp()
  await add('waits', 'queued', NOW)
  await add('works', 'running', NOW)
  await add('ended', 'succeeded', NOW)
  expect(await service.cancel(actor, { id: 'waits' })).toEqual({ state: 'cancelled' })
  expect(await service.get(actor, { id: 'waits' })).toMatchObject({ state: 'cancelled', cancelRequestedBy: 'Ada' })
  expect(await service.cancel(actor, { id: 'works' })).toEqual({ state: 'running' })
  expect(await service.get(actor, { id: 'works' })).toMatchObject({ state: 'running', cancelRequestedBy: 'Ada' })
  expect(cancelled).toEqual(['waits', 'works'])
  await expect(service.cancel(actor, { id: 'ended' })).rejects.toMatchObject({ code: 'refused' })
  await expect(service.cancel(actor, { id: 'none' })).rejects.toMatchObject({ code: 'not_found' })
  expect(await actions()).toEqual(['run.cancel success', 'run.cancel success'])
})

test('what has ended is repeated as a run of its own', async () => {
  const { service, add, catalog, actions } = await setUp()
  await add('failed', 'failed', NOW)
  await add('works', 'running', NOW)
  const { id } = await service.retry(actor, { id: 'failed' })
  // Done anew, whatever an attempt before had made.
  expect(await service.get(actor, { id })).toMatchObject({
    state: 'queued',
    payload: { type: 'full', paths: ['/srv'] },
  })
  expect((await service.get(actor, { id })).payload).not.toHaveProperty('origin')
  await expect(service.retry(actor, { id: 'works' })).rejects.toMatchObject({ code: 'refused' })
  const repositoryId = (await service.get(actor, { id })).repositoryId!
  await add('restored', 'failed', NOW, {
    kind: 'restore',
    payload: JSON.stringify({ snapshotId: 'a'.repeat(64), target: '/t' }),
  })
  const row = { runId: 'restored', repositoryId, snapshotId: 'a'.repeat(64), target: '/t', overwrite: 'never' }
  await catalog.transaction((tx) => tx.restore.create({ data: { ...row, requestedById: 'u0' } }))
  const again = await service.retry(actor, { id: 'restored' })
  expect(await catalog.db.restore.findUnique({ where: { runId: again.id } })).toMatchObject({
    target: '/t',
    overwrite: 'never',
    requestedById: 'u1',
  })
  expect(await actions()).toEqual(['run.retry success', 'run.retry success'])
})
