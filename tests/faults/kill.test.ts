// Real processes killed at moments nobody chose: nothing that was committed is lost, and the next run goes on where the dead one stopped.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Repository } from '#server/engine/repository/repository.ts'
import { readSnapshot, type StoredSnapshot } from '#server/engine/repository/snapshot.ts'
import { openLocal } from '#server/storage/local.ts'
import type { Item } from '../fixtures/golden/tree.ts'
import { initRepository, openRepository, restoreInto, takeBackup, verifyAll } from './support/engine.ts'
import { documentOf, type Ended, filesBelow, holdfast, launcher, RESTORED, start } from './support/process.ts'
import { describeRestored, describeSource, makeTree, noise, Scratch, write } from './support/tree.ts'

// Dozens of processes: a minute is short for them on a machine that is busy.
vi.setConfig({ testTimeout: 300_000 })

const scratch = new Scratch()
const source = scratch.at('source/files')
const base = scratch.at('base')
let first: StoredSnapshot
let firstTree: Item[]
let secondTree: Item[]

beforeAll(async () => {
  makeTree(source)
  for (let i = 0; i < 6; i++) write(source, `replaced/${i}`, noise(`old ${i}`, 100_000))
  firstTree = describeSource(source)
  const storage = await openLocal(base)
  await initRepository(storage)
  first = (await takeBackup(storage, source)).snapshot
  for (let i = 0; i < 6; i++) write(source, `replaced/${i}`, noise(`new ${i}`, 3 << 20))
  for (let i = 0; i < 160; i++) write(source, `many/${i % 8}/${i}`, noise(`many ${i}`, 2_000))
  secondTree = describeSource(source)
})
afterAll(() => scratch[Symbol.dispose]())

/** A copy of the repository as it was before the run that is to be killed. */
function copyOfBase(name: string): string {
  const repository = scratch.at(name)
  fs.cpSync(base, repository, { recursive: true })
  return repository
}

/** Spread over the run, a little beside the even steps; always the same. */
const moments = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => (i + ((i * 7919) % 97) / 97) / count)

async function killedAfter(milliseconds: number, args: readonly string[]): Promise<Ended> {
  const { child, ended } = start(launcher, args)
  const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds)
  const result = await ended
  clearTimeout(timer)
  return result
}

/** Killed when the run has added more than a MiB of packs. */
async function killedOnceStored(repository: string, args: readonly string[]): Promise<Ended> {
  const before = packBytes(repository)
  const { child, ended } = start(launcher, args)
  const watch = setInterval(() => {
    if (packBytes(repository) > before + (2 << 20)) child.kill('SIGKILL')
  }, 1)
  const result = await ended
  clearInterval(watch)
  return result
}

/** How long the whole run takes here and now: what the moments are shares of. */
async function durationOf(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

const packBytes = (repository: string): number =>
  filesBelow(path.join(repository, 'packs')).reduce(
    (sum, file) => sum + fs.statSync(path.join(repository, 'packs', file)).size,
    0,
  )

async function restored(repository: Repository, snapshot: string): Promise<Item[]> {
  using target = new Scratch(scratch.path)
  const found = await readSnapshot(repository.storage, repository.keyring, snapshot)
  expect((await restoreInto(repository, found, target.path)).failures).toEqual([])
  return describeRestored(target.path, source)
}

describe('SIGKILL', () => {
  it('in a backup', async () => {
    const whole = copyOfBase('whole')
    const before = packBytes(whole)
    const duration = await durationOf(() => holdfast('backup', '--repo', whole, source))
    const added = packBytes(whole) - before
    let reused = 0
    let killed = 0
    // Twelve moments of the run, and three as soon as some packs are stored, however quick that goes.
    const kills: ((repository: string, args: readonly string[]) => Promise<Ended>)[] = [
      ...moments(12).map((moment) => (_: string, args: readonly string[]) => killedAfter(moment * duration, args)),
      ...Array<typeof killedOnceStored>(3).fill(killedOnceStored),
    ]
    for (const [i, kill] of kills.entries()) {
      const repository = copyOfBase(`killed-${i}`)
      const dead = await kill(repository, ['backup', '--repo', repository, source])
      if (dead.signal === 'SIGKILL') killed++
      const survived = packBytes(repository) - before
      const left = await openRepository(await openLocal(repository))
      expect((await verifyAll(left)).problems).toEqual([])
      expect(await restored(left, first.id)).toEqual(firstTree)

      const next = documentOf(await holdfast('backup', '--repo', repository, source, '--json'))
      // What was stored is not stored again, but for what lay in a pack of trees.
      expect(next.bytesStored).toBeLessThanOrEqual(added - survived + 100_000)
      if (survived > 1 << 20) reused++
      expect(filesBelow(path.join(repository, 'tmp'))).toEqual([])
      const healed = await openRepository(await openLocal(repository))
      expect(await verifyAll(healed)).toMatchObject({ problems: [], unusedPacks: [] })
      expect(await restored(healed, String(next.snapshotId))).toEqual(secondTree)
      fs.rmSync(repository, { recursive: true })
    }
    expect(killed).toBeGreaterThan(0)
    expect(reused).toBeGreaterThan(0)
  })

  it('in a restore over older files', async () => {
    const repository = copyOfBase('restored-from')
    const { snapshot } = await takeBackup(await openLocal(repository), source)
    const old = async (target: string): Promise<void> => {
      await restoreInto(await openRepository(await openLocal(repository)), first, target)
    }
    const words = (target: string): string[] => ['restore', '--repo', repository, snapshot.id, '--target', target]
    const measured = scratch.at('measured')
    await old(measured)
    const duration = await durationOf(() => holdfast(...words(measured)))
    for (const moment of moments(6)) {
      using target = new Scratch(scratch.path)
      await old(target.path)
      await killedAfter((0.3 + 0.7 * moment) * duration, words(target.path))
      const again = await holdfast(...words(target.path), '--overwrite', 'if-changed')
      expect(RESTORED, again.stderr).toContain(again.status)
      expect(describeRestored(target.path, source)).toEqual(secondTree)
      expect(filesBelow(target.path).filter((file) => file.includes('.holdfast-'))).toEqual([])
    }
  })
})

describe('SIGINT', () => {
  it('ends a backup with status 130, and the next run goes on', async () => {
    const whole = copyOfBase('uninterrupted')
    const duration = await durationOf(() => holdfast('backup', '--repo', whole, source))
    const repository = copyOfBase('interrupted')
    const { child, ended } = start(launcher, ['backup', '--repo', repository, source])
    const timer = setTimeout(() => child.kill('SIGINT'), duration * 0.6)
    const { status, stderr } = await ended
    clearTimeout(timer)
    expect(status, stderr).toBe(130)
    const storage = await openLocal(repository)
    expect(await verifyAll(storage)).toMatchObject({ problems: [] })
    const next = await holdfast('backup', '--repo', repository, source)
    expect(next.status, next.stderr).toBe(0)
    expect(await verifyAll(storage)).toMatchObject({ problems: [], unusedPacks: [], snapshots: 2 })
  })
})
