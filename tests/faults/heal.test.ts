// Damage and its cure: no green status while something is wrong, a way back to a repository that can be relied on, nothing hidden by a cache.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { messageWithoutNames, namesBehind } from '#server/contract/names.ts'
import { find } from '#server/engine/browse/find.ts'
import { list } from '#server/engine/browse/list.ts'
import { rebuildIndex } from '#server/engine/index/rebuild.ts'
import { Repository } from '#server/engine/repository/repository.ts'
import type { StoredSnapshot } from '#server/engine/repository/snapshot.ts'
import { inspector } from '#server/engine/verify/inspect.ts'
import { verify } from '#server/engine/verify/verify.ts'
import { type MemoryStorage, openMemory } from '#server/storage/memory.ts'
import {
  initRepository,
  listSnapshots,
  openRepository,
  restoreInto,
  secret,
  takeBackup,
  verifyAll,
} from './support/engine.ts'
import { describeRestored, describeSource, makeTree, Scratch } from './support/tree.ts'

vi.setConfig({ testTimeout: 300_000 })

const scratch = new Scratch()
const source = scratch.at('source/files')
const original = new Map<string, Uint8Array>()
let storage: MemoryStorage

beforeAll(async () => {
  const memory = openMemory(original)
  await initRepository(memory)
  makeTree(source, 1 << 20)
  await takeBackup(memory, source)
})
beforeEach(() => {
  storage = openMemory(new Map(original))
})
afterAll(() => scratch[Symbol.dispose]())

const keys = (prefix: string): string[] => [...original.keys()].filter((key) => key.startsWith(prefix)).sort()
const packs = (chunkClass: number): string[] => keys('packs/').filter((key) => original.get(key)?.[4] === chunkClass)

/** Turns a bit in the middle of the object: in a pack, within a frame. */
function damage(key: string): void {
  const bytes = Uint8Array.from(original.get(key)!)
  bytes[60] = bytes[60]! ^ 4
  storage.objects.set(key, bytes)
}

async function restoresIdentical(snapshot: StoredSnapshot): Promise<void> {
  using place = new Scratch()
  const outcome = await restoreInto(storage, snapshot, place.at('target'))
  expect(outcome.failures).toEqual([])
  expect(describeRestored(place.at('target'), source)).toEqual(describeSource(source))
}

async function heal(): Promise<number> {
  const repository = await openRepository(storage)
  return (await rebuildIndex(repository, { inspect: inspector(repository) })).unreadable.length
}

describe.each([
  ['trees', 1],
  ['data', 0],
])('a damaged pack of %s', (_, chunkClass) => {
  it('is left out by rebuild-index --read-data, and the next full backup makes snapshots whole', async () => {
    for (const key of packs(chunkClass)) damage(key)
    expect((await verifyAll(storage)).problems).not.toEqual([])
    expect(await heal()).toBe(packs(chunkClass).length)
    const { snapshot } = await takeBackup(storage, source, { type: 'full' })
    await restoresIdentical(snapshot)
    // Old trees come back only where nothing above the source has changed meanwhile.
    if (chunkClass === 0) for (const each of await listSnapshots(storage)) await restoresIdentical(each)
    const { problems, damagedSnapshots, damagedAside } = await verifyAll(storage)
    if (chunkClass === 0) {
      expect([problems, damagedSnapshots]).toEqual([[], []])
      expect(damagedAside).not.toEqual([])
    }
    expect(damagedSnapshots).not.toContain(snapshot.id)
    expect(problems.filter(({ object }) => object.endsWith(snapshot.id))).toEqual([])
  })
})

it('an incremental backup that can not read the trees before it takes them out of the index, and stores them anew', async () => {
  for (const key of packs(1)) damage(key)
  const notices: string[] = []
  const { snapshot } = await takeBackup(storage, source, { onNotice: (text) => notices.push(text) })
  expect(notices.join('\n')).toContain('made anew without what is damaged')
  const withoutFolder = "The last backup of a folder can't be read, so its files are read anew."
  expect(notices[0]).toContain(`${withoutFolder}${namesBehind.path}/`)
  expect(messageWithoutNames(notices[0] ?? '')).toBe(withoutFolder)
  await restoresIdentical(snapshot)
})

it('verify looks at the storage, whatever a cache holds', async () => {
  const cache = openMemory()
  const warm = await Repository.open({ storage, cache }, secret)
  for await (const step of list(warm, (await listSnapshots(storage))[0]!, '', true)) expect(step.path).not.toBe('')
  expect(cache.objects.size).toBeGreaterThan(0)
  damage(packs(1)[0]!)
  damage(keys('index/')[0]!)
  const again = await Repository.open({ storage, cache }, secret)
  const { problems } = await verify(again, { readData: true, sample: undefined, threads: 0 })
  expect(problems.map(({ object }) => object)).toContain(keys('index/')[0])
})

it('a damaged index object keeps nothing from being restored, but not from being told', async () => {
  for (const key of keys('index/')) damage(key)
  const [snapshot] = await listSnapshots(storage)
  const before = new Map(storage.objects)
  using place = new Scratch()
  const outcome = await restoreInto(storage, snapshot!, place.at('target'))
  expect(outcome.damaged).toBe(true)
  expect(outcome.failures.map((failure) => failure.path)).toEqual(keys('index/'))
  expect(describeRestored(place.at('target'), source)).toEqual(describeSource(source))
  expect(storage.objects).toEqual(before)
})

describe('a damaged snapshot', () => {
  beforeEach(() => damage(keys('snapshots/')[0]!))

  it('does not let an empty root pass', async () => {
    using place = new Scratch()
    const empty = place.at('empty')
    fs.mkdirSync(empty, { recursive: true })
    await expect(takeBackup(storage, empty)).rejects.toThrow(/can't be read, which may have had files/)
    await expect(takeBackup(storage, empty, { allowEmpty: true })).resolves.toBeDefined()
  })

  it('is told by a backup, and by a search after its hits', async () => {
    const notices: string[] = []
    await takeBackup(storage, source, { onNotice: (text) => notices.push(text) })
    expect(notices.join('\n')).toContain(keys('snapshots/')[0]!.slice('snapshots/'.length))
    const repository = await openRepository(storage)
    const found: string[] = []
    const search = async (): Promise<void> => {
      for await (const hit of find(repository, path.basename(source), { ignoreCase: false })) found.push(hit.path)
    }
    await expect(search()).rejects.toThrow(/can't be read/)
    expect(found).toContain(source)
  })
})
