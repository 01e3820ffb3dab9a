// The runtime with the catalog and real jobs: queue, schedules, restores, from the request to the row.
import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { ScheduleSettings } from '#server/contract/config/document.ts'
import type { LiveEvent } from '#server/contract/events.ts'
import { spoilLargestPack } from '#server/engine/testing.ts'
import { dateOf, systemClock } from '#server/lib/clock.ts'
import { actor, eventually, openServer, type TestServer, type TestServerOptions } from '../faults/support/server.ts'
import { Scratch, write } from '../faults/support/tree.ts'

const opened: { server: TestServer; scratch: Scratch }[] = []
afterEach(async () => {
  for (const { server, scratch } of opened.splice(0)) {
    await server.close()
    scratch[Symbol.dispose]()
  }
})

const daily = (source: string): ScheduleSettings => ({
  type: 'incremental',
  cron_expression: '0 2 * * *',
  include_paths: [source],
})

async function serve(
  options: Partial<TestServerOptions> = {},
): Promise<TestServer & { source: string; folder: string }> {
  const scratch = new Scratch()
  const source = scratch.at('source')
  for (let i = 0; i < 20; i++) write(source, `files/${i}`, Buffer.from(`content ${i}`))
  const server = await openServer({ folder: scratch.path, schedules: { daily: daily(source) }, ...options })
  opened.push({ server, scratch })
  return { ...server, source, folder: scratch.path }
}

/** The run once it has ended. */
const ended = (server: TestServer, id: string) =>
  eventually(async () => {
    const run = await server.runs.get(actor, { id })
    expect(['queued', 'running']).not.toContain(run.state)
    return run
  })

const scheduleNamed = async (server: TestServer, name: string) => {
  const { items } = await server.schedules.list(actor, { limit: 50, removed: true })
  return items.find((item) => item.name === name)!
}

