// Objects that rot, vanish, are swapped or do not belong: a restore gives the right bytes or an error, verify names the object, and what can be
// healed heals.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { codeOf } from '#server/contract/errors.ts'
import { rebuildIndex } from '#server/engine/index/rebuild.ts'
import { addSlot } from '#server/engine/repository/slots.ts'
import type { StoredSnapshot } from '#server/engine/repository/snapshot.ts'
import { type MemoryStorage, openMemory } from '#server/storage/memory.ts'
import { fault } from '#server/storage/wrappers/fault.ts'
import type { Item } from '../fixtures/golden/tree.ts'
import { initRepository, listSnapshots, openRepository, restoreInto, takeBackup, verifyAll } from './support/engine.ts'
import { holdfast, RESTORED } from './support/process.ts'
import { changeTree, describeRestored, describeSource, itemPath, makeTree, Scratch, write } from './support/tree.ts'

// Hundreds of runs: a minute is short for them on a machine that is busy.
vi.setConfig({ testTimeout: 300_000 })

const scratch = new Scratch()
const source = scratch.at('source/files')
const original = new Map<string, Uint8Array>()
const trees = new Map<string, Item[]>()
let first: StoredSnapshot
let last: StoredSnapshot
/** Packs that the first snapshot needs. */
let firstPacks: string[]
let storage: MemoryStorage

beforeAll(async () => {
  const memory = openMemory(original)
  await initRepository(memory)
  const repository = await openRepository(memory)
  const { masters, repositoryId } = repository.keyring.material
  const options = { iterations: 100_000, label: 'second', now: 0 }
  const another = { kind: 'keyfile', bytes: Buffer.from('another') } as const
  await addSlot(memory, another, { masters, repositoryId, config: repository.configText }, options)
  makeTree(source, 1 << 20)
  first = await keepTree(memory)
  firstPacks = keys('packs/')
  changeTree(source)
  last = await keepTree(memory)
})
beforeEach(() => {
  storage = openMemory(new Map(original))
})
afterAll(() => scratch[Symbol.dispose]())

async function keepTree(memory: MemoryStorage): Promise<StoredSnapshot> {
  const { snapshot } = await takeBackup(memory, source)
  trees.set(snapshot.id, describeSource(source))
  return snapshot
}

const keys = (prefix: string): string[] => [...original.keys()].filter((key) => key.startsWith(prefix)).sort()
/** The packs of one class: data (0) or trees (1). */
const packs = (chunkClass: number): string[] => keys('packs/').filter((key) => original.get(key)?.[4] === chunkClass)
/** The slot that the tests' secret opens, or the other one. */
const slots = (kind: string): string[] =>
  keys('keys/').filter((key) => Buffer.from(original.get(key) ?? []).includes(`"kind": "${kind}"`))

const kinds = {
  config: () => keys('config'),
  'the key slot in use': () => slots('password'),
  'another key slot': () => slots('keyfile'),
  'a pack of data': () => packs(0),
  'a pack of trees': () => packs(1),
  'an index object': () => keys('index/'),
  'a snapshot': () => keys('snapshots/'),
}

function flip(key: string, bit: number): void {
  const bytes = Uint8Array.from(storage.objects.get(key) ?? [])
  const at = bit % (bytes.length * 8)
  bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7))
  storage.objects.set(key, bytes)
}

/** Positions in every part of an object: its head, its end, and some between. */
function bitsOf(key: string): number[] {
  const bits = (original.get(key)?.length ?? 0) * 8
  return [3, 77, 0.21, 0.5, 0.83].map((at) => (at < 1 ? Math.floor(bits * at) : at)).concat(bits - 70, bits - 2)
}

/** Restores every snapshot that is listed. Throws when a byte is wrong or missing without a word. @returns whether anything was reported */
async function restoreAll(): Promise<boolean> {
  let reported = false
  const repository = await openRepository(storage)
  const snapshots = await listSnapshots(repository)
  for (const snapshot of snapshots) {
    using target = new Scratch(scratch.path)
    const { failures, differences } = await restoreInto(repository, snapshot, target.path)
    expect(differences.filter((difference) => difference.path.startsWith(source))).toEqual([])
    const told = failures.map(({ path }) => path.slice(source.length + 1))
    const came = new Map(describeRestored(target.path, source).map((item) => [itemPath(item), item]))
    for (const item of trees.get(snapshot.id) ?? []) {
      if (told.some((path) => path === itemPath(item) || itemPath(item).startsWith(`${path}/`) || path === '')) continue
      // A link to a file that failed is told of on its own; a name that stands first instead of second is the same file.
      const { sameAs: _, mtime: __, ...expected } = item
      expect(came.get(itemPath(item))).toMatchObject(expected)
    }
    reported ||= failures.length > 0
  }
  return reported || snapshots.length < trees.size
}

const problemsOf = (): Promise<string[]> =>
  verifyAll(storage).then(
    ({ problems }) => problems.map(({ object, message }) => `${object}: ${message}`),
    (error: unknown) => {
      expect(codeOf(error), String(error)).toBe('damaged')
      return [String(error)]
    },
  )

