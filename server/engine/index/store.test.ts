// Index objects: what goes in comes out, for this repository and this name only.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HoldfastError } from '../../contract/errors.ts'
import { ByteWriter } from '../../lib/bytes.ts'
import { openMemory } from '../../storage/memory.ts'
import { ID_LENGTH } from '../crypto/chunk-id.ts'
import { nameOf, seal } from '../crypto/seal.ts'
import { HEADER_LENGTH } from '../pack/format.ts'
import type { StoredPack } from '../pack/writer.ts'
import { codeRejected, codeThrown, commonRun, documentedKeys, flipBit, keysOf, otherKeys } from '../testing.ts'
import {
  decodeIndex,
  IndexWriter,
  loadIndexObject,
  locateChunks,
  openIndex,
  type PackRecord,
  packsOf,
  recordOf,
} from './store.ts'
import { ChunkTable } from './table.ts'

const keys = documentedKeys()
const id = fc.uint8Array({ minLength: 32, maxLength: 32 })
const frame = fc
  .record({
    storedLength: fc.integer({ min: 16, max: 1 << 20 }),
    codec: fc.nat(5),
    chunks: fc.array(fc.tuple(id, fc.nat(5000)), { maxLength: 5 }),
  })
  .map(({ storedLength, codec, chunks }) => {
    const lengths = chunks.map(([, length]) => length)
    const ids = Buffer.concat(chunks.map(([each]) => each))
    return { storedLength, codec, rawLength: lengths.reduce((a, b) => a + b, 0), ids, lengths }
  })
const pack = fc
  .record({ id, chunkClass: fc.constantFrom(0 as const, 1 as const), frames: fc.array(frame, { maxLength: 5 }) })
  .map(
    ({ id: bytes, chunkClass, frames }): StoredPack => ({
      id: Buffer.from(bytes).toString('hex'),
      chunkClass,
      frames,
      size: frames.reduce((sum, each) => sum + each.storedLength, HEADER_LENGTH + 100),
    }),
  )

const plain = (packs: Iterable<StoredPack>): StoredPack[] =>
  [...packs].map((each) => ({ ...each, frames: each.frames.map((f) => ({ ...f, ids: Buffer.from(f.ids) })) }))

/** Index objects that list these packs, one `flush` for each group. */
async function write(groups: readonly (readonly StoredPack[])[]): Promise<ReturnType<typeof openMemory>> {
  const storage = openMemory()
  const writer = new IndexWriter(storage, keys)
  for (const packs of groups) {
    for (const each of packs) writer.add(each)
    await writer.flush()
  }
  expect([...writer.written].sort()).toEqual(keysOf(storage, 'index/'))
  return storage
}

const read = (key: string, bytes: Uint8Array, keyring = keys): StoredPack[] => [
  ...decodeIndex(openIndex(keyring, key.slice('index/'.length), bytes)),
]

describe('IndexWriter', () => {
  it('writes packs so that they come back, in one object for each flush', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(pack, { minLength: 1, maxLength: 4 }), { maxLength: 3 }), async (groups) => {
        const storage = await write(groups)
        const back = [...storage.objects].flatMap(([key, bytes]) => plain(read(key, bytes)))
        expect(back).toEqual(plain(groups.flat()))
        expect(storage.objects.size).toBe(groups.length)
      }),
      { numRuns: 40 },
    )
  })

  it('writes nothing when nothing was added', async () => {
    expect((await write([[], []])).objects.size).toBe(0)
  })

  it('starts another object when one has grown to some MiB, before anybody flushes', async () => {
    const storage = openMemory()
    const writer = new IndexWriter(storage, keys)
    const large = fc.sample(pack, { numRuns: 1, seed: 1 })[0]!
    const frames = [
      {
        storedLength: 16,
        codec: 0,
        rawLength: 0,
        lengths: Array<number>(70_000).fill(0),
        ids: Buffer.alloc(70_000 * ID_LENGTH),
      },
    ]
    for (let i = 0; i < 4; i++) writer.add({ ...large, frames })
    expect(writer.written.size).toBe(2)
    await writer.flush()
    expect([...storage.objects].flatMap(([key, bytes]) => read(key, bytes))).toHaveLength(4)
  })

  it('tells whoever flushes that an earlier object could not be stored', async () => {
    const failing = {
      ...openMemory(),
      put: async () => {
        throw new HoldfastError('no_space', 'full')
      },
    }
    const writer = new IndexWriter(failing, keys)
    writer.add(fc.sample(pack, { numRuns: 1, seed: 1 })[0]!)
    expect(await codeRejected(writer.flush())).toBe('no_space')
    expect(await codeRejected(writer.flush())).toBe('no_space')
  })

  it('never writes the same bytes twice', async () => {
    const packs = fc.sample(pack, { numRuns: 5, seed: 2 })
    const [one, two] = [await write([packs]), await write([packs])]
    expect(commonRun([...one.objects.values()][0]!, [...two.objects.values()][0]!, 16)).toBeUndefined()
  })
})