describe('a backup', () => {
  it('runs in a process of its own, and leaves a snapshot, figures and events', async () => {
    const server = await serve()
    const seen: LiveEvent[] = []
    const controller = new AbortController()
    const listening = (async () => {
      for await (const event of server.events.subscribe(controller.signal)) seen.push(event)
    })()
    await server.runtime.start()
    const schedule = await scheduleNamed(server, 'daily')
    const { id } = await server.schedules.runNow(actor, { id: schedule.id })
    const run = await ended(server, id)
    expect(run).toMatchObject({ state: 'succeeded', kind: 'backup', trigger: 'manual', error: null, filesRead: 20 })
    expect(run.statistics).toMatchObject({ filesNew: 20, verified: 'ok', type: 'full' })
    const row = await eventually(() =>
      server.catalog.db.snapshot.findFirstOrThrow({ where: { runId: id, verifyState: 'structure' } }),
    )
    expect(row).toMatchObject({ snapshotId: run.snapshotId, scheduleName: 'daily' })
    controller.abort()
    await listening
    const states = seen.filter((event) => event.kind === 'run' && event.id === id)
    expect(states.map((event) => (event.kind === 'run' ? event.state : ''))).toEqual(
      expect.arrayContaining(['queued', 'running', 'succeeded']),
    )
    // Where it was on its way down to the source and in it; in the end it is nowhere.
    const places = states.flatMap((event) =>
      event.kind === 'run' ? [event.progress?.path ?? []].flat().map(String) : [],
    )
    expect(places.length).toBeGreaterThan(1)
    for (const place of places)
      expect(`${server.source}/`.startsWith(place) || place.startsWith(`${server.source}/files`)).toBe(true)
    expect(places.at(-1)).toBe('')
    expect((await server.runs.get(actor, { id })).progress ?? {}).not.toHaveProperty('path')
    expect((await scheduleNamed(server, 'daily')).lastRun?.id).toBe(id)
  })

  it('with files that can not be read ends with a warning that lists them', async () => {
    const server = await serve()
    await server.runtime.start()
    // A file that is gone between list and open, or may not be read, is the engine's business; a socket in a file's place is not readable either.
    const { id } = await server.runs.start(actor, {
      kind: 'backup',
      repositoryId: server.repositoryId,
      type: 'full',
      paths: ['/proc/self/attr', server.source],
      excludes: [],
      tags: [],
      allowEmpty: false,
    })
    const run = await ended(server, id)
    expect(run.state).toBe('warning')
    expect(run.error?.code).toBe('incomplete')
    expect(JSON.stringify(run.statistics)).toContain('/proc/')
  })

  it('that had committed its snapshot when everything died is not made again', async () => {
    const server = await serve()
    await server.runtime.start()
    const schedule = await scheduleNamed(server, 'daily')
    const { id } = await server.schedules.runNow(actor, { id: schedule.id })
    const { snapshotId } = await ended(server, id)
    await server.runtime.stop()
    // As if the server had died before it learnt of it.
    const leaseOwner = server.runtime.owner.replace(/~\d+\/(?=\w+$)/, '~1/')
    const data = {
      state: 'running',
      snapshotId: null,
      finishedAt: null,
      leaseOwner,
      leaseUntil: dateOf(systemClock.now()),
    }
    await server.catalog.transaction((tx) => tx.run.update({ where: { id }, data }))
    const next = await openServer({
      folder: server.folder,
      schedules: {},
      catalog: server.catalog,
      runtime: { times: { lookEveryMs: 100 } },
    })
    await next.runtime.start()
    expect(await ended(server, id)).toMatchObject({ state: 'orphaned' })
    const again = await eventually(() => server.catalog.db.run.findFirstOrThrow({ where: { trigger: 'retry' } }))
    expect(await ended(server, again.id)).toMatchObject({ state: 'succeeded', snapshotId })
    const { items } = await server.runs.log(actor, { id: again.id, limit: 10 })
    expect(items.map(({ message }) => message).join()).toContain('it is not made again')
    expect(fs.readdirSync(path.join(server.repositoryFolder, 'snapshots'))).toEqual([snapshotId])
    await next.runtime.stop()
  })

  it('that a shutdown interrupted after its commit is not made again', async () => {
    const server = await serve()
    await server.runtime.start()
    const schedule = await scheduleNamed(server, 'daily')
    const { id } = await server.schedules.runNow(actor, { id: schedule.id })
    const { snapshotId } = await ended(server, id)
    // As a shutdown gives it back: the same attempt, later.
    const data = { state: 'queued', snapshotId: null, finishedAt: null, progress: null, statistics: null }
    await server.catalog.transaction((tx) => tx.run.update({ where: { id }, data }))
    expect(await ended(server, id)).toMatchObject({ state: 'succeeded', snapshotId, attempt: 1 })
    expect(fs.readdirSync(path.join(server.repositoryFolder, 'snapshots'))).toEqual([snapshotId])
  })

  it('of a folder that is empty all of a sudden is refused', async () => {
    const server = await serve()
    await server.runtime.start()
    const schedule = await scheduleNamed(server, 'daily')
    await ended(server, (await server.schedules.runNow(actor, { id: schedule.id })).id)
    fs.rmSync(path.join(server.source, 'files'), { recursive: true })
    const run = await ended(server, (await server.schedules.runNow(actor, { id: schedule.id })).id)
    expect(run).toMatchObject({ state: 'failed', error: { code: 'refused' } })
  })
})

