// Which files a backup reads again, and that every snapshot is whole on its own.
import { randomBytes } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { backup } from '#server/engine/archive/backup.ts'
import { type BackupStatistics, readSnapshots } from '#server/engine/repository/snapshot.ts'
import { systemClock } from '#server/lib/clock.ts'
import type { ObjectWriter, Storage } from '#server/storage/types.ts'
import { Lab } from './lab.ts'
import { backupOptions, openRepository } from './repository.ts'
import { build, differences, type Item, isRoot, look, type Tree } from './tree.ts'

const MIB = 1 << 20

let lab: Lab
const at = (...parts: string[]): string => path.join(lab.source, ...parts)
const counts = ({ filesNew, filesChanged, filesUnmodified }: BackupStatistics): number[] => [
  filesNew,
  filesChanged,
  filesUnmodified,
]
const items: Item[] = [
  { path: 'a', type: 'file', data: 'content of a' },
  { path: 'd', type: 'dir' },
  { path: 'd/b', type: 'file', data: 'content of b' },
  { path: 'd/big', type: 'file', random: [[0, 2 * MIB, 'big']] },
  { path: 'd/sparse', type: 'file', size: 2 * MIB, random: [[0, MIB, 'sparse']] },
  { path: 'd/s', type: 'symlink', target: 'b' },
  { path: 'd/p', type: 'fifo' },
]

beforeEach(async () => {
  lab = await Lab.open()
  build(lab.source, items)
})

describe('an incremental backup', () => {
  it.each([0, 2])('reads nothing of what did not change (%i threads)', async (threads) => {
    const first = await lab.backup({ threads })
    expect(first.snapshot).toMatchObject({ type: 'full', parent: null })
    expect(counts(first.snapshot.statistics)).toEqual([4, 0, 0])
    const second = await lab.backup({ threads })
    expect(second.snapshot).toMatchObject({ type: 'incremental', parent: first.snapshot.id })
    expect(second.snapshot.statistics).toMatchObject({ filesUnmodified: 4, filesNew: 0, filesChanged: 0, bytesRead: 0 })
    expect(second.snapshot.statistics.bytes).toBe(first.snapshot.statistics.bytes)
  })

  /** What is done to the source, and how many files are then new, changed and unmodified. */
  const changes: [string, () => void, number[]][] = [
    ['grew', () => appendFileSync(at('a'), '!'), [0, 1, 3]],
    ['shrank', () => truncateSync(at('d/big'), 5), [0, 1, 3]],
    ['has another time', () => utimesSync(at('a'), 5, 5), [0, 1, 3]],
    ['has another content, but its old size and time', () => changeKeepingTime(at('a')), [0, 1, 3]],
    ['is large and has another content, but its old size and time', () => changeKeepingTime(at('d/big')), [0, 1, 3]],
    [
      'is sparse and has another content, but its old size and time',
      () => changeKeepingTime(at('d/sparse')),
      [0, 1, 3],
    ],
    ['was replaced by another of the same size and time', () => replaceKeepingTime(at('a')), [0, 1, 3]],
    ['has another mode', () => chmodSync(at('a'), 0o600), [0, 1, 3]],
    ['was renamed', () => renameSync(at('a'), at('z')), [1, 0, 3]],
    ['was moved', () => renameSync(at('a'), at('d/a')), [1, 0, 3]],
    ['got another name', () => linkSync(at('a'), at('d/a')), [1, 1, 3]],
    ['is gone', () => unlinkSync(at('a')), [0, 0, 3]],
    ['became a directory', () => become(at('a'), () => mkdirSync(at('a'))), [0, 0, 3]],
    ['became a link', () => become(at('a'), () => symlinkSync('d/b', at('a'))), [0, 0, 3]],
    ['was a directory', () => become(at('d'), () => writeFileSync(at('d'), 'x')), [1, 0, 1]],
    ['was a link', () => become(at('d/s'), () => writeFileSync(at('d/s'), 'x')), [1, 0, 4]],
  ]

  function changeKeepingTime(file: string): void {
    const { mtime, atime } = lstatSync(file)
    const bytes = readFileSync(file)
    bytes[1000 % bytes.length]! ^= 1
    // Written over, not anew: holes stay holes.
    writeFileSync(file, bytes, { flag: 'r+' })
    utimesSync(file, atime, mtime)
  }

  function replaceKeepingTime(file: string): void {
    const { mtime, atime, size } = lstatSync(file)
    writeFileSync(`${file}.new`, 'x'.repeat(size))
    utimesSync(`${file}.new`, atime, mtime)
    renameSync(`${file}.new`, file)
  }

  function become(file: string, make: () => void): void {
    rmSync(file, { recursive: true })
    make()
  }

  it.each(changes)('notices a file that %s', async (_, change, expected) => {
    await lab.backup()
    change()
    const before = look(lab.source)
    const { snapshot } = await lab.backup()
    expect(counts(snapshot.statistics)).toEqual(expected)
    await lab.restore(snapshot)
    expect(differences(before, look(lab.restored))).toEqual([])
  })

  it.runIf(isRoot)('notices another owner, and attributes of what is no file', async () => {
    const change = { uid: 7, gid: 8, xattrs: { 'trusted.a': 'x' } }
    await lab.backup()
    rmSync(at('d/p'))
    build(lab.source, [{ path: 'd/p', type: 'fifo', ...change }])
    const before = look(lab.source)
    await lab.restore((await lab.backup()).snapshot)
    expect(differences(before, look(lab.restored))).toEqual([])
  })

  it('reads a file again that changed in the second of the last backup, or later', async () => {
    const changed = lstatSync(at('a')).ctimeMs
    const clockAt = (ms: number) => ({ now: () => ms })
    const second = 1000 * Math.floor(changed / 1000)
    await lab.backup({ clock: clockAt(second) })
    const again = await lab.backup({ clock: clockAt(second + 60_000) })
    expect(again.snapshot.statistics.filesChanged).toBeGreaterThan(0)
    const later = await lab.backup({ clock: clockAt(second + 120_000) })
    expect(counts(later.snapshot.statistics)).toEqual([0, 0, 4])
  })

  it('of other roots, or of another host, has nothing to compare with', async () => {
    await lab.backup()
    const other = await lab.backup({ host: 'other' })
    expect(other.snapshot).toMatchObject({ type: 'full', parent: null, previous: null })
    const narrower = await lab.backup({ roots: [at('d')] })
    expect(narrower.snapshot).toMatchObject({ type: 'full', parent: null })
    expect(narrower.snapshot.statistics.bytesStored).toBeLessThan(10_000)
  })
})

