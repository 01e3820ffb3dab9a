// Reading chunks: the right bytes or `damaged`, from packs of any sizes; a cache costs nothing when it is lost or spoilt.
import { describe, expect, it } from 'vitest'
import { HoldfastError } from '../../contract/errors.ts'
import { type MemoryStorage, openMemory } from '../../storage/memory.ts'
import type { Storage } from '../../storage/types.ts'
import { randomBytes, text } from '../codec/samples.ts'
import { type ChunkClass, ChunkHasher, DATA, META } from '../crypto/chunk-id.ts'
import { locateChunks, recordOf } from '../index/store.ts'
import { ChunkTable } from '../index/table.ts'
import { writePacks } from '../pack/testing.ts'
import { packKey, type StoredPack } from '../pack/writer.ts'
import { codeRejected, documentedKeys, flipBit, otherKeys } from '../testing.ts'
import { ChunkReader } from './frames.ts'

const keys = documentedKeys()
const hasher = new ChunkHasher(keys.id)
const idOf = (chunkClass: ChunkClass, bytes: Uint8Array): Buffer => hasher.idAt(chunkClass, bytes, 0, bytes.length)

function readerOf(storage: Storage, packs: readonly StoredPack[], cache?: Storage, keyring = keys): ChunkReader {
  const table = ChunkTable.create(0)
  for (const [i, pack] of packs.entries()) locateChunks(table, i, pack.frames)
  return new ChunkReader({ storage, cache, keyring, table, packs: packs.map(recordOf) })
}

const FRAMES = [[text(3000), randomBytes(40)], [randomBytes(100, 5)], [text(50), Buffer.alloc(0), text(7)]]

/** A storage that notes which keys are read. */
function watched(storage: MemoryStorage): Storage & { readonly reads: string[] } {
  const reads: string[] = []
  return {
    ...storage,
    reads,
    async get(key, options) {
      reads.push(key)
      return storage.get(key, options)
    },
  }
}

describe.each([
  ['data', DATA],
  ['trees', META],
] as const)('ChunkReader of %s', (_, chunkClass) => {
  it('gives every chunk, in any order', async () => {
    const storage = openMemory()
    const packs = await writePacks(storage, keys, FRAMES, {
      chunkClass,
      compression: { codec: 'zstd', level: 3 },
      target: 300,
    })
    expect(packs.length).toBeGreaterThan(1)
    const reader = readerOf(storage, packs)
    for (const chunk of [...FRAMES.flat(), ...FRAMES.flat().toReversed()])
      expect((await reader.read(chunkClass, idOf(chunkClass, chunk))).equals(chunk)).toBe(true)
  })

  it('gives nothing for a chunk of the other class, or one that is not there', async () => {
    const storage = openMemory()
    const reader = readerOf(storage, await writePacks(storage, keys, FRAMES, { chunkClass }))
    const other = chunkClass === DATA ? META : DATA
    expect(await codeRejected(reader.read(other, idOf(other, FRAMES[0]![0]!)))).toBe('damaged')
    expect(await codeRejected(reader.read(other, idOf(chunkClass, FRAMES[0]![0]!)))).toBe('damaged')
    expect(await codeRejected(reader.read(chunkClass, Buffer.alloc(32)))).toBe('damaged')
  })

  it('gives the right bytes or `damaged` for a pack with any bit turned over', async () => {
    const storage = openMemory()
    const frames = [[Buffer.from('one'), Buffer.from('two')], [Buffer.from('three')]]
    const packs = await writePacks(storage, keys, frames, { chunkClass })
    const key = packKey(packs[0]!.id)
    const bytes = storage.objects.get(key)!
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      storage.objects.set(key, flipBit(bytes, bit))
      const reader = readerOf(storage, packs)
      for (const chunk of frames.flat()) {
        const outcome = await reader
          .read(chunkClass, idOf(chunkClass, chunk))
          .then(String, (error: HoldfastError) => error.code)
        expect([chunk.toString(), 'damaged']).toContain(outcome)
      }
    }
  })

  it('finds a pack that is gone, cut or swapped `damaged`, and tells which', async () => {
    const storage = openMemory()
    const packs = await writePacks(storage, keys, [[randomBytes(50, 1)], [randomBytes(50, 2)]], {
      chunkClass,
      target: 1,
    })
    const [one, two] = packs.map((pack) => packKey(pack.id)) as [string, string]
    const bytes = storage.objects.get(one)!
    const read = async (): Promise<unknown> =>
      readerOf(storage, packs).read(chunkClass, idOf(chunkClass, randomBytes(50, 1)))
    for (const wrong of [undefined, bytes.subarray(0, 60), Buffer.alloc(0), storage.objects.get(two)!]) {
      if (wrong) storage.objects.set(one, wrong)
      else storage.objects.delete(one)
      await expect(read()).rejects.toMatchObject({ code: 'damaged', message: expect.stringContaining(packs[0]!.id) })
    }
  })

  it('does not take a dead line for damage', async () => {
    const storage = openMemory()
    const packs = await writePacks(storage, keys, FRAMES, { chunkClass })
    const get = async (): Promise<never> => {
      throw new HoldfastError('unavailable', 'The line is dead')
    }
    const reader = readerOf({ ...storage, get }, packs)
    expect(await codeRejected(reader.read(chunkClass, idOf(chunkClass, FRAMES[0]![0]!)))).toBe('unavailable')
  })

  it('gives nothing to the key of another repository', async () => {
    const storage = openMemory()
    const packs = await writePacks(storage, keys, FRAMES, { chunkClass })
    const reader = readerOf(storage, packs, undefined, otherKeys())
    expect(await codeRejected(reader.read(chunkClass, idOf(chunkClass, FRAMES[0]![0]!)))).toBe('damaged')
  })

  it('reads a frame once for the chunks that follow each other in it', async () => {
    const storage = watched(openMemory())
    const packs = await writePacks(storage as never, keys, FRAMES, { chunkClass })
    const reader = readerOf(storage, packs)
    for (const chunk of FRAMES[2]!) await reader.read(chunkClass, idOf(chunkClass, chunk))
    // The header, and the frame.
    expect(storage.reads).toHaveLength(2)
  })
})

