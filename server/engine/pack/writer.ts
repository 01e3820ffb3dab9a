// Writes packs: chunks gather in a frame, frames in a pack, packs go to the storage under the hash of their bytes.
import { createHash, type Hash, randomBytes } from 'node:crypto'
import { release } from '../../lib/bytes.ts'
import type { ObjectWriter, Storage } from '../../storage/types.ts'
import { TAG_LENGTH } from '../crypto/aead.ts'
import { type ChunkClass, type ChunkHasher, HEADROOM } from '../crypto/chunk-id.ts'
import type { Keyring } from '../crypto/keyring.ts'
import { type FrameInfo, PackCipher } from './format.ts'

/** A pack that is durable in the storage. */
export type StoredPack = {
  readonly id: string
  readonly size: number
  readonly chunkClass: ChunkClass
  readonly frames: readonly FrameInfo[]
}

export const packKey = (id: string): string => `packs/${id.slice(0, 2)}/${id}`

/** Compresses one frame; says which codec it used in the end. */
export type FrameCompressor = (raw: Uint8Array, chunks: number) => { codec: number; bytes: Uint8Array }

type OpenPack = {
  readonly cipher: PackCipher
  readonly object: ObjectWriter
  readonly hash: Hash
  readonly frames: FrameInfo[]
  size: number
}

/** At most so many finished packs wait for the storage while the next one is filled. */
const COMMITS_IN_FLIGHT = 2

export class PackWriter {
  readonly #storage: Storage
  readonly #keyring: Keyring
  readonly #chunkClass: ChunkClass
  readonly #compress: FrameCompressor
  readonly #target: number
  readonly #onStored: (pack: StoredPack) => void
  #open: OpenPack | undefined
  readonly #commits = new Set<Promise<void>>()
  /** The first commit that failed; it ends the writer. */
  #failure: unknown

  /** `target`: bytes at which a pack is closed. `onStored` is called once for each pack, when it is durable. */
  constructor(options: {
    storage: Storage
    keyring: Keyring
    chunkClass: ChunkClass
    compress: FrameCompressor
    target: number
    onStored: (pack: StoredPack) => void
  }) {
    this.#storage = options.storage
    this.#keyring = options.keyring
    this.#chunkClass = options.chunkClass
    this.#compress = options.compress
    this.#target = options.target
    this.#onStored = options.onStored
  }

  /** Stores one frame: `raw` holds the chunks one after the other, `ids` and `lengths` name them. */
  async addFrame(raw: Uint8Array, ids: Uint8Array, lengths: readonly number[]): Promise<void> {
    this.#throwFailure()
    this.#open ??= await this.#start()
    const pack = this.#open
    const { codec, bytes } = this.#compress(raw, lengths.length)
    const [sealed, tag] = pack.cipher.encryptFrame(pack.frames.length, codec, raw.length, bytes)
    pack.frames.push({ storedLength: sealed.length + TAG_LENGTH, rawLength: raw.length, codec, ids, lengths })
    await this.#append(pack, sealed)
    await this.#append(pack, tag)
    release(sealed)
    if (pack.size >= this.#target) await this.#finish()
  }

  /** Closes the open pack and waits until all are durable. */
  async flush(): Promise<void> {
    if (this.#open) await this.#finish()
    await Promise.all(this.#commits)
    this.#throwFailure()
  }

  /** Drops the open pack; waits for those on their way. */
  async abort(): Promise<void> {
    const pack = this.#open
    this.#open = undefined
    await pack?.object.abort()
    await Promise.all(this.#commits)
  }

  async #start(): Promise<OpenPack> {
    const cipher = PackCipher.create(this.#keyring, this.#chunkClass, randomBytes(32))
    const pack: OpenPack = {
      cipher,
      object: await this.#storage.create(),
      hash: createHash('sha256'),
      frames: [],
      size: 0,
    }
    await this.#append(pack, cipher.header)
    return pack
  }

  async #append(pack: OpenPack, bytes: Uint8Array): Promise<void> {
    pack.hash.update(bytes)
    pack.size += bytes.length
    try {
      await pack.object.append(bytes)
    } catch (error) {
      // A salt serves one pack, once: what was begun is never gone on with.
      this.#failure = error
      this.#open = undefined
      await pack.object.abort()
      throw error
    }
  }

  async #finish(): Promise<void> {
    const pack = this.#open
    if (!pack) return
    await this.#append(pack, pack.cipher.sealTrailer(pack.frames))
    this.#open = undefined
    while (this.#commits.size >= COMMITS_IN_FLIGHT) await Promise.race(this.#commits)
    const commit = this.#commit(pack)
      .catch((error: unknown) => {
        this.#failure ??= error
      })
      .finally(() => this.#commits.delete(commit))
    this.#commits.add(commit)
  }

  async #commit(pack: OpenPack): Promise<void> {
    const id = pack.hash.digest('hex')
    await pack.object.commit(packKey(id))
    this.#onStored({ id, size: pack.size, chunkClass: this.#chunkClass, frames: pack.frames })
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure
  }
}

/**
 * Gathers chunks to frames of about `target` raw bytes. Data is written straight into the frame's buffer (at `end`), hashed where it lies and kept
 * (`keep`) or overwritten by the next (when the chunk is known), so small files are never copied.
 */
export class FrameBuilder {
  readonly buffer: Buffer
  readonly #packs: PackWriter
  readonly #hasher: ChunkHasher
  readonly #chunkClass: ChunkClass
  readonly #target: number
  #length = HEADROOM
  #ids: Buffer[] = []
  #lengths: number[] = []

  /** `capacity`: the longest chunk that may come while the frame is empty, besides `target`. */
  constructor(packs: PackWriter, hasher: ChunkHasher, chunkClass: ChunkClass, target: number, capacity: number) {
    this.#packs = packs
    this.#hasher = hasher
    this.#chunkClass = chunkClass
    this.#target = target
    this.buffer = Buffer.allocUnsafeSlow(HEADROOM + target + capacity)
  }

  /** Where the next chunk is to be put in `buffer`. */
  get end(): number {
    return this.#length
  }

  /** Whether a chunk of up to `length` bytes belongs into the frame at hand; if not, `flush` first. */
  fits(length: number): boolean {
    return this.#lengths.length === 0 || this.#length - HEADROOM + length <= this.#target
  }

  /** The id of the `length` bytes that lie at `end`. */
  identify(length: number): Buffer {
    return this.#hasher.id(this.#chunkClass, this.buffer, this.#length, length)
  }

  /** Makes the bytes at `end` part of the frame. */
  keep(id: Buffer, length: number): void {
    this.#ids.push(id)
    this.#lengths.push(length)
    this.#length += length
  }

  async flush(): Promise<void> {
    if (this.#lengths.length === 0) return
    const raw = this.buffer.subarray(HEADROOM, this.#length)
    const ids = Buffer.concat(this.#ids)
    const lengths = this.#lengths
    this.#ids = []
    this.#lengths = []
    this.#length = HEADROOM
    await this.#packs.addFrame(raw, ids, lengths)
  }
}