describe('other types', () => {
  it('full reads everything, and stores nothing twice', async () => {
    await lab.backup()
    const { snapshot } = await lab.backup({ type: 'full' })
    expect(snapshot).toMatchObject({ type: 'full', parent: null })
    expect(counts(snapshot.statistics)).toEqual([4, 0, 0])
    expect(snapshot.statistics.bytesRead).toBeGreaterThan(2 * MIB)
    expect(snapshot.statistics.bytesStored).toBeLessThan(10_000)
  })

  it('differential compares with the last full one', async () => {
    const full = await lab.backup({ type: 'full' })
    writeFileSync(at('a'), 'second')
    await lab.backup()
    writeFileSync(at('d/b'), 'third')
    const { snapshot } = await lab.backup({ type: 'differential' })
    expect(snapshot).toMatchObject({ type: 'differential', parent: full.snapshot.id })
    expect(counts(snapshot.statistics)).toEqual([0, 2, 2])
    const later = await lab.backup({ type: 'differential' })
    expect(later.snapshot).toMatchObject({ parent: full.snapshot.id })
    expect(counts(later.snapshot.statistics)).toEqual([0, 2, 2])
  })
})

it('every snapshot is whole on its own: the others may go', async () => {
  const trees = new Map<string, Tree>()
  const keep = async (change: () => void, type: 'full' | 'incremental' | 'differential'): Promise<void> => {
    change()
    const tree = look(lab.source)
    trees.set((await lab.backup({ type })).snapshot.id, tree)
  }
  await keep(() => undefined, 'full')
  await keep(() => writeFileSync(at('a'), 'second'), 'incremental')
  await keep(() => renameSync(at('d'), at('e')), 'differential')
  await keep(() => appendFileSync(at('e/big'), 'more'), 'incremental')
  await keep(() => unlinkSync(at('a')), 'incremental')
  const all = path.join(lab.repository, 'snapshots')
  const aside = path.join(lab.folder, 'aside')
  renameSync(all, aside)
  for (const id of readdirSync(aside)) {
    mkdirSync(all)
    writeFileSync(path.join(all, id), readFileSync(path.join(aside, id)))
    const repository = await openRepository(lab.repository)
    const { snapshots } = await readSnapshots(repository.storage, repository.keyring)
    expect(snapshots.map((snapshot) => snapshot.id)).toEqual([id])
    const target = path.join(lab.folder, id)
    await lab.restore(snapshots[0]!, { target })
    expect(differences(trees.get(id)!, look(path.join(target, lab.source)))).toEqual([])
    // That the one before it was taken away is told, and nothing else is wrong.
    const removed = snapshots.flatMap(({ previous }) => (previous === null ? [] : [`snapshots/${previous}`]))
    expect((await lab.verify()).problems.map(({ object }) => object)).toEqual(removed)
    rmSync(all, { recursive: true })
  }
})

