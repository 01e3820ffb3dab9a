// Which chunk lies where: an open-addressing hash table in shared memory, used by all threads at once.
import { HoldfastError } from '../../contract/errors.ts'

/** Where a chunk lies: frame number within a pack, offset and length (bytes) within the frame's raw content. */
export type Location = { pack: number; frame: number; offset: number; length: number }

// A slot is eight 32-bit words: state, the first 16 bytes of the id (it is keyed, so 128 bits are out of anybody's reach; whoever reads a chunk checks
// the whole id against its bytes), frame, offset, length. At the load of 0.7 that is 46 bytes a chunk.
const WORDS = 8
const LOAD = 0.7
const EMPTY = 0
const WRITING = 1
const CLAIMED = 2
const LOCATED = 3
/**
 * Chunks that the smallest stretch is for. What its load leaves free (39,000 slots) is more than all lanes can claim before they hear of the
 * next stretch: 16 lanes with 4 tasks of 512 chunks each.
 */
const SMALLEST = 92_000
/** In front of the slots: how many are taken. */
const HEADER_WORDS = 8

const word = (id: Uint8Array, at: number): number =>
  id[at]! | (id[at + 1]! << 8) | (id[at + 2]! << 16) | (id[at + 3]! << 24)

/** One stretch of shared memory. The table grows by adding larger ones; nothing is ever moved. */
class Segment {
  readonly words: Int32Array
  readonly slots: number

  constructor(memory: SharedArrayBuffer) {
    this.words = new Int32Array(memory)
    this.slots = (this.words.length - HEADER_WORDS) / WORDS
  }

  get taken(): number {
    return Atomics.load(this.words, 0)
  }

  /** The first word of the slot that holds the id, or the complement (~) of that of the empty slot where it would go. */
  seek(a: number, b: number, c: number, d: number): number {
    const { words, slots } = this
    let slot = Math.floor(((a >>> 0) / 0x100000000) * slots)
    for (let probes = 0; probes < slots; probes++) {
      const at = HEADER_WORDS + slot * WORDS
      let state = Atomics.load(words, at)
      while (state === WRITING) state = Atomics.load(words, at)
      if (state === EMPTY) return ~at
      if (words[at + 1] === a && words[at + 2] === b && words[at + 3] === c && words[at + 4] === d) return at
      slot = slot + 1 === slots ? 0 : slot + 1
    }
    throw new HoldfastError('internal', 'The chunk table is full: it should have grown')
  }

  /** Takes the slot for the id, unless another thread came first (then: false, and the caller seeks again). */
  take(at: number, a: number, b: number, c: number, d: number): boolean {
    const { words } = this
    if (Atomics.compareExchange(words, at, EMPTY, WRITING) !== EMPTY) return false
    words[at + 1] = a
    words[at + 2] = b
    words[at + 3] = c
    words[at + 4] = d
    Atomics.store(words, at, CLAIMED)
    Atomics.add(words, 0, 1)
    return true
  }
}

export class ChunkTable {
  readonly #segments: Segment[] = []
  /** The slot that #slot came to. */
  #segment!: Segment
  #at = 0

  /** Room for `chunks` chunks before `grow` is needed. */
  static create(chunks: number): ChunkTable {
    const table = new ChunkTable()
    table.attach(ChunkTable.#memory(chunks))
    return table
  }

  static #memory(chunks: number): SharedArrayBuffer {
    const slots = Math.ceil(Math.max(chunks, SMALLEST) / LOAD)
    return new SharedArrayBuffer((HEADER_WORDS + slots * WORDS) * 4)
  }

  /** The shared memory, for `attach` in another thread. */
  get memory(): SharedArrayBuffer[] {
    return this.#segments.map((s) => s.words.buffer as SharedArrayBuffer)
  }

  /** Chunks known or claimed. */
  get count(): number {
    return this.#segments.reduce((sum, s) => sum + s.taken, 0)
  }

  attach(memory: SharedArrayBuffer): void {
    this.#segments.push(new Segment(memory))
  }

