// Index objects: which packs there are and what each holds. They repeat the packs' trailers, so they can be made anew from those at any time.
import { HoldfastError } from '../../contract/errors.ts'
import { ByteReader, ByteWriter, hex } from '../../lib/bytes.ts'
import type { Storage } from '../../storage/types.ts'
import { type ChunkClass, ID_LENGTH } from '../crypto/chunk-id.ts'
import type { Keyring } from '../crypto/keyring.ts'
import { nameOf, seal, unseal } from '../crypto/seal.ts'
import { decodeFrames, encodeFrames, type FrameInfo, HEADER_LENGTH, visitFrames } from '../pack/format.ts'
import type { StoredPack } from '../pack/writer.ts'
import type { ChunkTable } from './table.ts'

/** What is kept of a pack in memory: its frames as four numbers each (offset, stored length, raw length, codec). */
export type PackRecord = {
  readonly id: string
  readonly size: number
  readonly chunkClass: ChunkClass
  readonly frames: Uint32Array
}

/** Closed when it has gathered so many bytes, so that a run that is cut short has most of its packs listed. */
const TARGET = 4 << 20

/** pack id | class | size | frames (as in the trailer), one pack after the other. */
function encodePack(writer: ByteWriter, pack: StoredPack): void {
  writer.raw(Buffer.from(pack.id, 'hex')).u8(pack.chunkClass).varint(pack.size).blob(encodeFrames(pack.frames))
}

/** A pack as an index object lists it; `frames` is still encoded. */
type ListedPack = {
  readonly id: string
  readonly size: number
  readonly chunkClass: ChunkClass
  readonly frames: ByteReader
}

function* listedPacks(bytes: Uint8Array): Generator<ListedPack> {
  const reader = new ByteReader(bytes)
  while (!reader.done) {
    const id = hex(reader.raw(ID_LENGTH))
    const chunkClass = reader.u8()
    if (chunkClass > 1) throw new HoldfastError('damaged', `The index lists a pack of the unknown class ${chunkClass}`)
    const size = reader.varint()
    const frames = new ByteReader(reader.blob())
    yield { id, chunkClass: chunkClass as ChunkClass, size, frames }
    if (!frames.done) throw new HoldfastError('damaged', 'The index lists a pack with more than its frames')
  }
}

/** Every pack that an index object lists. @throws `damaged` */
export function* decodeIndex(bytes: Uint8Array): Generator<StoredPack> {
  for (const pack of listedPacks(bytes)) yield { ...pack, frames: decodeFrames(pack.frames) }
}

/** The packs that an index object lists, without what is in them. @throws `damaged` */
export function* packsOf(bytes: Uint8Array): Generator<{ readonly id: string; readonly size: number }> {
  for (const pack of listedPacks(bytes)) {
    pack.frames.position = pack.frames.end
    yield pack
  }
}

/**
 * Puts what an index object lists into the table, and its packs behind those known already, but for those in `skip` (which it adds them to: two
 * objects may list the same pack).
 * @throws `damaged`
 */
export function loadIndexObject(bytes: Uint8Array, table: ChunkTable, packs: PackRecord[], skip: Set<string>): void {
  for (const { id, size, chunkClass, frames } of listedPacks(bytes)) {
    if (skip.has(id)) {
      frames.position = frames.end
      continue
    }
    skip.add(id)
    packs.push({ id, size, chunkClass, frames: loadFrames(frames, table, packs.length) })
  }
}

function loadFrames(reader: ByteReader, table: ChunkTable, pack: number): Uint32Array {
  const frames: number[] = []
  let start = HEADER_LENGTH
  let number = -1
  visitFrames(reader, {
    frame(storedLength, rawLength, codec) {
      frames.push(start, storedLength, rawLength, codec)
      start += storedLength
      number++
    },
    chunk: (bytes, at, offset, length) => table.locateAt(bytes, at, pack, number, offset, length),
  })
  return Uint32Array.from(frames)
}

export function recordOf(pack: StoredPack): PackRecord {
  const frames = new Uint32Array(pack.frames.length * 4)
  let offset = HEADER_LENGTH
  pack.frames.forEach((frame, i) => {
    frames.set([offset, frame.storedLength, frame.rawLength, frame.codec], i * 4)
    offset += frame.storedLength
  })
  return { id: pack.id, size: pack.size, chunkClass: pack.chunkClass, frames }
}

/** Tells the table where each chunk of the pack lies; `pack` is its number. */
export function locateChunks(table: ChunkTable, pack: number, frames: readonly FrameInfo[]): void {
  frames.forEach((frame, number) => {
    let offset = 0
    frame.lengths.forEach((length, i) => {
      table.locateAt(frame.ids, i * ID_LENGTH, pack, number, offset, length)
      offset += length
    })
  })
}

/** Reads one index object. @throws `damaged` when its bytes differ from its name or fail authentication */
export function openIndex(keyring: Keyring, id: string, bytes: Uint8Array): Buffer {
  if (nameOf(bytes) !== id)
    throw new HoldfastError(
      'damaged',
      `Index object ${id}: its bytes do not match its name; "holdfast rebuild-index" makes the index anew`,
    )
  return unseal(keyring, 'index', bytes)
}

/** Gathers stored packs and writes index objects. */
export class IndexWriter {
  readonly #storage: Storage
  readonly #keyring: Keyring
  readonly #pending = new ByteWriter(1 << 16)
  /** Keys of the objects made so far. */
  readonly written = new Set<string>()
  #flushing: Promise<void> = Promise.resolve()

  constructor(storage: Storage, keyring: Keyring) {
    this.#storage = storage
    this.#keyring = keyring
  }

  /** The pack is durable: from the next index object on it is known. */
  add(pack: StoredPack): void {
    encodePack(this.#pending, pack)
    if (this.#pending.length >= TARGET) this.#write()
  }

  /** Resolves when everything added is in an index object. @throws what the storage threw, also for earlier objects */
  async flush(): Promise<void> {
    if (this.#pending.length > 0) this.#write()
    await this.#flushing
  }

  #write(): void {
    const bytes = seal(this.#keyring, 'index', this.#pending.view())
    this.#pending.reset()
    const before = this.#flushing
    const key = `index/${nameOf(bytes)}`
    this.written.add(key)
    this.#flushing = Promise.all([before, this.#storage.put(key, bytes)]).then(() => undefined)
    // Whoever flushes gets the error; until then it must not count as unhandled.
    this.#flushing.catch(() => undefined)
  }
}