describe('a source that does not keep still', () => {
  /** A backup during which `hook` is called whenever something is stored. */
  async function backupWith(hook: () => void) {
    const repository = await openRepository(lab.repository)
    const { storage } = repository
    const create = async (): Promise<ObjectWriter> => {
      const writer = await storage.create()
      const append = (bytes: Uint8Array): Promise<void> => {
        hook()
        return writer.append(bytes)
      }
      return { append, commit: (key, options) => writer.commit(key, options), abort: () => writer.abort() }
    }
    const hooked: Storage = Object.assign(Object.create(storage) as Storage, { create })
    for (const name of ['get', 'put', 'stat', 'list', 'delete'] as const)
      Object.assign(hooked, { [name]: (storage[name] as (...args: unknown[]) => unknown).bind(storage) })
    Object.defineProperty(repository, 'storage', { value: hooked })
    const clock = { now: () => systemClock.now() + 10_000 }
    return backup(repository, backupOptions({ roots: [lab.source], clock }))
  }
  const told = (errors: readonly { path: string; error: string }[]): Record<string, string> =>
    Object.fromEntries(errors.map(({ path: name, error }) => [path.relative(lab.source, name), error]))

  it.each(['d/big', 'd/sparse'])(
    '%s that changes all the time is kept, flagged and told, and read again next time',
    async (name) => {
      // Other bytes each time, so that each attempt has something to store.
      const { snapshot, errors } = await backupWith(() => writeFileSync(at(name), randomBytes(MIB), { flag: 'r+' }))
      expect(told(errors)).toEqual({ [name]: 'changed while it was read; what was read is kept and flagged' })
      const restored = await lab.restore(snapshot)
      expect(restored.failures).toEqual([])
      const next = await lab.backup()
      expect(next.errors).toEqual([])
      expect(next.snapshot.statistics.filesChanged).toBe(1)
      await lab.restore(next.snapshot)
      expect(differences(look(lab.source), look(lab.restored))).toEqual([])
    },
  )

  it('a file that changes once is read once more, and whole', async () => {
    let done = false
    const { snapshot, errors } = await backupWith(() => {
      if (!done) appendFileSync(at('d/big'), 'x')
      done = true
    })
    expect(done).toBe(true)
    expect(errors).toEqual([])
    await lab.restore(snapshot)
    expect(differences(look(lab.source), look(lab.restored))).toEqual([])
  })

  it('a file that shrinks while it is read is restored as long as what was read', async () => {
    let size = 2 * MIB
    const { snapshot, errors } = await backupWith(() => {
      size = Math.max(MIB, size - 10_000)
      writeFileSync(at('d/big'), randomBytes(size))
    })
    expect(Object.keys(told(errors))).toEqual(['d/big'])
    expect((await lab.restore(snapshot, { verify: true })).failures).toEqual([])
    expect((await lab.verify()).problems).toEqual([])
  })

  it('what is gone before it is opened was deleted: no error, and nothing of it in the snapshot', async () => {
    build(lab.source, [
      { path: 'e', type: 'dir' },
      { path: 'e/f', type: 'file', data: 'x' },
      ...Array.from({ length: 5 }, (_, i): Item => ({ path: `x${i}`, type: 'file', data: `x${i}` })),
    ])
    const { snapshot, errors } = await backupWith(() => {
      for (let i = 0; i < 5; i++) rmSync(at(`x${i}`), { force: true })
      rmSync(at('e'), { recursive: true, force: true })
    })
    expect(errors).toEqual([])
    const restored = await lab.restore(snapshot)
    expect(restored.failures).toEqual([])
    expect(Object.keys(look(lab.restored))).not.toContain('x0')
  })
})