const identical = async (snapshot: StoredSnapshot, expected = trees.get(snapshot.id)): Promise<void> => {
  using target = new Scratch(scratch.path)
  const { failures } = await restoreInto(storage, snapshot, target.path)
  expect(failures).toEqual([])
  expect(describeRestored(target.path, source)).toEqual(expected)
}

describe('a flipped bit', () => {
  it.each(Object.entries(kinds))('in %s: the right bytes or an error, and verify finds it', async (_, list) => {
    const found = list()
    expect(found.length).toBeGreaterThan(0)
    for (const key of found.slice(0, 2)) {
      for (const bit of bitsOf(key)) {
        storage = openMemory(new Map(original))
        flip(key, bit)
        expect(await problemsOf(), `${key} bit ${bit}`).not.toEqual([])
        await restoreAll().catch((error: unknown) =>
          expect(codeOf(error), `${key} bit ${bit}: ${error}`).toBe('damaged'),
        )
      }
    }
  })

  it('in README.txt is harmless', async () => {
    flip('README.txt', 1000)
    expect(await problemsOf()).toEqual([])
    expect(await restoreAll()).toBe(false)
  })

  it('in config is healed from the key slot by the next backup', async () => {
    for (const bit of [8 * 30, 8 * 60, 8 * 200, 8 * 300]) {
      storage = openMemory(new Map(original))
      flip('config', bit)
      await identical(last)
      await takeBackup(storage, source)
      expect(Buffer.from(storage.objects.get('config') ?? [])).toEqual(Buffer.from(original.get('config') ?? []))
      expect(await problemsOf()).toEqual([])
    }
  })

  it('in a pack of trees loses no more than what hangs on them', async () => {
    for (const key of packs(1)) {
      storage = openMemory(new Map(original))
      flip(key, 8 * 100)
      // Other folders come back: it does not end the restore.
      expect(await restoreAll(), key).toBe(true)
    }
  })

  it('in a pack of trees does not stop the next backup', async () => {
    for (const key of packs(1)) {
      storage = openMemory(new Map(original))
      flip(key, 8 * 100)
      await takeBackup(storage, source)
    }
  })
})

describe('what is lost', () => {
  it('config: healed from the key slot', async () => {
    storage.objects.delete('config')
    expect(await problemsOf()).toEqual([expect.stringContaining('config')])
    await identical(last)
    await takeBackup(storage, source)
    expect(storage.objects.has('config')).toBe(true)
    expect(await problemsOf()).toEqual([])
  })

  it('every index object: nothing can be restored silently, and rebuild-index heals', async () => {
    for (const key of keys('index/')) storage.objects.delete(key)
    expect(await problemsOf()).not.toEqual([])
    await restoreAll().catch((error: unknown) => expect(codeOf(error)).toBe('damaged'))
    await rebuildIndex(await openRepository(storage))
    expect(await problemsOf()).toEqual([])
    expect(await restoreAll()).toBe(false)
  })

  it('an index object that rotted: rebuild-index heals', async () => {
    for (const key of keys('index/')) flip(key, 999)
    await rebuildIndex(await openRepository(storage))
    expect(await problemsOf()).toEqual([])
    expect(await restoreAll()).toBe(false)
  })

  it('a pack: verify and restore tell, rebuild-index forgets it, and the next backup stores again what is still there', async () => {
    for (const key of [...packs(0), ...packs(1)]) {
      storage = openMemory(new Map(original))
      storage.objects.delete(key)
      expect(await problemsOf(), key).toEqual(expect.arrayContaining([expect.stringContaining('missing')]))
      const reported = await restoreAll().catch((error: unknown) => {
        expect(codeOf(error), `${key}: ${error}`).toBe('damaged')
        return true
      })
      // All packs but those that only the first backup of the changed files needs are part of some snapshot.
      expect(reported, key).toBe(true)
      await rebuildIndex(await openRepository(storage))
      const { snapshot } = await takeBackup(storage, source)
      await identical(snapshot, trees.get(last.id))
    }
  })

  it('the end of a pack', async () => {
    for (const key of [...packs(0).slice(0, 2), ...packs(1).slice(0, 2)]) {
      for (const keep of [0, 20, 500, (original.get(key)?.length ?? 0) - 1]) {
        storage = openMemory(new Map(original))
        storage.objects.set(key, (original.get(key) ?? new Uint8Array()).slice(0, keep))
        expect(await problemsOf(), `${key} cut to ${keep}`).not.toEqual([])
        await restoreAll().catch((error: unknown) => expect(codeOf(error), String(error)).toBe('damaged'))
      }
    }
  })
})

describe('an object in the place of another', () => {
  it.each([
    ['a key slot', () => keys('keys/')],
    ['a pack of data', () => packs(0)],
    ['a pack of trees', () => packs(1)],
    ['a snapshot', () => keys('snapshots/')],
    ['an index object', () => keys('index/')],
    ['a pack of the other class', () => [packs(0)[0] ?? '', packs(1)[0] ?? '']],
    ['a snapshot as an index object', () => [keys('snapshots/')[0] ?? '', keys('index/')[0] ?? '']],
  ])('%s is found', async (_, list) => {
    const [a = '', b = ''] = list()
    expect(b).not.toBe('')
    storage.objects.set(a, original.get(b) ?? new Uint8Array())
    expect(await problemsOf()).not.toEqual([])
    await restoreAll().catch((error: unknown) => expect(codeOf(error), String(error)).toBe('damaged'))
  })
})

