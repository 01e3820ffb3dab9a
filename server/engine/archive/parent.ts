// The directory as the parent snapshot has it, read beside the live one in the same order.
import { HoldfastError, hasCode } from '../../contract/errors.ts'
import { ByteReader } from '../../lib/bytes.ts'
import { ID_LENGTH } from '../crypto/chunk-id.ts'
import { decodeEntry, type Entry, type EntryType, entryTypes } from '../tree/entry.ts'
import type { Leaf } from '../tree/node.ts'
import { contentOf, type LoadMeta, leavesOf } from '../tree/reader.ts'

/** An entry of the parent, decoded no further than a look at it needs. One object serves a whole directory: it is valid until the next name. */
export class RawEntry {
  name = ''
  type: EntryType = 'file'
  /** A flag says that its content can't be relied on: unreadable, or changed while it was read. */
  doubtful = false
  /** Its content is named in content lists. */
  indirect = false
  #node: Buffer = Buffer.alloc(0)
  #start = 0
  #end = 0
  #statAt = 0

  /** Moves on to the next entry of a leaf. */
  read(reader: ByteReader): void {
    this.#end = reader.varint() + reader.position
    this.#start = reader.position
    this.#node = reader.bytes
    const head = reader.u8()
    const type = entryTypes[head & 7]
    if (!type) throw new HoldfastError('damaged', 'A tree entry has an unknown type')
    this.type = type
    this.doubtful = (head & DOUBTFUL) !== 0
    this.indirect = (head & INDIRECT) !== 0
    this.name = reader.name()
    this.#statAt = reader.position
    if (this.#end > reader.end || this.#statAt > this.#end)
      throw new HoldfastError('damaged', 'A tree entry is longer than its node')
    reader.position = this.#end
  }

  /** Everything, as encodeEntry wrote it; stays valid. */
  get bytes(): Buffer {
    return this.#node.subarray(this.#start, this.#end)
  }

  /** Whether the stat part is exactly `stat` (what encodeStat wrote). */
  hasStat(stat: Buffer): boolean {
    const end = this.#statAt + stat.length
    return end <= this.#end && stat.compare(this.#node, this.#statAt, end) === 0
  }

  /** Whether `has` is true of every chunk that the entry names itself (of a long file: of its content lists). */
  relies(has: (id: Uint8Array) => boolean, statLength: number): boolean {
    if (this.type !== 'file') return true
    const reader = new ByteReader(this.#node, this.#statAt + statLength, this.#end)
    if (this.indirect) reader.u8()
    for (let count = reader.varint(); count > 0; count--) if (!has(reader.raw(ID_LENGTH))) return false
    return true
  }

  decode(): Entry {
    return decodeEntry(new ByteReader(this.bytes))
  }
}

const DOUBTFUL = 0x20 | 0x40
const INDIRECT = 0x80

export class ParentDirectory {
  readonly #leaves: AsyncGenerator<Leaf>
  readonly #onDamage: (error: unknown) => void
  #reader: ByteReader | undefined
  readonly #current = new RawEntry()
  #ended = false

  /** `onDamage` is told when the parent's directory can't be read any further: then what is left of the live one is read anew. */
  constructor(load: LoadMeta, node: Uint8Array, onDamage: (error: unknown) => void) {
    this.#onDamage = onDamage
    this.#leaves = leavesOf(load, node)
  }

  /** Whether `find` needs the next leaf before it can answer for this name. */
  needsLeaf(name: string): boolean {
    while (!this.#ended && this.#current.name < name) {
      if (this.#reader === undefined || this.#reader.done) return true
      this.#current.read(this.#reader)
    }
    return false
  }

  async nextLeaf(): Promise<void> {
    try {
      const next = await this.#leaves.next()
      if (next.done) this.#ended = true
      else this.#reader = next.value.reader
    } catch (error) {
      if (!hasCode(error, 'damaged')) throw error
      this.#ended = true
      this.#onDamage(error)
    }
  }

  /** The entry of that name. Names must be asked for in ascending order, after needsLeaf said no. */
  find(name: string): RawEntry | undefined {
    return this.#current.name === name ? this.#current : undefined
  }
}

/** Whether every chunk of the file, in content lists too, is one that `has` knows. */
export async function isStored(load: LoadMeta, has: (id: Uint8Array) => boolean, entry: Entry): Promise<boolean> {
  try {
    let bytes = 0
    for await (const ids of contentOf(load, entry)) {
      for (let i = 0; i < ids.length; i += ID_LENGTH) if (!has(ids.subarray(i, i + ID_LENGTH))) return false
      // A chunk has a byte at least: lists of lists that name more are no file's.
      bytes += ids.length / ID_LENGTH
      if (bytes > entry.size) return false
    }
    return true
  } catch (error) {
    if (!hasCode(error, 'damaged')) throw error
    return false
  }
}
