// Cut points: within bounds, the same every time for the same key, others for another key, and found again after an insertion.
import { createCipheriv } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { documentedKeys } from '../testing.ts'
import { Chunker, type ChunkerParameters, DEFAULT_CHUNKER, gearTable } from './fastcdc.ts'

const KEY = documentedKeys().chunk
const MiB = 1 << 20

/** The same random bytes on every run. */
const noise = (length: number, seed: number): Buffer =>
  createCipheriv('aes-256-ctr', Buffer.alloc(32, seed), Buffer.alloc(16)).update(Buffer.alloc(length))

function cutAll(chunker: Chunker, bytes: Uint8Array): Buffer[] {
  const chunks: Buffer[] = []
  for (let start = 0; start < bytes.length; ) {
    const end = chunker.cut(bytes, start, bytes.length)
    if (end <= start) throw new Error(`a cut at ${end} from ${start}`)
    chunks.push(Buffer.from(bytes.subarray(start, end)))
    start = end
  }
  return chunks
}

/** The description of docs/repository-format.md 9.2, word by word. */
function documentedCut(gear: Uint32Array, p: ChunkerParameters, bytes: Uint8Array, s: number, e: number): number {
  const bits = Math.round(Math.log2(p.average))
  const zero = (h: number, count: number): boolean => BigInt(h) >> BigInt(32 - count) === 0n
  const last = Math.min(s + p.max, e)
  const normal = Math.min(s + p.average, last)
  let i = Math.min(s + p.min, last)
  let h = 0
  while (i < last) {
    h = (2 * h + gear[bytes[i]!]!) % 2 ** 32
    i++
    if (zero(h, i <= normal ? bits + 2 : bits - 2)) return i
  }
  return last
}

describe('gearTable', () => {
  it('has the documented words', () => {
    const gear = gearTable(KEY)
    expect(gear.length).toBe(256)
    expect([gear[0], gear[1], gear[255]]).toEqual([0x41a62558, 0x32b7c195, 0xed0bf647])
  })
})

describe('Chunker', () => {
  const parameters = fc
    .tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 2, max: 800 }), fc.integer({ min: 1, max: 2000 }))
    .map(([min, more, most]) => ({ min, average: min + more, max: min + more + most }))

  it('cuts all bytes to chunks within the bounds, as documented', () => {
    const gear = gearTable(KEY)
    fc.assert(
      fc.property(parameters, fc.nat(20_000), fc.nat(255), (p, length, seed) => {
        const bytes = noise(length, seed)
        const chunker = new Chunker(gear, p)
        for (let start = 0; start < length; ) {
          const end = chunker.cut(bytes, start, length)
          expect(end).toBe(documentedCut(gear, p, bytes, start, length))
          expect(end - start).toBeLessThanOrEqual(p.max)
          if (end < length) expect(end - start).toBeGreaterThanOrEqual(p.min)
          expect(end).toBeGreaterThan(start)
          start = end
        }
      }),
    )
  })

  it('cuts zeros, which give it nothing to go by, at the same places', () => {
    const chunker = new Chunker(gearTable(KEY))
    const sizes = cutAll(chunker, Buffer.alloc(9 * MiB)).map((chunk) => chunk.length)
    expect(new Set(sizes.slice(0, -1)).size).toBe(1)
    expect(sizes[0]).toBeLessThanOrEqual(DEFAULT_CHUNKER.max)
    expect(sizes[0]).toBeGreaterThanOrEqual(DEFAULT_CHUNKER.min)
  })

  it('does not look at what lies around', () => {
    const chunker = new Chunker(gearTable(KEY))
    const bytes = noise(5 * MiB, 1)
    const shifted = Buffer.concat([noise(1000, 2), bytes, noise(1000, 3)])
    expect(chunker.cut(shifted, 1000, 1000 + bytes.length) - 1000).toBe(chunker.cut(bytes, 0, bytes.length))
  })

  it('needs `max` bytes at hand and no more to find the same place', () => {
    const chunker = new Chunker(gearTable(KEY))
    const bytes = noise(12 * MiB, 4)
    for (let start = 0; start + DEFAULT_CHUNKER.max < bytes.length; ) {
      const end = chunker.cut(bytes, start, bytes.length)
      expect(chunker.cut(bytes, start, start + DEFAULT_CHUNKER.max)).toBe(end)
      start = end
    }
  })

  it('makes chunks of about 1 MiB of random data, most of them by content', () => {
    const chunks = cutAll(new Chunker(gearTable(KEY)), noise(96 * MiB, 5)).slice(0, -1)
    const mean = chunks.reduce((sum, chunk) => sum + chunk.length, 0) / chunks.length
    expect(mean).toBeGreaterThan(0.9 * MiB)
    expect(mean).toBeLessThan(1.5 * MiB)
    expect(chunks.filter((chunk) => chunk.length === DEFAULT_CHUNKER.max).length).toBeLessThan(chunks.length / 20)
  })

  it('finds most chunks again when something is put in front, in the middle, or taken away', () => {
    const chunker = new Chunker(gearTable(KEY))
    const bytes = noise(32 * MiB, 6)
    const known = new Set(cutAll(chunker, bytes).map((chunk) => chunk.toString('latin1')))
    const middle = 16 * MiB
    const variants = [
      Buffer.concat([Buffer.from('!'), bytes]),
      Buffer.concat([noise(300_000, 7), bytes]),
      Buffer.concat([bytes.subarray(0, middle), noise(5000, 8), bytes.subarray(middle)]),
      bytes.subarray(12_345),
    ]
    for (const variant of variants) {
      const chunks = cutAll(chunker, variant)
      const fresh = chunks.filter((chunk) => !known.has(chunk.toString('latin1')))
      expect(fresh.length).toBeLessThanOrEqual(5)
      expect(chunks.length).toBeGreaterThan(20)
    }
  })

  it('cuts elsewhere under another key, and at the same places under the same', () => {
    const bytes = noise(32 * MiB, 9)
    const ends = (key: Uint8Array): number[] => {
      let end = 0
      return cutAll(new Chunker(gearTable(key)), bytes)
        .map((chunk) => (end += chunk.length))
        .slice(0, -1)
    }
    const here = ends(KEY)
    expect(ends(Uint8Array.from(KEY))).toEqual(here)
    const there = new Set(ends(Buffer.alloc(32, 1)))
    expect(here.filter((end) => there.has(end))).toEqual([])
  })
})
