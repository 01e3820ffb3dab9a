// Writing packs: any frames come back, packs close at their target and are named by their bytes, and a failing storage ends the writer.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HoldfastError } from '../../contract/errors.ts'
import { openMemory } from '../../storage/memory.ts'
import type { Storage } from '../../storage/types.ts'
import { randomBytes, text } from '../codec/samples.ts'
import { codecNames } from '../codec/types.ts'
import { ChunkHasher, DATA, HEADROOM, META } from '../crypto/chunk-id.ts'
import { nameOf } from '../crypto/seal.ts'
import { codeRejected, documentedKeys, keysOf } from '../testing.ts'
import { compressor } from './compress.ts'
import { describePack, NONE, openChunks, writePacks } from './testing.ts'
import { FrameBuilder, PackWriter, packKey, type StoredPack } from './writer.ts'

const keys = documentedKeys()
const frames = fc.array(
  fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.nat(3000).map((length) => text(length)),
    ),
    { minLength: 1, maxLength: 8 },
  ),
  { minLength: 1, maxLength: 8 },
)

describe('PackWriter', () => {
  it('writes any frames so that they come back', async () => {
    const compression = fc.constantFrom(
      NONE,
      { codec: 'zstd', level: 3 } as const,
      { codec: 'gzip', level: 6 } as const,
    )
    await fc.assert(
      fc.asyncProperty(frames, fc.constantFrom(DATA, META), compression, async (given, chunkClass, how) => {
        const storage = openMemory()
        const [pack, ...more] = await writePacks(storage, keys, given, { chunkClass, compression: how })
        expect(more).toEqual([])
        const bytes = storage.objects.get(packKey(pack!.id))!
        const read = await describePack(keys, pack!.id, bytes)
        expect({ ...read, frames: read.frames.map((f) => ({ ...f, ids: Buffer.from(f.ids) })) }).toEqual(pack)
        expect(read.chunkClass).toBe(chunkClass)
        for (const [number, chunks] of given.entries()) {
          expect(openChunks(keys, bytes, read.frames, number)).toEqual(chunks.map((chunk) => Buffer.from(chunk)))
        }
      }),
      { numRuns: 60 },
    )
  })

  it.each(codecNames)('keeps text with %s', async (codec) => {
    const storage = openMemory()
    const level = codec === 'none' ? 0 : 1
    const [pack] = await writePacks(storage, keys, [[text(200_000)]], { compression: { codec, level } })
    const bytes = storage.objects.get(packKey(pack!.id))!
    expect(openChunks(keys, bytes, pack!.frames, 0)).toEqual([text(200_000)])
    if (codec !== 'none') expect(bytes.length).toBeLessThan(100_000)
  })

  it('closes a pack at its target, names each by its bytes and tells of each once', async () => {
    const storage = openMemory()
    const given = Array.from({ length: 20 }, (_, i) => [randomBytes(1000, i + 1)])
    const packs = await writePacks(storage, keys, given, { target: 3000 })
    expect(packs.map((pack) => pack.frames.length)).toEqual([3, 3, 3, 3, 3, 3, 2])
    expect(keysOf(storage, '')).toEqual(packs.map((pack) => packKey(pack.id)).sort())
    for (const { id, size } of packs) {
      const bytes = storage.objects.get(packKey(id))!
      expect(nameOf(bytes)).toBe(id)
      expect(bytes.length).toBe(size)
    }
  })

  it('writes nothing when it is given nothing', async () => {
    const storage = openMemory()
    expect(await writePacks(storage, keys, [])).toEqual([])
    expect(keysOf(storage, '')).toEqual([])
  })

  it('leaves nothing of an open pack after abort', async () => {
    const storage = openMemory()
    const stored: StoredPack[] = []
    const writer = makeWriter(storage, (pack) => stored.push(pack))
    await writer.addFrame(Buffer.from('abc'), Buffer.alloc(32), [3])
    await writer.abort()
    await writer.flush()
    expect(keysOf(storage, '')).toEqual([])
    expect(stored).toEqual([])
  })

  it('tells of no pack that the storage did not take, and takes no frame after that', async () => {
    const failing = failAt('commit', 0)
    const stored: StoredPack[] = []
    const writer = makeWriter(failing, (pack) => stored.push(pack))
    await writer.addFrame(Buffer.from('abc'), Buffer.alloc(32), [3])
    expect(await codeRejected(writer.flush())).toBe('no_space')
    expect(await codeRejected(writer.addFrame(Buffer.from('abc'), Buffer.alloc(32), [3]))).toBe('no_space')
    expect(await codeRejected(writer.flush())).toBe('no_space')
    expect(stored).toEqual([])
    await writer.abort()
  })

  it.each([0, 1, 2, 3, 4])('never goes on with a pack whose append number %d failed', async (after) => {
    const failing = failAt('append', after)
    const writer = makeWriter(failing, () => undefined)
    const work = async (): Promise<void> => {
      for (let i = 0; i < 4; i++) await writer.addFrame(Buffer.from('abc'), Buffer.alloc(32), [3])
      await writer.flush()
    }
    expect(await codeRejected(work())).toBe('no_space')
    expect(await codeRejected(writer.flush())).toBe('no_space')
    await writer.abort()
    expect(keysOf(failing, '')).toEqual([])
  })
})

