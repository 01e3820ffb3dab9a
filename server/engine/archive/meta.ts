// Stores chunks of class META (tree nodes, content lists) for the coordinator, which is their only writer.
import type { Storage } from '../../storage/types.ts'
import { ChunkHasher, META } from '../crypto/chunk-id.ts'
import type { Keyring } from '../crypto/keyring.ts'
import type { ChunkTable } from '../index/table.ts'
import { compressor } from '../pack/compress.ts'
import { FrameBuilder, PackWriter, type StoredPack } from '../pack/writer.ts'

/** Small, since one look at one directory costs one frame. */
const FRAME_TARGET = 256 << 10
/** The longest node or content list. */
const LONGEST = 3 << 20

export class MetaStore {
  readonly #table: ChunkTable
  readonly #packs: PackWriter
  readonly #frame: FrameBuilder

  constructor(options: {
    storage: Storage
    keyring: Keyring
    table: ChunkTable
    packSize: number
    onStored: (pack: StoredPack) => void
  }) {
    const { storage, keyring, onStored } = options
    this.#table = options.table
    // Trees are always zstd, whatever the data's codec: they are read often and in small pieces.
    const compress = compressor({ codec: 'zstd', level: 3 })
    this.#packs = new PackWriter({ storage, keyring, chunkClass: META, compress, target: options.packSize, onStored })
    this.#frame = new FrameBuilder(this.#packs, new ChunkHasher(keyring.id), META, FRAME_TARGET, LONGEST)
  }

  /** Stores the bytes unless they are known. Calls must not overlap. @returns their id */
  readonly store = async (bytes: Uint8Array): Promise<Uint8Array> => {
    if (!this.#frame.fits(bytes.length)) await this.#frame.flush()
    this.#frame.buffer.set(bytes, this.#frame.end)
    const id = this.#frame.identify(bytes.length)
    if (this.#table.claim(id)) this.#frame.keep(id, bytes.length)
    return id
  }

  async flush(): Promise<void> {
    await this.#frame.flush()
    await this.#packs.flush()
  }

  async abort(): Promise<void> {
    await this.#packs.abort()
  }
}