  /**
   * Adds room when the newest segment is fuller than its load, and returns it for the other threads to attach. Until they do they go on in the old one;
   * should two threads claim one chunk in two segments in that instant, it is stored twice, and either copy serves.
   */
  grow(): SharedArrayBuffer | undefined {
    const newest = this.#newest()
    if (newest.taken < newest.slots * LOAD) return undefined
    const memory = ChunkTable.#memory(newest.slots * 2 * LOAD)
    this.attach(memory)
    return memory
  }

  /** Makes room for `chunks` more, before other threads know the table. */
  reserve(chunks: number): void {
    const newest = this.#newest()
    if (newest.taken + chunks > newest.slots * LOAD)
      this.attach(ChunkTable.#memory(Math.max(chunks, newest.slots * 2 * LOAD)))
  }

  /** True for the one caller, of all threads, that is to store this chunk. */
  claim(id: Uint8Array): boolean {
    return this.#slot(id, 0)
  }

  /** Says where a chunk lies. The first place that is told stays: a copy that turns up later can't displace it. */
  locate(id: Uint8Array, { pack, frame, offset, length }: Location): void {
    this.locateAt(id, 0, pack, frame, offset, length)
  }

  /** `locate` for an id that lies at `at` in `bytes`, without an object for each: an index has millions. */
  locateAt(bytes: Uint8Array, at: number, pack: number, frame: number, offset: number, length: number): void {
    this.#slot(bytes, at)
    const { words } = this.#segment
    const slot = this.#at
    if (Atomics.load(words, slot) >= LOCATED) return
    words[slot + 5] = frame
    words[slot + 6] = offset
    words[slot + 7] = length
    Atomics.store(words, slot, LOCATED + pack)
  }

  has(id: Uint8Array): boolean {
    return this.#find(id) !== undefined
  }

  /** Where the chunk lies; undefined when unknown or not yet stored. */
  find(id: Uint8Array): Location | undefined {
    const found = this.#find(id)
    if (!found) return undefined
    const { segment, at } = found
    const state = Atomics.load(segment.words, at)
    if (state < LOCATED) return undefined
    const { words } = segment
    return { pack: state - LOCATED, frame: words[at + 5]!, offset: words[at + 6]!, length: words[at + 7]! }
  }

  /** A number for each chunk, below `slots`: for bitmaps of what was seen. */
  ordinal(id: Uint8Array): number | undefined {
    const found = this.#find(id)
    if (!found) return undefined
    let before = 0
    for (const segment of this.#segments) {
      if (segment === found.segment) return before + (found.at - HEADER_WORDS) / WORDS
      before += segment.slots
    }
    return undefined
  }

  get slots(): number {
    return this.#segments.reduce((sum, s) => sum + s.slots, 0)
  }

  #newest(): Segment {
    const newest = this.#segments.at(-1)
    if (!newest) throw new HoldfastError('internal', 'The chunk table has no memory')
    return newest
  }

  #find(id: Uint8Array): { segment: Segment; at: number } | undefined {
    const a = word(id, 0)
    const b = word(id, 4)
    const c = word(id, 8)
    const d = word(id, 12)
    for (const segment of this.#segments) {
      const at = segment.seek(a, b, c, d)
      if (at >= 0) return { segment, at }
    }
    return undefined
  }

  /** Finds or takes the slot of the id at `at`, and leaves it in #segment and #at. @returns whether it was taken just now */
  #slot(bytes: Uint8Array, from: number): boolean {
    const a = word(bytes, from)
    const b = word(bytes, from + 4)
    const c = word(bytes, from + 8)
    const d = word(bytes, from + 12)
    const newest = this.#newest()
    for (;;) {
      for (let i = 0; i < this.#segments.length; i++) {
        const segment = this.#segments[i]!
        const at = segment.seek(a, b, c, d)
        const taken = at < 0 && segment === newest && segment.take(~at, a, b, c, d)
        if (at < 0 && !taken) continue
        this.#segment = segment
        this.#at = taken ? ~at : at
        return taken
      }
    }
  }
}
