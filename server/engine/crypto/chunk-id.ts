// Chunk ids: HMAC-SHA-256(K_id, class || bytes), at the price of two one-shot hashes and no copy of the data.
import { sha256Into } from './sha256.ts'

/** What a chunk holds: file data, or trees and content lists. It is part of the id, so neither can pass for the other. */
export const DATA = 0
export const META = 1
export type ChunkClass = typeof DATA | typeof META

export const ID_LENGTH = 32
/** Bytes that must be writable in front of the data: the padded key (64) and the class. */
export const HEADROOM = 65

/**
 * HMAC as RFC 2104 defines it, over a buffer in which HEADROOM bytes lie in front of the data: the inner key block is put there for the time of
 * one call and what stood there is put back, so many chunks can follow each other in one buffer.
 */
export class ChunkHasher {
  readonly #inner = Buffer.alloc(HEADROOM)
  readonly #outer = Buffer.alloc(96)
  readonly #innerDigest = this.#outer.subarray(64)
  readonly #saved = Buffer.alloc(HEADROOM)
  #copy = Buffer.alloc(0)

  constructor(key: Uint8Array) {
    for (let i = 0; i < 64; i++) {
      this.#inner[i] = (key[i] ?? 0) ^ 0x36
      this.#outer[i] = (key[i] ?? 0) ^ 0x5c
    }
  }

  /** The id of buffer[start .. start + length), 32 bytes of its own. `start` must be at least HEADROOM. */
  id(chunkClass: ChunkClass, buffer: Uint8Array, start: number, length: number): Buffer {
    const front = start - HEADROOM
    this.#saved.set(buffer.subarray(front, start))
    this.#inner[64] = chunkClass
    buffer.set(this.#inner, front)
    sha256Into(buffer.subarray(front, start + length), this.#innerDigest)
    buffer.set(this.#saved, front)
    const id = Buffer.allocUnsafe(ID_LENGTH)
    sha256Into(this.#outer, id)
    return id
  }

  /** Like `id`, also where less than HEADROOM lies in front: then through a copy, unless what the buffer is a view of has it. */
  idAt(chunkClass: ChunkClass, buffer: Uint8Array, start: number, length: number): Buffer {
    if (start >= HEADROOM) return this.id(chunkClass, buffer, start, length)
    // What lies there may be somebody else's, but it is put back before anybody can look. Other threads could.
    if (buffer.byteOffset + start >= HEADROOM && buffer.buffer instanceof ArrayBuffer)
      return this.id(chunkClass, new Uint8Array(buffer.buffer), buffer.byteOffset + start, length)
    const needed = HEADROOM + length
    if (this.#copy.length < needed) this.#copy = Buffer.allocUnsafeSlow(Math.max(needed, 64 << 10))
    this.#copy.set(buffer.subarray(start, start + length), HEADROOM)
    return this.id(chunkClass, this.#copy, HEADROOM, length)
  }
}
