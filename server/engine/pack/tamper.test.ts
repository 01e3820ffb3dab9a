// Whoever holds the storage can do anything to the bytes of a pack, but for making us believe them.
import { describe, expect, it } from 'vitest'
import { randomBytes } from '../codec/samples.ts'
import { codeRejected, codeThrown, commonRun, documentedKeys, flipBit, otherKeys } from '../testing.ts'
import { FOOTER_LENGTH, HEADER_LENGTH, trailerLength } from './format.ts'
import { describePack, onePack, openChunks } from './testing.ts'

const keys = documentedKeys()
const CHUNKS = [[Buffer.from('first'), Buffer.from('second')], [Buffer.from('third of all')]]
const zstd = { codec: 'zstd', level: 3 } as const

describe.each([
  ['stored frames', CHUNKS, undefined],
  ['compressed frames', [[Buffer.alloc(2000, 'abcd'), Buffer.from('x')], [Buffer.alloc(900, 'efg')]], zstd],
] as const)('a pack of %s', (_, chunks, compression) => {
  it('is noticed when any bit is turned over, and never gives other bytes', async () => {
    const { pack, bytes } = await onePack(keys, chunks, compression)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = flipBit(bytes, bit)
      const noticed = [await codeRejected(describePack(keys, pack.id, altered))]
      for (const number of chunks.keys()) {
        noticed.push(codeThrown(() => expect(openChunks(keys, altered, pack.frames, number)).toEqual(chunks[number])))
      }
      expect(noticed).toContain('damaged')
      expect(noticed).not.toContain('internal')
    }
  })

  it('is noticed when it is cut anywhere', async () => {
    const { pack, bytes } = await onePack(keys, chunks, compression)
    for (let length = 0; length < bytes.length; length++)
      expect(await codeRejected(describePack(keys, pack.id, bytes.subarray(0, length)))).toBe('damaged')
  })

  it('is noticed when something is added', async () => {
    const { pack, bytes } = await onePack(keys, chunks, compression)
    const footer = bytes.subarray(-FOOTER_LENGTH)
    const more = Buffer.alloc(40)
    const inFront = Buffer.concat([more, bytes])
    const behind = Buffer.concat([bytes, more])
    const end = bytes.length - FOOTER_LENGTH - trailerLength(footer)
    const between = Buffer.concat([bytes.subarray(0, end), more, bytes.subarray(end)])
    for (const altered of [inFront, behind, between])
      expect(await codeRejected(describePack(keys, pack.id, altered))).toBe('damaged')
  })
})

describe('frames', () => {
  const equalSizes = [[randomBytes(50, 1)], [randomBytes(50, 2)]]
  const frameAt = (bytes: Uint8Array, i: number): Uint8Array =>
    bytes.subarray(HEADER_LENGTH + i * 66, HEADER_LENGTH + (i + 1) * 66)

  it('are noticed when they change places within a pack', async () => {
    const { pack, bytes } = await onePack(keys, equalSizes)
    const swapped = Uint8Array.from(bytes)
    swapped.set(frameAt(bytes, 1), HEADER_LENGTH)
    swapped.set(frameAt(bytes, 0), HEADER_LENGTH + 66)
    expect((await describePack(keys, pack.id, swapped)).frames).toHaveLength(2)
    for (const number of [0, 1])
      expect(codeThrown(() => openChunks(keys, swapped, pack.frames, number))).toBe('damaged')
  })

  it('are noticed when they come from another pack, even one of the same content', async () => {
    const { pack, bytes } = await onePack(keys, equalSizes)
    const other = await onePack(keys, equalSizes)
    const mixed = Uint8Array.from(bytes)
    mixed.set(frameAt(other.bytes, 0), HEADER_LENGTH)
    expect(codeThrown(() => openChunks(keys, mixed, pack.frames, 0))).toBe('damaged')
    expect(openChunks(keys, mixed, pack.frames, 1)).toEqual(equalSizes[1])
  })

  it('are noticed when all frames but not the trailer come from another pack', async () => {
    const { pack, bytes } = await onePack(keys, equalSizes)
    const other = await onePack(keys, equalSizes)
    const end = HEADER_LENGTH + 132
    const mixed = Buffer.concat([other.bytes.subarray(0, end), bytes.subarray(end)])
    expect(await codeRejected(describePack(keys, pack.id, mixed))).toBe('damaged')
  })
})

describe('a whole pack', () => {
  it('in the place of another opens, but no chunk of it passes for one of that', async () => {
    const { pack, bytes } = await onePack(keys, [[randomBytes(50, 1), randomBytes(50, 2)]])
    const other = await onePack(keys, [[randomBytes(50, 3), randomBytes(50, 2)]])
    expect((await describePack(keys, pack.id, other.bytes)).frames).toEqual(other.pack.frames)
    expect(openChunks(keys, other.bytes, pack.frames, 0)).toEqual(['wrong content', randomBytes(50, 2)])
    expect(openChunks(keys, bytes, pack.frames, 0)).toEqual([randomBytes(50, 1), randomBytes(50, 2)])
  })

  it('of another repository is refused, even when the master key is the same', async () => {
    const { pack, bytes } = await onePack(otherKeys(), CHUNKS)
    expect(await codeRejected(describePack(keys, pack.id, bytes))).toBe('damaged')
    expect(codeThrown(() => openChunks(keys, bytes, pack.frames, 0))).toBe('damaged')
  })

  it('shares nothing with another of the same content', async () => {
    const chunks = [[Buffer.alloc(30_000, 'the same text again '), randomBytes(20_000)], [Buffer.alloc(5000)]]
    const [one, two] = [await onePack(keys, chunks), await onePack(keys, chunks)]
    expect(one.pack.frames).toEqual(two.pack.frames)
    expect(one.pack.id).not.toBe(two.pack.id)
    expect(commonRun(one.bytes, two.bytes, 16)).toBeUndefined()
  })

  it('of equal frames shows no run of 16 bytes twice', async () => {
    const { bytes } = await onePack(
      keys,
      Array.from({ length: 50 }, () => [Buffer.alloc(500)]),
    )
    const middle = Math.floor(bytes.length / 2)
    expect(commonRun(bytes.subarray(0, middle), bytes.subarray(middle), 16)).toBeUndefined()
  })
})
