// Content-defined cut points: FastCDC (Xia et al., USENIX ATC 2016) with a gear table drawn from the repository's key, so that
// chunk sizes tell a reader of the storage nothing about known files.
import { createCipheriv } from 'node:crypto'

export type ChunkerParameters = { readonly min: number; readonly average: number; readonly max: number }

export const DEFAULT_CHUNKER: ChunkerParameters = { min: 512 << 10, average: 1 << 20, max: 4 << 20 }
/** A big file is cut into regions of this many bytes, chunked on their own, so that several threads can share it. */
export const REGION = 256 << 20

/** 256 words of AES-256-CTR key stream under K_chunk. */
export function gearTable(key: Uint8Array): Uint32Array {
  const stream = createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(1024))
  return Uint32Array.from({ length: 256 }, (_, i) => stream.readUInt32LE(i * 4))
}

const highBits = (count: number): number => (count === 0 ? 0 : (0xffffffff << (32 - count)) | 0)

/** Finds cut points; one instance serves any number of buffers (it keeps no state between calls). */
export class Chunker {
  readonly parameters: ChunkerParameters
  /** Signed, so that the inner loop stays in 32-bit integers: unsigned words above 2^31 would become doubles. */
  readonly #gear: Int32Array
  readonly #strict: number
  readonly #loose: number
  /** Carried from the strict stretch of a chunk into the loose one. */
  #hash = 0

  constructor(gear: Uint32Array, parameters: ChunkerParameters = DEFAULT_CHUNKER) {
    this.parameters = parameters
    this.#gear = Int32Array.from(gear)
    const bits = Math.round(Math.log2(parameters.average))
    this.#strict = highBits(bits + 2)
    this.#loose = highBits(bits - 2)
  }

  /**
   * Where the chunk that begins at `start` ends (exclusive). `end` is the end of the data at hand: it must be the end of the region, or at least
   * `max` bytes away. Below `average` a cut needs two more zero bits than above it, which pulls sizes towards the average.
   */
  cut(bytes: Uint8Array, start: number, end: number): number {
    const { min, average, max } = this.parameters
    const last = Math.min(start + max, end)
    const normal = Math.min(start + average, last)
    this.#hash = 0
    const early = this.#seek(bytes, Math.min(start + min, last), normal, this.#strict)
    if (early >= 0) return early
    const late = this.#seek(bytes, normal, last, this.#loose)
    return late >= 0 ? late : last
  }

  /**
   * The end of the first byte in bytes[from .. to) after which the hash has no bit of the mask, or -1. Four bytes a turn: twice as fast as one, since
   * the checks of the loop itself cost more than the hash.
   */
  #seek(bytes: Uint8Array, from: number, to: number, mask: number): number {
    const gear = this.#gear
    const fours = to - 3
    let hash = this.#hash
    let i = from
    for (; i < fours; i += 4) {
      hash = ((hash << 1) + gear[bytes[i]!]!) | 0
      if ((hash & mask) === 0) return i + 1
      hash = ((hash << 1) + gear[bytes[i + 1]!]!) | 0
      if ((hash & mask) === 0) return i + 2
      hash = ((hash << 1) + gear[bytes[i + 2]!]!) | 0
      if ((hash & mask) === 0) return i + 3
      hash = ((hash << 1) + gear[bytes[i + 3]!]!) | 0
      if ((hash & mask) === 0) return i + 4
    }
    for (; i < to; i++) {
      hash = ((hash << 1) + gear[bytes[i]!]!) | 0
      if ((hash & mask) === 0) return i + 1
    }
    this.#hash = hash
    return -1
  }
}
