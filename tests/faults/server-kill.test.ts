// kill -9 of the server, of a job, of both, at moments nobody chose: after the restart no run is left "running", the repository is sound, the schedule goes
// on, and nothing ran twice for one slot.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { type Catalog, openCatalog } from '#server/db/index.ts'
import { Repository } from '#server/engine/repository/repository.ts'
import { readSnapshots } from '#server/engine/repository/snapshot.ts'
import { systemClock } from '#server/lib/clock.ts'
import { openLocal } from '#server/storage/local.ts'
import { verifyAll } from './support/engine.ts'
import { eventually, root } from './support/server.ts'
import { noise, Scratch, write } from './support/tree.ts'

vi.setConfig({ testTimeout: 600_000 })

const ROUNDS = 12
/** A minute of the servers' clock in real milliseconds. */
const MINUTE = 4000
const SPEED = 60_000 / MINUTE

const scratch = new Scratch()
const folder = scratch.at('server')
const source = scratch.at('source')
fs.mkdirSync(folder)
const epoch = Math.floor(systemClock.now() / 60_000) * 60_000
let server: ChildProcess | undefined
afterAll(async () => {
  if (server?.exitCode === null && server.signalCode === null) {
    server.kill('SIGKILL')
    await once(server, 'close')
  }
  await eventually(async () => expect(jobs()).toEqual([]))
  scratch[Symbol.dispose]()
})

async function startServer(): Promise<void> {
  const main = path.join(root, 'tests/faults/support/server-main.ts')
  const args = ['--disable-warning=ExperimentalWarning', main, folder, source, String(epoch), String(SPEED)]
  server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: '/usr/bin:/bin' } })
  const [first] = (await Promise.race([once(server.stdout!, 'data'), once(server, 'close')])) as [unknown]
  expect(String(first)).toBe('ready\n')
}

async function killServer(): Promise<void> {
  server!.kill('SIGKILL')
  await once(server!, 'close')
}

/** Processes of jobs of this test: those that have one of its runs as their argument, and work. */
function jobs(): number[] {
  const found: number[] = []
  for (const entry of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const read = (name: string): string => {
      try {
        return fs.readFileSync(`/proc/${entry}/${name}`, 'latin1')
      } catch {
        return ''
      }
    }
    const id = read('cmdline')
      .split('\0')
      .find((word) => runIds.has(word))
    if (id !== undefined && !/\) [ZX] /.test(read('stat'))) found.push(Number(entry))
  }
  return found
}

const runIds = new Set<string>()
async function learnRuns(catalog: Catalog): Promise<void> {
  for (const { id } of await catalog.db.run.findMany({ select: { id: true } })) runIds.add(id)
}

function killJobs(): number {
  const found = jobs()
  for (const pid of found) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      // It has ended meanwhile.
      expect(error).toMatchObject({ code: 'ESRCH' })
    }
  }
  return found.length
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

it('leaves nothing undone, half done or done twice', async () => {
  for (let i = 0; i < 40; i++) write(source, `files/${i}`, noise(`${i}`, 20_000))
  await startServer()
  const catalog = await openCatalog({ url: `file:${path.join(folder, 'catalog.db')}`, clock: systemClock })
  const countOf = (state: string): Promise<number> => catalog.db.run.count({ where: { state } })
  let killedJobs = 0
  for (let round = 0; round < ROUNDS; round++) {
    write(source, `files/${round}`, noise(`round ${round}`, 1 << 20))
    // At least every other time something is at work.
    if (round % 2 === 0) await eventually(async () => expect(await countOf('running')).toBeGreaterThan(0))
    await pause(((round * 7919) % 97) * 15)
    await learnRuns(catalog)
    const victim = round % 3
    if (victim !== 1) await killServer()
    if (victim !== 0) killedJobs += killJobs()
    if (victim !== 1) await startServer()
  }
  expect(killedJobs).toBeGreaterThan(0)
  expect(await countOf('orphaned')).toBeGreaterThan(0)

  // The schedule goes on: two more runs, and all is well with them.
  const succeeded = await countOf('succeeded')
  await eventually(async () => expect(await countOf('succeeded')).toBeGreaterThan(succeeded + 1), 120_000)
  server!.kill('SIGTERM')
  expect((await once(server!, 'close'))[0]).toBe(0)

  const runs = await catalog.db.run.findMany({ orderBy: { slot: 'asc' } })
  expect(runs.filter(({ state }) => state === 'running')).toEqual([])
  // Every slot is there, once.
  const slots = runs.flatMap(({ slotKey, slot }) => (slotKey !== null && slot ? [slot.getTime()] : []))
  expect(slots).toEqual(slots.map((_, i) => slots[0]! + i * 60_000))
  await learnRuns(catalog)
  await eventually(async () => expect(jobs()).toEqual([]))

  const storage = await openLocal(path.join(folder, 'repo'))
  const repository = await Repository.open({ storage }, { kind: 'keyfile', bytes: Buffer.from('correct horse') })
  expect((await verifyAll(repository)).problems).toEqual([])
  const { snapshots } = await readSnapshots(storage, repository.keyring)
  const madeBy = snapshots.map(({ tags }) => tags.filter((tag) => tag.startsWith('run:')).join())
  expect(new Set(madeBy).size).toBe(snapshots.length)
  const there = new Set(snapshots.map(({ id }) => id))
  for (const { id, state, snapshotId } of runs) {
    if (state === 'succeeded') expect(there, id).toContain(snapshotId)
  }
  await catalog.close()
})