describe('openIndex', () => {
  const packs = fc.sample(pack, { numRuns: 2, seed: 3 })

  it('refuses every bit turned over, also under a name made to fit', async () => {
    const [[key, bytes]] = [...(await write([packs])).objects] as [[string, Uint8Array]]
    for (let bit = 0; bit < bytes.length * 8; bit += 5) {
      const altered = flipBit(bytes, bit)
      expect(codeThrown(() => read(key, altered))).toBe('damaged')
      // Only in the epoch does it look like an object of a newer key.
      const expected = bit >= 32 && bit < 64 ? 'wrong_secret' : 'damaged'
      expect(codeThrown(() => read(`index/${nameOf(altered)}`, altered))).toBe(expected)
    }
  })

  it('refuses an index of another repository, and one under the name of another', async () => {
    const storage = await write([[packs[0]!], [packs[1]!]])
    const [[one, first], [two, second]] = [...storage.objects] as [[string, Uint8Array], [string, Uint8Array]]
    expect(codeThrown(() => read(one, first, otherKeys()))).toBe('damaged')
    expect(codeThrown(() => read(one, second))).toBe('damaged')
    expect(codeThrown(() => read(two, first))).toBe('damaged')
    expect(codeThrown(() => read(one, first))).toBe('nothing')
  })

  it('refuses a snapshot in the place of an index', () => {
    const snapshot = seal(keys, 'snapshots', Buffer.alloc(0))
    expect(codeThrown(() => read(`index/${nameOf(snapshot)}`, snapshot))).toBe('damaged')
  })
})

describe('decodeIndex', () => {
  const entry = (chunkClass: number, frames: Uint8Array): Buffer =>
    new ByteWriter().raw(Buffer.alloc(32, 1)).u8(chunkClass).varint(100).blob(frames).copy()

  it('refuses a class that does not exist, frames with something behind them, and every cut', () => {
    const good = entry(1, Buffer.from([0]))
    expect([...decodeIndex(good)]).toHaveLength(1)
    expect(codeThrown(() => [...decodeIndex(entry(2, Buffer.from([0])))])).toBe('damaged')
    expect(codeThrown(() => [...decodeIndex(entry(0, Buffer.from([0, 0])))])).toBe('damaged')
    for (let length = 1; length < good.length; length++)
      expect(codeThrown(() => [...decodeIndex(good.subarray(0, length))])).toBe('damaged')
  })

  it('gives packs or `damaged` for bytes of any kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(['nothing', 'damaged']).toContain(codeThrown(() => [...decodeIndex(bytes)]))
      }),
    )
  })
})

describe('recordOf and locateChunks', () => {
  it('say where each frame lies in its pack, and each chunk in its frame', () => {
    fc.assert(
      fc.property(pack, (given) => {
        const record = recordOf(given)
        const table = ChunkTable.create(0)
        locateChunks(table, 7, given.frames)
        let at = HEADER_LENGTH
        for (const [number, each] of given.frames.entries()) {
          expect([...record.frames.subarray(number * 4, number * 4 + 4)]).toEqual([
            at,
            each.storedLength,
            each.rawLength,
            each.codec,
          ])
          at += each.storedLength
          let offset = 0
          for (const [i, length] of each.lengths.entries()) {
            const found = table.find(each.ids.subarray(i * ID_LENGTH, (i + 1) * ID_LENGTH))
            // An id that the sample holds twice is found at one of its places.
            if (found?.frame === number && found.offset === offset) expect(found).toMatchObject({ pack: 7, length })
            else expect(found).toBeDefined()
            offset += length
          }
        }
      }),
      { numRuns: 30 },
    )
  })
})

describe('loadIndexObject', () => {
  const bytesOf = async (packs: readonly StoredPack[]): Promise<Uint8Array> => {
    const [[key, bytes]] = [...(await write([packs])).objects] as [[string, Uint8Array]]
    return openIndex(keys, key.slice('index/'.length), bytes)
  }
  const distinct = fc.uniqueArray(pack, { minLength: 1, maxLength: 6, selector: (each) => each.id })

  it('fills the table as going through the packs one by one does', async () => {
    await fc.assert(
      fc.asyncProperty(distinct, async (given) => {
        const bytes = await bytesOf(given)
        const [direct, stepwise] = [ChunkTable.create(0), ChunkTable.create(0)]
        const packs: PackRecord[] = []
        loadIndexObject(bytes, direct, packs, new Set())
        expect(packs).toEqual(given.map(recordOf))
        for (const [i, each] of given.entries()) locateChunks(stepwise, i, each.frames)
        expect(direct.count).toBe(stepwise.count)
        const ids = given.flatMap((each) =>
          each.frames.flatMap((f) => f.lengths.map((_, i) => f.ids.subarray(i * 32, i * 32 + 32))),
        )
        for (const each of ids) expect(direct.find(each)).toEqual(stepwise.find(each))
        expect([...packsOf(bytes)].map((each) => [each.id, each.size])).toEqual(
          given.map((each) => [each.id, each.size]),
        )
      }),
      { numRuns: 30 },
    )
  })

  it('leaves packs aside that are to be skipped, and those that were listed before', async () => {
    const given = fc.sample(distinct, { numRuns: 20, seed: 4 }).find((packs) => packs.length >= 3)!
    const bytes = await bytesOf(given)
    const packs: PackRecord[] = []
    const table = ChunkTable.create(0)
    const skip = new Set([given[1]!.id])
    for (let time = 0; time < 2; time++) loadIndexObject(bytes, table, packs, skip)
    expect(packs.map((each) => each.id)).toEqual(given.filter((_, i) => i !== 1).map((each) => each.id))
    expect(skip).toEqual(new Set(given.map((each) => each.id)))
  })

  it('refuses what decodeIndex refuses', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const load = codeThrown(() => loadIndexObject(bytes, ChunkTable.create(0), [], new Set()))
        expect(load).toBe(codeThrown(() => [...decodeIndex(bytes)]))
      }),
      { numRuns: 60 },
    )
  })
})
