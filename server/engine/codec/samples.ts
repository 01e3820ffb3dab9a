// Inputs for the tests of this folder: the same bytes on every run.

/** Bytes that no codec can shrink: xorshift32, Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8 (14), 2003. */
export function randomBytes(length: number, seed = 2463534242): Buffer {
  const bytes = Buffer.alloc(Math.ceil(length / 4) * 4)
  let x = seed
  for (let at = 0; at < bytes.length; at += 4) {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    bytes.writeInt32LE(x | 0, at)
  }
  return bytes.subarray(0, length)
}

/** Lines that resemble a log: they shrink well, but not to nothing. */
export function text(length: number): Buffer {
  const noise = randomBytes(4096)
  const bytes = Buffer.alloc(length)
  for (let at = 0, line = 0; at < length; line++) {
    at += bytes.write(
      `${line} backup of host-${noise[line % 4096]} took ${noise[(line * 7) % 4096]} ms\n`,
      at,
      'latin1',
    )
  }
  return bytes
}