describe('a snapshot that somebody removed', () => {
  it('is missed by verify when another follows it', async () => {
    storage.objects.delete(`snapshots/${first.id}`)
    const { problems } = await verifyAll(storage)
    expect(problems).toEqual([
      { object: `snapshots/${first.id}`, message: expect.stringContaining(`snapshot ${last.id} of test follows it`) },
    ])
  })
})

describe('objects that are none of ours', () => {
  const foreign = [
    'packs/.DS_Store',
    'packs/ab/Thumbs.db',
    `packs/zz/${'0'.repeat(64)}`,
    'index/desktop.ini',
    'snapshots/.DS_Store',
    'snapshots/copy of a snapshot'.replaceAll(' ', '-'),
    'sessions/lost',
    'keys/notes.txt',
    'other/thing',
  ]

  it('are told of by verify, and change nothing else', async () => {
    for (const key of foreign) storage.objects.set(key, Buffer.from('what is this?'))
    const outcome = await verifyAll(storage)
    expect([...outcome.foreign].sort()).toEqual([...foreign].sort())
    expect(outcome.problems).toEqual([])
    expect(await listSnapshots(storage)).toHaveLength(trees.size)
    await identical(last)
    const { errors } = await takeBackup(storage, source)
    expect(errors).toEqual([])
    await rebuildIndex(await openRepository(storage))
    await identical(last)
    for (const key of foreign) expect(storage.objects.has(key), key).toBe(true)
  })

  it('under a name of ours are damage', async () => {
    for (const folder of ['index', 'snapshots', 'keys', `packs/${'0'.repeat(2)}`]) {
      storage = openMemory(new Map(original))
      storage.objects.set(`${folder}/${'0'.repeat(64)}`, Buffer.from('what is this?'))
      const { problems, unusedPacks } = await verifyAll(storage)
      expect([...problems.map(({ object }) => object), ...unusedPacks], folder).toEqual([
        expect.stringContaining('0'.repeat(64)),
      ])
    }
  })
})

describe('a storage that is out of reach for a moment', () => {
  it('is never taken for a damaged one', async () => {
    const counted = fault(openMemory(new Map(original)))
    await verifyAll(counted)
    for (let at = 1; at <= counted.count; at++) {
      const faulty = fault(openMemory(new Map(original)), [{ at, kind: 'before' }])
      await expect(verifyAll(faulty), `operation ${at}`).rejects.toMatchObject({ code: 'unavailable' })
    }
  })
})

describe('the command line', () => {
  const ofFirst = (chunkClass: number): string | undefined => packs(chunkClass).find((key) => firstPacks.includes(key))
  const lose = (file: string): void => fs.rmSync(file)
  const spoil = (file: string): void => {
    const bytes = fs.readFileSync(file)
    const at = bytes.length >> 1
    bytes[at] = (bytes[at] ?? 0) ^ 4
    fs.chmodSync(file, 0o600)
    fs.writeFileSync(file, bytes)
  }

  it.each([
    ['a spoilt pack of data', () => ofFirst(0), spoil, { verify: 6, restore: 6 }],
    ['a lost pack of data', () => ofFirst(0), lose, { verify: 6, restore: 6 }],
    ['a spoilt pack of trees', () => ofFirst(1), spoil, { verify: 6, restore: 6 }],
    ['a spoilt index object', () => keys('index/')[0], spoil, { verify: 6, restore: 6 }],
    ['a spoilt snapshot', () => `snapshots/${first.id}`, spoil, { verify: 6, restore: 6 }],
    ['a spoilt key slot', () => slots('password')[0], spoil, { verify: 6, restore: 6 }],
    ['another spoilt key slot', () => slots('keyfile')[0], spoil, { verify: 6, restore: 0 }],
    ['a spoilt config', () => 'config', spoil, { verify: 6, restore: 0 }],
    ['a lost config', () => 'config', lose, { verify: 6, restore: 0 }],
    ['a spoilt README.txt', () => 'README.txt', spoil, { verify: 0, restore: 0 }],
  ])('ends with status 6 where it has to: %s', async (_, find, change, expected) => {
    using folder = new Scratch()
    for (const [key, bytes] of original) write(folder.path, `repository/${key}`, bytes)
    const repository = folder.at('repository')
    change(path.join(repository, find() ?? ''))
    const verified = await holdfast('verify', '--repo', repository, '--read-data')
    expect(verified.status, verified.stderr).toBe(expected.verify)
    const words = ['restore', '--repo', repository, first.id, '--target', folder.at('target')]
    const restored = await holdfast(...words)
    expect(expected.restore === 0 ? RESTORED : [expected.restore], restored.stderr).toContain(restored.status)
    for (const { stderr } of [verified, restored]) expect(stderr).not.toMatch(/\n\s+at /)
  })
})
