// The index can be made anew from the packs; what can't be read is told, and the rest is found again.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { HoldfastError } from '../../contract/errors.ts'
import { type MemoryStorage, openMemory } from '../../storage/memory.ts'
import { randomBytes, text } from '../codec/samples.ts'
import { writePacks } from '../pack/testing.ts'
import { packKey } from '../pack/writer.ts'
import { Repository } from '../repository/repository.ts'
import { readSnapshots } from '../repository/snapshot.ts'
import { restore } from '../restore/restore.ts'
import {
  backUp,
  codeRejected,
  documentedKeys,
  flipBit,
  keysOf,
  makeFolder,
  makeRepository,
  SECRET,
  writeFiles,
} from '../testing.ts'
import { readPack, rebuildIndex } from './rebuild.ts'
import { decodeIndex, openIndex } from './store.ts'

const FILES: Record<string, string | Buffer> = {
  'a/text': text(50_000),
  'a/random': randomBytes(700_000, 3),
  'b/c/small': 'small',
  'b/empty': '',
}

/** A repository with two snapshots of two folders, and what was in them. */
async function filled(): Promise<{ storage: MemoryStorage; folder: string }> {
  const { storage, open } = await makeRepository()
  const folder = makeFolder()
  writeFiles(folder, FILES)
  await backUp(await open(), folder)
  writeFiles(folder, { 'a/more': randomBytes(600_000, 9) })
  await backUp(await open(), folder)
  return { storage, folder }
}

