// The directory as the parent snapshot has it, read beside the live one in the same order.
import { HoldfastError } from '../../contract/errors.ts'
import { ByteReader } from '../../lib/bytes.ts'
import { decodeEntry, type Entry, type EntryType, entryTypes } from '../tree/entry.ts'
import type { Leaf } from '../tree/node.ts'
import { type LoadMeta, leavesOf } from '../tree/reader.ts'

/** An entry of the parent, decoded no further than a look at it needs. */
export type RawEntry = {
  readonly name: string
  readonly type: EntryType
  /** A flag says that its content can't be relied on: unreadable, or changed while it was read. */
  readonly doubtful: boolean
  /** Everything, as encodeEntry wrote it. */
  readonly bytes: Buffer
  /** Where encodeStat's part begins in `bytes`. */
  readonly statAt: number
}

const DOUBTFUL = 0x20 | 0x40

export class ParentDirectory {
  readonly #leaves: AsyncGenerator<Leaf>
  #reader: ByteReader | undefined
  #current: RawEntry | undefined
  #ended = false

  constructor(load: LoadMeta, node: Uint8Array) {
    this.#leaves = leavesOf(load, node)
  }

  /** Whether `find` needs the next leaf before it can answer for this name. */
  needsLeaf(name: string): boolean {
    while (!this.#ended && (this.#current === undefined || this.#current.name < name)) {
      if (this.#reader === undefined || this.#reader.done) return true
      this.#current = readRaw(this.#reader)
    }
    return false
  }

  async nextLeaf(): Promise<void> {
    const next = await this.#leaves.next()
    if (next.done) this.#ended = true
    else this.#reader = next.value.reader
  }

  /** The entry of that name. Names must be asked for in ascending order, after needsLeaf said no. */
  find(name: string): RawEntry | undefined {
    return this.#current?.name === name ? this.#current : undefined
  }
}

function readRaw(reader: ByteReader): RawEntry {
  const length = reader.varint()
  const start = reader.position
  const bytes = reader.raw(length)
  const inner = new ByteReader(reader.bytes, start, start + length)
  const head = inner.u8()
  const type = entryTypes[head & 7]
  if (!type) throw new HoldfastError('damaged', 'A tree entry has an unknown type')
  const name = inner.name()
  return { name, type, doubtful: (head & DOUBTFUL) !== 0, bytes, statAt: inner.position - start }
}

/** Whether the entry's stat part is exactly `stat` (what encodeStat wrote). */
export const sameStat = (raw: RawEntry, stat: Buffer): boolean =>
  stat.compare(raw.bytes, raw.statAt, Math.min(raw.statAt + stat.length, raw.bytes.length)) === 0

export const decodeRaw = (raw: RawEntry): Entry => decodeEntry(new ByteReader(raw.bytes))