function makeWriter(storage: Storage, onStored: (pack: StoredPack) => unknown): PackWriter {
  return new PackWriter({
    storage,
    keyring: keys,
    chunkClass: DATA,
    compress: compressor(NONE),
    target: 1 << 20,
    onStored,
  })
}

/** A storage in memory whose append or commit fails from the call numbered `after` on. */
function failAt(what: 'append' | 'commit', after: number): ReturnType<typeof openMemory> {
  const storage = openMemory()
  let calls = 0
  return {
    ...storage,
    async create() {
      const writer = await storage.create()
      const inner = writer[what].bind(writer) as (...args: unknown[]) => Promise<void>
      return {
        ...writer,
        [what]: async (...args: unknown[]) => {
          if (calls++ >= after) throw new HoldfastError('no_space', 'full')
          await inner(...args)
        },
      }
    },
  }
}

describe('FrameBuilder', () => {
  const TARGET = 1000

  async function build(chunks: readonly Uint8Array[]): Promise<{ packs: StoredPack[]; read: Buffer[] }> {
    const storage = openMemory()
    const packs: StoredPack[] = []
    const writer = makeWriter(storage, (pack) => packs.push(pack))
    const builder = new FrameBuilder(writer, new ChunkHasher(keys.id), DATA, TARGET, 5000)
    for (const chunk of chunks) {
      if (!builder.fits(chunk.length)) await builder.flush()
      builder.buffer.set(chunk, builder.end)
      builder.keep(builder.identify(chunk.length), chunk.length)
    }
    await builder.flush()
    await writer.flush()
    const bytes = packs[0] ? storage.objects.get(packKey(packs[0].id))! : new Uint8Array(0)
    const read = (packs[0]?.frames ?? []).flatMap((_, i) => openChunks(keys, bytes, packs[0]!.frames, i))
    return { packs, read: read.map((chunk) => (chunk === 'wrong content' ? Buffer.from(chunk) : chunk)) }
  }

  it('gathers chunks of any lengths to frames near the target, in their order', async () => {
    const chunk = fc.nat(5000).chain((length) => fc.nat().map((seed) => randomBytes(length, seed + 1)))
    await fc.assert(
      fc.asyncProperty(fc.array(chunk, { maxLength: 20 }), async (chunks) => {
        const { packs, read } = await build(chunks)
        expect(read).toEqual(chunks)
        for (const { rawLength, lengths } of packs[0]?.frames ?? [])
          expect(rawLength <= TARGET || lengths.length === 1).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('makes no frame of nothing', async () => {
    expect((await build([])).packs).toEqual([])
  })

  it('overwrites a chunk that is not kept', async () => {
    const storage = openMemory()
    const packs: StoredPack[] = []
    const writer = makeWriter(storage, (pack) => packs.push(pack))
    const builder = new FrameBuilder(writer, new ChunkHasher(keys.id), DATA, TARGET, 0)
    expect(builder.end).toBe(HEADROOM)
    builder.buffer.write('known', builder.end)
    builder.identify(5)
    builder.buffer.write('new', builder.end)
    builder.keep(builder.identify(3), 3)
    await builder.flush()
    await writer.flush()
    const bytes = storage.objects.get(packKey(packs[0]!.id))!
    expect(openChunks(keys, bytes, packs[0]!.frames, 0)).toEqual([Buffer.from('new')])
  })
})
