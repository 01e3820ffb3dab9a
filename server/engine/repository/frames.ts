// Reads frames and chunks out of packs: what browsing, tree walks and single files use. (Restores of many files go pack by pack: restore/.)
import { HoldfastError, hasCode } from '../../contract/errors.ts'
import { hex } from '../../lib/bytes.ts'
import type { ReadStorage, Storage } from '../../storage/types.ts'
import { type ChunkClass, ChunkHasher, META } from '../crypto/chunk-id.ts'
import type { Keyring } from '../crypto/keyring.ts'
import { nameOf } from '../crypto/seal.ts'
import type { PackRecord } from '../index/store.ts'
import type { ChunkTable } from '../index/table.ts'
import { HEADER_LENGTH, PackCipher } from '../pack/format.ts'
import { withFrame } from '../pack/frame.ts'
import { packKey } from '../pack/writer.ts'

type FourNumbers = [number, number, number, number]
type Range = { readonly offset: number; readonly length: number }

/** Raw bytes of frames kept for the next chunk of the same frame. */
const FRAME_CACHE = 16 << 20
/** Packs whose key stays derived. */
const CIPHER_CACHE = 64

/** The stretch of a pack that a frame takes. */
export function frameRange(record: PackRecord, frame: number): Range {
  return { offset: record.frames[frame * 4]!, length: record.frames[frame * 4 + 1]! }
}

export class ChunkReader {
  readonly #storage: ReadStorage
  readonly #cache: Storage | undefined
  readonly #keyring: Keyring
  readonly #hasher: ChunkHasher
  readonly #table: ChunkTable
  readonly #packs: readonly PackRecord[]
  readonly #ciphers = new Map<number, PackCipher>()
  readonly #frames = new Map<string, Buffer>()
  #held = 0

  constructor(options: {
    storage: ReadStorage
    cache: Storage | undefined
    keyring: Keyring
    table: ChunkTable
    packs: readonly PackRecord[]
  }) {
    this.#storage = options.storage
    this.#cache = options.cache
    this.#keyring = options.keyring
    this.#hasher = new ChunkHasher(options.keyring.id)
    this.#table = options.table
    this.#packs = options.packs
  }

  /**
   * The bytes of a chunk, checked against its id. A view that stays valid.
   * @throws `damaged` when it is in no pack that is listed, or its bytes are not what they were
   */
  async read(chunkClass: ChunkClass, id: Uint8Array): Promise<Buffer> {
    const at = this.#table.find(id)
    if (!at)
      throw new HoldfastError(
        'damaged',
        `Chunk ${hex(id).slice(0, 16)} is in no pack of the index; "holdfast rebuild-index" looks for it`,
      )
    const frame = await this.#frame(at.pack, at.frame)
    const bytes = frame.subarray(at.offset, at.offset + at.length)
    if (!this.#hasher.idAt(chunkClass, frame, at.offset, at.length).equals(id)) {
      throw new HoldfastError(
        'damaged',
        `Chunk ${hex(id).slice(0, 16)} in pack ${this.#packs[at.pack]!.id}: wrong content`,
      )
    }
    return bytes
  }

  async #frame(pack: number, frame: number): Promise<Buffer> {
    const name = `${pack}/${frame}`
    const known = this.#frames.get(name)
    if (known) {
      this.#frames.delete(name)
      this.#frames.set(name, known)
      return known
    }
    const record = this.#packs[pack]!
    try {
      const raw = await this.#open(pack, frame)
      this.#keep(name, raw)
      return raw
    } catch (cause) {
      throw describe(cause, record.id)
    }
  }

  #keep(name: string, raw: Buffer): void {
    // Two callers may have asked for one frame at the same time.
    this.#held += raw.length - (this.#frames.get(name)?.length ?? 0)
    this.#frames.set(name, raw)
    for (const [oldest, bytes] of this.#frames) {
      if (this.#held <= FRAME_CACHE) break
      this.#frames.delete(oldest)
      this.#held -= bytes.length
    }
  }

  async #open(pack: number, frame: number): Promise<Buffer> {
    const record = this.#packs[pack]!
    try {
      return await this.#openFrom(pack, frame, (range) => this.#bytes(record, range))
    } catch (error) {
      if (!this.#isCached(record) || !hasCode(error, 'damaged')) throw error
      // The copy in the cache may be what is damaged.
      this.#ciphers.delete(pack)
      const whole = await this.#fetch(record)
      return this.#openFrom(pack, frame, async (range) => sliceOf(whole, range))
    }
  }

  async #openFrom(pack: number, frame: number, read: (range: Range) => Promise<Uint8Array>): Promise<Buffer> {
    const record = this.#packs[pack]!
    const [, , rawLength, codec] = record.frames.subarray(frame * 4, frame * 4 + 4) as unknown as FourNumbers
    const sealed = await read(frameRange(record, frame))
    const cipher = this.#ciphers.get(pack) ?? this.#newCipher(pack, await read({ offset: 0, length: HEADER_LENGTH }))
    return withFrame(cipher, { number: frame, rawLength, codec }, sealed, (bytes) => Buffer.from(bytes))
  }

  #newCipher(pack: number, header: Uint8Array): PackCipher {
    const cipher = new PackCipher(this.#keyring, header)
    if (this.#ciphers.size >= CIPHER_CACHE) this.#ciphers.delete(this.#ciphers.keys().next().value!)
    this.#ciphers.set(pack, cipher)
    return cipher
  }

  #isCached(record: PackRecord): boolean {
    return this.#cache !== undefined && record.chunkClass === META
  }

  /** Packs with trees are fetched whole into the cache the first time; data packs are read in place. */
  async #bytes(record: PackRecord, range: Range): Promise<Uint8Array> {
    const key = packKey(record.id)
    if (!this.#cache || !this.#isCached(record)) return this.#storage.get(key, { range })
    try {
      return await this.#cache.get(key, { range })
    } catch {
      // Whatever is wrong with the cache (absent, cut short, not readable), the storage has the truth.
      return sliceOf(await this.#fetch(record), range)
    }
  }

  /** A whole pack from the storage, into the cache too. */
  async #fetch(record: PackRecord): Promise<Uint8Array> {
    const key = packKey(record.id)
    const whole = await this.#storage.get(key)
    if (nameOf(whole) !== record.id) throw new HoldfastError('damaged', 'Its bytes do not match its name')
    if (this.#cache) await putQuietly(this.#cache, key, whole)
    return whole
  }
}

const sliceOf = (whole: Uint8Array, { offset, length }: Range): Uint8Array => whole.subarray(offset, offset + length)

/** A cache that can't be written costs time, nothing else. */
export async function putQuietly(cache: Storage, key: string, bytes: Uint8Array): Promise<boolean> {
  return cache.put(key, bytes).then(
    () => true,
    () => false,
  )
}

function describe(cause: unknown, pack: string): unknown {
  if (!(cause instanceof HoldfastError)) return cause
  const code = cause.code === 'not_found' ? 'damaged' : cause.code
  return new HoldfastError(code, `Pack ${pack}: ${cause.message}`, { cause })
}