/** Restores the latest snapshot. @returns how many files failed, and whether all others are right */
async function restoreAll(storage: MemoryStorage, folder: string): Promise<{ failures: number; right: boolean }> {
  const repository = await Repository.open({ storage }, SECRET)
  const { snapshots } = await readSnapshots(storage, repository.keyring)
  const target = makeFolder()
  const { failures } = await restore(repository, snapshots.at(-1)!, {
    path: Buffer.from(folder).toString('latin1'),
    target,
    includes: [],
    overwrite: 'always',
    dryRun: false,
    verify: true,
    threads: 0,
    who: { euid: process.geteuid?.() ?? 0, egid: process.getegid?.() ?? 0, umask: 0o22 },
  })
  const top = join(target, folder)
  const restored = readdirSync(top, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const right = restored.every((entry) => {
    const path = join(entry.parentPath, entry.name)
    return readFileSync(path).equals(readFileSync(join(folder, path.slice(top.length))))
  })
  return { failures: failures.length, right }
}

/** Packs and their frames, as all index objects list them. */
async function listed(storage: MemoryStorage): Promise<unknown[]> {
  const { keyring } = await Repository.open({ storage }, SECRET)
  return keysOf(storage, 'index/')
    .flatMap((key) => [...decodeIndex(openIndex(keyring, key.slice('index/'.length), storage.objects.get(key)!))])
    .map((pack) => ({
      ...pack,
      frames: pack.frames.map((frame) => ({ ...frame, ids: Buffer.from(frame.ids).toString('hex') })),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

const drop = (storage: MemoryStorage, prefix: string): void => {
  for (const key of keysOf(storage, prefix)) storage.objects.delete(key)
}
const rebuild = async (storage: MemoryStorage) => rebuildIndex(await Repository.open({ storage }, SECRET))

describe('rebuildIndex', () => {
  it('makes the same index of the packs alone, and everything restores', async () => {
    const { storage, folder } = await filled()
    const before = await listed(storage)
    drop(storage, 'index/')
    const lost = await restoreAll(storage, folder).catch((error: HoldfastError) => error.code)
    expect(lost).toBe('damaged')
    const outcome = await rebuild(storage)
    expect(outcome).toMatchObject({ packs: before.length, unreadable: [], objectsRemoved: 0 })
    expect(await listed(storage)).toEqual(before)
    expect(await restoreAll(storage, folder)).toEqual({ failures: 0, right: true })
  })

  it('puts one object in the place of many, and forgets packs that are gone', async () => {
    const { storage, folder } = await filled()
    const before = await listed(storage)
    const old = keysOf(storage, 'index/')
    expect(old.length).toBeGreaterThan(1)
    const progress: number[][] = []
    const repository = await Repository.open({ storage }, SECRET)
    const outcome = await rebuildIndex(repository, { onProgress: (...at) => progress.push(at) })
    expect(outcome.objectsRemoved).toBe(old.length)
    expect(keysOf(storage, 'index/')).toHaveLength(1)
    expect(old).not.toContain(keysOf(storage, 'index/')[0])
    expect(await listed(storage)).toEqual(before)
    expect(progress.at(-1)).toEqual([before.length, before.length])
    expect(await restoreAll(storage, folder)).toEqual({ failures: 0, right: true })
    storage.objects.delete(keysOf(storage, 'packs/')[0]!)
    expect((await rebuild(storage)).packs).toBe(before.length - 1)
    expect(await listed(storage)).toHaveLength(before.length - 1)
  })

  it('finds packs that no index object ever listed', async () => {
    const { storage } = await filled()
    const { keyring } = await Repository.open({ storage }, SECRET)
    const [orphan] = await writePacks(storage, keyring, [[Buffer.from('left by a writer that was killed')]])
    await rebuild(storage)
    expect(await listed(storage)).toContainEqual(expect.objectContaining({ id: orphan!.id }))
  })

  it.each([
    ['trailer', -20],
    ['footer', -3],
    ['salt', 20],
    ['key epoch', 9],
    ['magic', 1],
    ['class', 4],
  ])('says so when a pack is damaged in its %s, and keeps the word of the old index', async (_, at) => {
    const { storage, folder } = await filled()
    const before = await listed(storage)
    for (const key of keysOf(storage, 'packs/')) {
      const bytes = storage.objects.get(key)!
      storage.objects.set(key, flipBit(bytes, (at < 0 ? bytes.length + at : at) * 8))
      const outcome = await rebuild(storage)
      expect(outcome.unreadable.map(({ object }) => object)).toEqual([key])
      expect(outcome.unreadable[0]!.message).toContain('the old index')
      expect(await listed(storage)).toEqual(before)
      storage.objects.set(key, bytes)
    }
    expect(await restoreAll(storage, folder)).toEqual({ failures: 0, right: true })
  })

  it('says so when a pack is damaged and there is no old index, and finds all others', async () => {
    const { storage, folder } = await filled()
    const data = (await listed(storage)) as { id: string; chunkClass: number }[]
    const broken = packKey(data.find((pack) => pack.chunkClass === 0)!.id)
    const bytes = storage.objects.get(broken)!
    storage.objects.set(broken, flipBit(bytes, (bytes.length - 20) * 8))
    drop(storage, 'index/')
    const outcome = await rebuild(storage)
    expect(outcome.unreadable.map(({ object }) => object)).toEqual([broken])
    expect(outcome.packs).toBe(data.length - 1)
    const { failures, right } = await restoreAll(storage, folder)
    expect(failures).toBeGreaterThan(0)
    expect(right).toBe(true)
  })

  it('does not need the old index to be readable', async () => {
    const { storage, folder } = await filled()
    for (const key of keysOf(storage, 'index/')) storage.objects.set(key, Buffer.from('garbage'))
    const pack = keysOf(storage, 'packs/')[0]!
    storage.objects.set(pack, storage.objects.get(pack)!.subarray(0, 30))
    const outcome = await rebuild(storage)
    expect(outcome.unreadable.map(({ object }) => object)).toContain(pack)
    expect((await restoreAll(storage, folder).catch(() => ({ right: true }))).right).toBe(true)
  })

  it('leaves alone what lies among packs and index objects and is none', async () => {
    const { storage } = await filled()
    const strange = [
      'packs/notes.txt',
      `packs/ab/${'0'.repeat(64)}`,
      `packs/00/${'A'.repeat(64)}`,
      'index/.DS_Store',
      `index/a/${'0'.repeat(64)}`,
    ]
    for (const key of strange) storage.objects.set(key, Buffer.from('x'))
    expect((await rebuild(storage)).unreadable).toEqual([])
    for (const key of strange) expect(storage.objects.has(key)).toBe(true)
  })

  it('goes on when a pack is gone by the time that it is read', async () => {
    const { storage } = await filled()
    const [gone, ...others] = keysOf(storage, 'packs/')
    const late: MemoryStorage = {
      ...storage,
      async *list(prefix) {
        yield* storage.list(prefix)
        if (prefix === 'packs/') storage.objects.delete(gone!)
      },
    }
    const repository = await Repository.open({ storage: late }, SECRET)
    expect(await rebuildIndex(repository)).toMatchObject({ packs: others.length, unreadable: [] })
  })

  it('finds a pack that the listing does not show yet, by the old index', async () => {
    const { storage } = await filled()
    const before = await listed(storage)
    const [late] = keysOf(storage, 'packs/')
    const lagging: MemoryStorage = {
      ...storage,
      async *list(prefix) {
        for await (const object of storage.list(prefix)) if (object.key !== late) yield object
      },
    }
    await rebuildIndex(await Repository.open({ storage: lagging }, SECRET))
    expect(await listed(storage)).toEqual(before)
  })

  it('removes nothing when the storage takes no new object', async () => {
    const { storage } = await filled()
    const before = keysOf(storage, 'index/')
    const full: MemoryStorage = {
      ...storage,
      put: async () => {
        throw new HoldfastError('no_space', 'full')
      },
    }
    const repository = await Repository.open({ storage: full }, SECRET)
    expect(await codeRejected(rebuildIndex(repository))).toBe('no_space')
    expect(keysOf(storage, 'index/')).toEqual(before)
  })

  it('does not take a dead line for damage', async () => {
    const { storage } = await filled()
    const before = keysOf(storage, 'index/')
    const dead: MemoryStorage = {
      ...storage,
      get: async (key, options) => {
        if (key.startsWith('packs/')) throw new HoldfastError('unavailable', 'The line is dead')
        return storage.get(key, options)
      },
    }
    expect(await codeRejected(rebuildIndex(await Repository.open({ storage: dead }, SECRET)))).toBe('unavailable')
    expect(keysOf(storage, 'index/')).toEqual(before)
  })

  it('of an empty repository makes no object', async () => {
    const { storage } = await makeRepository()
    expect(await rebuild(storage)).toEqual({ packs: 0, chunks: 0, unreadable: [], objectsRemoved: 0 })
    expect(keysOf(storage, 'index/')).toEqual([])
  })
})

describe('readPack', () => {
  const keys = documentedKeys()

  it('reads trailers that do not fit into the first read', async () => {
    const storage = openMemory()
    const chunks = Array.from({ length: 4000 }, (_, i) => Buffer.from(String(i)))
    const [pack] = await writePacks(storage, keys, [chunks.slice(0, 10), chunks.slice(10)])
    const read = await readPack(storage, keys, pack!)
    expect(read.frames.map((frame) => frame.lengths.length)).toEqual([10, 3990])
    expect(Buffer.from(read.frames[1]!.ids)).toEqual(Buffer.from(pack!.frames[1]!.ids))
  })

  it('refuses a pack of another size than it was listed with', async () => {
    const storage = openMemory()
    const [pack] = await writePacks(storage, keys, [[Buffer.from('x')]])
    for (const size of [pack!.size - 1, pack!.size + 1, 0, 51, 52])
      expect(await codeRejected(readPack(storage, keys, { id: pack!.id, size }))).toBe('damaged')
  })
})
