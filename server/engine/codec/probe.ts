// A cheap look at a frame before a slow codec tries hard: random and already compressed data should cost almost nothing.

import { zstd } from './zstd.ts'

const KiB = 1024

/** Up to this size a look saves less than it costs. */
const alwaysTry = 64 * KiB
const sampleLength = 4 * KiB

/** A sample that shrinks to this share of itself says at once that the whole is worth it. */
const clearGain = 0.85
/** What zstd 2 must shrink the whole to. More lenient than the 3 % that count in the end: other codecs find more than zstd 2 does. */
const someGain = 0.99

/** Whether zstd 2, which hurries over what it can't shrink, makes this share or less of `bytes`. */
const shrinksTo = (share: number, bytes: Uint8Array): boolean => zstd.compress(bytes, 2).length <= bytes.length * share

/**
 * Whether compressing `input` may save 3 % or more; true in doubt. Text is known by one sample (10 us); for the rest zstd 2 tries the
 * whole, which takes 0.45 ms for a random MiB: samples alone are faster still, but overlook far repeats, gaps and mixtures. As
 * zstd 1 to 3 need hardly more time than this themselves, only slower settings gain by asking. Overwrites what `compress` returned last.
 */
export function worthCompressing(input: Uint8Array): boolean {
  if (input.length <= alwaysTry) return true
  const middle = input.length >>> 1
  return shrinksTo(clearGain, input.subarray(middle, middle + sampleLength)) || shrinksTo(someGain, input)
}