it('keeps frames at hand also after many callers asked for the same at once', async () => {
  const storage = watched(openMemory())
  const large = Array.from({ length: 3 }, (_, i) => [randomBytes(2 << 20, i + 1)])
  const packs = await writePacks(storage as never, keys, large)
  const reader = readerOf(storage, packs)
  const ids = large.map(([chunk]) => idOf(DATA, chunk!))
  for (let round = 0; round < 4; round++)
    await Promise.all(ids.flatMap((id) => [1, 2, 3].map(() => reader.read(DATA, id))))
  const before = storage.reads.length
  for (const id of ids) await reader.read(DATA, id)
  expect(storage.reads.length).toBe(before)
})

describe('a cache', () => {
  const chunk = FRAMES[0]![0]!

  async function cached(chunkClass: ChunkClass) {
    const memory = openMemory()
    const packs = await writePacks(memory, keys, FRAMES, { chunkClass })
    const storage = watched(memory)
    const cache = openMemory()
    const read = async (): Promise<Buffer> => readerOf(storage, packs, cache).read(chunkClass, idOf(chunkClass, chunk))
    return { storage, cache, key: packKey(packs[0]!.id), read }
  }

  it('spares the storage all reads of trees but the first', async () => {
    const { storage, cache, key, read } = await cached(META)
    expect((await read()).equals(chunk)).toBe(true)
    expect(storage.reads).toEqual([key])
    expect([...cache.objects.keys()]).toEqual([key])
    expect((await read()).equals(chunk)).toBe(true)
    expect(storage.reads).toEqual([key])
  })

  it('is not filled with data', async () => {
    const { cache, read } = await cached(DATA)
    await read()
    expect(cache.objects.size).toBe(0)
  })

  it('that is spoilt, at any byte, costs another read and nothing else', async () => {
    const { storage, cache, key, read } = await cached(META)
    await read()
    const good = cache.objects.get(key)!
    const spoilt = [
      new Uint8Array(0),
      good.subarray(0, 100),
      new Uint8Array(good.length),
      ...[0, 5, 9, 20, 60].map((at) => flipBit(good, at * 8)),
    ]
    for (const bytes of spoilt) {
      cache.objects.set(key, bytes)
      const before = storage.reads.length
      expect((await read()).equals(chunk)).toBe(true)
      expect(storage.reads.length).toBeGreaterThan(before)
      expect(Buffer.from(cache.objects.get(key)!).equals(good)).toBe(true)
    }
  })

  it('can not vouch for a pack that is damaged in the storage', async () => {
    const { storage, cache, key, read } = await cached(META)
    await storage.put(key, flipBit(await storage.get(key), 500))
    expect(await codeRejected(read())).toBe('damaged')
    expect(cache.objects.size).toBe(0)
  })

  it('that can not be written is done without', async () => {
    const { storage, cache, key, read } = await cached(META)
    cache.put = async () => {
      throw new HoldfastError('no_space', 'full')
    }
    expect((await read()).equals(chunk)).toBe(true)
    expect(new Set(storage.reads)).toEqual(new Set([key]))
  })
})
