// The two output buffers of a thread: one for compressed, one for raw bytes. Reusing them keeps a backup's garbage near zero.

import { HoldfastError } from '../../contract/errors.ts'
import { maxRawLength } from './types.ts'

const MiB = 1024 * 1024

/** Frames are about 1 MiB and chunks at most 4, so larger buffers are rare: they are made for one call and left to the collector. */
const keptAtMost = 5 * MiB

/** Room in front of what is handed out, where a keyed hash of it puts its key for a moment (crypto/chunk-id.ts) instead of copying all. */
const inFront = 128

class Scratch {
  /** Never empty, so that C sees no null pointer. */
  #buffer = Buffer.alloc(inFront + 1)

  /** Exactly `length` bytes, not cleared, whose memory the next call may hand out again. */
  take(length: number): Buffer {
    if (length > keptAtMost) return Buffer.allocUnsafeSlow(length)
    const needed = inFront + length
    if (this.#buffer.length < needed) this.#buffer = Buffer.allocUnsafeSlow(Math.ceil(needed / MiB) * MiB)
    return this.#buffer.subarray(inFront, needed)
  }
}

const compressed = new Scratch()
const raw = new Scratch()

/** The most that any codec makes of `length` bytes: each grows random data by far less than 1/64 + 4 KiB. */
export const compressedBound = (length: number): number => checkedLength(length) + (length >>> 6) + 4096

/** Room for whatever any codec makes of `input`. */
export function compressedRoom(input: Uint8Array): Buffer {
  return compressed.take(compressedBound(input.length))
}

/** Room for exactly `length` raw bytes. */
export function rawRoom(length: number): Buffer {
  return raw.take(checkedLength(length))
}

/** `length`, if a frame may hold that many raw bytes; otherwise `damaged`. */
export function checkedLength(length: number): number {
  if (Number.isInteger(length) && length >= 0 && length <= maxRawLength) return length
  throw new HoldfastError('damaged', `A frame holds 0 to ${maxRawLength} raw bytes, but this one claims ${length}.`)
}