describe('a restore', () => {
  it('brings back what was backed up; a plan only says what it would do', async () => {
    const server = await serve()
    await server.runtime.start()
    const schedule = await scheduleNamed(server, 'daily')
    await ended(server, (await server.schedules.runNow(actor, { id: schedule.id })).id)
    const snapshot = await eventually(() => server.catalog.db.snapshot.findFirstOrThrow())
    const target = path.join(server.folder, 'target')
    const what = { snapshot: snapshot.id, path: '', include: [], target, overwrite: 'if-changed' as const }
    const plan = await server.restores.plan(actor, what)
    await ended(server, plan.runId)
    const planned = await server.restores.get(actor, { id: plan.id })
    expect(planned).toMatchObject({ dryRun: true, state: 'succeeded' })
    expect(JSON.stringify(planned.statistics)).toContain('files/7')
    expect(fs.existsSync(path.join(target, server.source))).toBe(false)

    const restore = await server.restores.start(actor, what)
    expect(await ended(server, restore.runId)).toMatchObject({ kind: 'restore', state: 'succeeded' })
    expect(fs.readFileSync(path.join(target, server.source, 'files/7'), 'utf8')).toBe('content 7')
    const { items } = await server.restores.list(actor, { limit: 10 })
    expect(items.map((item) => item.id)).toEqual([restore.id, plan.id])
    const again = await server.restores.start(actor, { ...what, overwrite: 'never' })
    expect(await ended(server, again.runId)).toMatchObject({ state: 'succeeded', filesRead: 0, bytesRead: 0 })
    expect(await server.restores.get(actor, { id: again.id })).toMatchObject({ wroteNothing: true })
    const listed = (await server.restores.list(actor, { limit: 10 })).items
    expect(listed.map(({ wroteNothing }) => wroteNothing)).toEqual([true, false, false])
    const runs = (await server.runs.list(actor, { limit: 10, kind: 'restore' })).items
    expect(runs.map(({ dryRun }) => dryRun)).toEqual([false, false, true])
    const stranger = { ...actor, permissions: new Set([]), userId: 'somebody' }
    expect((await server.restores.list(stranger, { limit: 10 })).items).toEqual([])
    await expect(server.restores.get(stranger, { id: restore.id })).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('a verification', () => {
  it('finds damage, and says so about the repository', async () => {
    const server = await serve()
    await server.runtime.start()
    const schedule = await scheduleNamed(server, 'daily')
    await ended(server, (await server.schedules.runNow(actor, { id: schedule.id })).id)
    const verify = async () =>
      ended(
        server,
        (await server.runs.start(actor, { kind: 'verify', repositoryId: server.repositoryId, readData: true })).id,
      )
    expect(await verify()).toMatchObject({ state: 'succeeded' })
    await eventually(async () =>
      expect(await server.repositories.get(actor, { id: server.repositoryId })).toMatchObject({ verifyState: 'ok' }),
    )
    const packs = path.join(server.repositoryFolder, 'packs')
    const [pack] = fs.readdirSync(packs, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    fs.rmSync(path.join(pack!.parentPath, pack!.name))
    expect(await verify()).toMatchObject({ state: 'failed', error: { code: 'damaged' } })
    await eventually(async () =>
      expect(await server.repositories.get(actor, { id: server.repositoryId })).toMatchObject({
        verifyState: 'damaged',
      }),
    )
  })

  it('of the structure is no proof; what a restore meets counts, and whose trees are shared is told, too', async () => {
    const server = await serve()
    await server.runtime.start()
    const { repositoryId } = server
    write(server.source, 'files/large', randomBytes(200_000))
    const schedule = await scheduleNamed(server, 'daily')
    const backUp = async () => ended(server, (await server.schedules.runNow(actor, { id: schedule.id })).id)
    const verify = async (readData: boolean) =>
      ended(server, (await server.runs.start(actor, { kind: 'verify', repositoryId, readData })).id)
    const states = async () => {
      const { verifyState, partialCheck } = await server.repositories.get(actor, { id: repositoryId })
      const rows = await server.catalog.db.snapshot.findMany({ orderBy: { time: 'asc' } })
      return [partialCheck?.depth ?? verifyState, ...rows.map((row) => row.verifyState)]
    }
    await backUp()
    await backUp()
    await eventually(async () => expect(await states()).toHaveLength(3))
    expect(await verify(false)).toMatchObject({ state: 'succeeded', depth: 'structure' })
    expect(await states()).toEqual(['structure', 'structure', 'structure'])
    expect(await verify(true)).toMatchObject({ state: 'succeeded', depth: 'all' })
    expect(await states()).toEqual(['ok', 'ok', 'ok'])

    const { items } = await server.runs.list(actor, { limit: 10 })
    expect(items.map(({ depth }) => depth)).toEqual(['all', 'structure', null, null])

    spoilLargestPack(server.repositoryFolder)
    expect(await verify(false)).toMatchObject({ state: 'succeeded' })
    const snapshot = await server.catalog.db.snapshot.findFirstOrThrow({ orderBy: { time: 'asc' } })
    const target = path.join(server.folder, 'target')
    const what = { snapshot: snapshot.id, path: '', include: [], target, overwrite: 'never' as const }
    const restore = await server.restores.start(actor, what)
    expect(await ended(server, restore.runId)).toMatchObject({ state: 'failed', error: { code: 'damaged' } })
    expect(await states()).toEqual(['damaged', 'damaged', 'ok'])
    expect(await verify(true)).toMatchObject({ state: 'failed', error: { code: 'damaged' } })
    expect(await states()).toEqual(['damaged', 'damaged', 'damaged'])
  })
})
