// Holdfast's own files: no backup reads them, and no restore writes them.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { jobPayloads } from '#server/contract/jobs.ts'
import { actor, eventually, openServer, type TestServer } from '../faults/support/server.ts'
import { Scratch, write } from '../faults/support/tree.ts'

const opened: { server: TestServer; scratch: Scratch }[] = []
afterEach(async () => {
  for (const { server, scratch } of opened.splice(0)) {
    await server.close()
    scratch[Symbol.dispose]()
  }
})

/** A server whose folder "own", key and catalog are protected; "link" leads to "own". */
async function serve() {
  const scratch = new Scratch()
  const folder = fs.realpathSync(scratch.path)
  write(folder, 'own/server.secret', Buffer.from('secret'))
  write(folder, 'home/a/file', Buffer.from('content'))
  fs.symlinkSync('own', path.join(folder, 'link'))
  const server = await openServer({ folder, schedules: {} })
  opened.push({ server, scratch })
  await server.runtime.start()
  const ended = (id: string) =>
    eventually(async () => {
      const run = await server.runs.get(actor, { id })
      expect(['queued', 'running']).not.toContain(run.state)
      return run
    })
  return {
    ...server,
    at: (...names: string[]) => path.join(folder, ...names),
    async backup(...paths: string[]) {
      const what = { type: 'full' as const, paths, excludes: [], tags: [], allowEmpty: false }
      const { id } = await server.runs.start(actor, { kind: 'backup', repositoryId: server.repositoryId, ...what })
      return ended(id)
    },
    async restore(snapshotId: string | null, target: string, within = '') {
      const snapshot = await eventually(() =>
        server.catalog.db.snapshot.findFirstOrThrow({ where: { snapshotId: snapshotId ?? '' } }),
      )
      const what = { path: within, include: [], target, overwrite: 'always' as const }
      const { runId } = await server.restores.start(actor, { snapshot: snapshot.id, ...what })
      return ended(runId)
    },
  }
}

const refused = { state: 'failed', error: { code: 'refused' } }

it('are refused as a source, whatever leads to them', async () => {
  const server = await serve()
  for (const root of ['own', 'own/server.secret', 'link', 'key', 'catalog.db'])
    expect(await server.backup(server.at('home'), server.at(root)), root).toMatchObject(refused)
  expect(fs.existsSync(server.at('repo/snapshots')) ? fs.readdirSync(server.at('repo/snapshots')) : []).toEqual([])
})

it('are left out of what lies around them, and the log of the run says so', async () => {
  const server = await serve()
  const run = await server.backup(server.at())
  expect(run.snapshotId).not.toBeNull()
  const target = fs.mkdtempSync(path.join(path.dirname(server.at()), 'holdfast-target-'))
  try {
    expect(await server.restore(run.snapshotId, target)).toMatchObject({ kind: 'restore' })
    const names = fs.readdirSync(path.join(target, server.at()))
    expect(names).toEqual(expect.arrayContaining(['home', 'link']))
    expect(names.filter((name) => ['own', 'key', 'catalog.db', 'repo'].includes(name))).toEqual([])
  } finally {
    fs.rmSync(target, { recursive: true })
  }
  const { items } = await server.runs.log(actor, { id: run.id, limit: 100 })
  const line = items.find(({ message }) => message.startsWith('Left out'))?.message
  for (const name of ['own', 'key', 'catalog.db']) expect(line).toContain(server.at(name))
})

it('are refused as a target, also where there is nothing yet', async () => {
  const server = await serve()
  const { snapshotId } = await server.backup(server.at('home'))
  for (const target of ['own', 'own/new/deep', 'link/new', 'key'])
    expect(await server.restore(snapshotId, server.at(target)), target).toMatchObject(refused)
  expect(fs.readdirSync(server.at('own'))).toEqual(['server.secret'])
  expect(await server.restore(snapshotId, server.at('ownership'))).toMatchObject({ state: 'succeeded' })
})

it('are not restored over from above', async () => {
  const server = await serve()
  const trap = server.at('trap')
  // What lies in the snapshot where the server's folder is, seen from the target.
  write(trap, 'own/server.secret', Buffer.from('mine'))
  const { snapshotId } = await server.backup(trap, server.at('home'))
  const inside = path.join(trap, 'own')

  // The whole path is made below the target: to meet "own" the folders above have to be there under the target, too.
  const target = server.at('t')
  fs.mkdirSync(path.dirname(path.join(target, inside)), { recursive: true })
  fs.renameSync(server.at('own'), path.join(target, inside))
  fs.symlinkSync(path.join(target, inside), server.at('own'))
  for (const within of ['', trap, path.join(inside, 'server.secret')])
    expect(await server.restore(snapshotId, target, within), within).toMatchObject(refused)
  expect(fs.readFileSync(server.at('own/server.secret'), 'utf8')).toBe('secret')
  expect(await server.restore(snapshotId, target, server.at('home'))).toMatchObject({ state: 'succeeded' })
})

it('are not reached by paths that go up again', () => {
  const { paths } = jobPayloads.backup.shape
  for (const bad of ['/srv/../own', '/srv/..', '/./srv', '/srv/.'])
    expect(paths.safeParse([bad]).success, bad).toBe(false)
  for (const good of ['/', '/srv/.hidden/..x/a..', '/srv/...']) expect(paths.safeParse([good]).success, good).toBe(true)
})
