// What a ranged read means, worked out once for all drivers.
import { HoldfastError } from '../contract/errors.ts'
import type { ByteRange } from './types.ts'

export type Span = { readonly offset: number; readonly length: number }

const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 0

/** The bytes that `range` means in an object of `size` bytes; `damaged` when the object is too small, `usage` when no such range can be. */
export function spanOf(key: string, size: number, range?: ByteRange): Span {
  if (range === undefined) return { offset: 0, length: size }
  const span = 'last' in range ? { offset: size - range.last, length: range.last } : range
  if (!isCount(span.length) || ('offset' in range && !isCount(range.offset))) {
    throw new HoldfastError('usage', `Bad range ${JSON.stringify(range)} of ${key}: whole numbers from 0 are allowed`)
  }
  if (span.offset < 0 || span.offset + span.length > size) throw tooSmall(key, size, range)
  return span
}

const tooSmall = (key: string, size: number, range: ByteRange): HoldfastError =>
  new HoldfastError('damaged', `Object ${key} has ${size} bytes, too few for the range ${JSON.stringify(range)}`)

/** Where `length` bytes go: the start of `into`, or new memory that nobody else sees. */
export function roomFor(key: string, length: number, into?: Uint8Array): Uint8Array {
  if (into === undefined) return Buffer.allocUnsafeSlow(length)
  if (into.length < length) {
    throw new HoldfastError('usage', `The buffer for ${key} has ${into.length} bytes; at least ${length} are needed`)
  }
  return into.length === length ? into : into.subarray(0, length)
}

/** The parts of a put, one or many, as a list. */
export const partsOf = (bytes: Uint8Array | readonly Uint8Array[]): readonly Uint8Array[] =>
  bytes instanceof Uint8Array ? [bytes] : bytes
