// The bytes of a pack: as documented, and refused when they declare what no honest writer would.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteReader, ByteWriter } from '../../lib/bytes.ts'
import { ChunkHasher, DATA, META } from '../crypto/chunk-id.ts'
import { nameOf } from '../crypto/seal.ts'
import { codeThrown, documentedKeys, otherKeys } from '../testing.ts'
import {
  decodeFrames,
  encodeFrames,
  FOOTER_LENGTH,
  type FrameInfo,
  HEADER_LENGTH,
  MAX_FRAME,
  PackCipher,
  trailerIntact,
  trailerLength,
} from './format.ts'

const keys = documentedKeys()
const SALT = Buffer.alloc(32, 0x40)

const chunk = fc.record({ id: fc.uint8Array({ minLength: 32, maxLength: 32 }), length: fc.nat(100_000) })
const frame = fc
  .record({ storedLength: fc.nat(MAX_FRAME), codec: fc.nat(5), chunks: fc.array(chunk, { maxLength: 20 }) })
  .map(({ storedLength, codec, chunks }): FrameInfo => {
    const lengths = chunks.map(({ length }) => length)
    const rawLength = lengths.reduce((a, b) => a + b, 0)
    return { storedLength, codec, rawLength, lengths, ids: Buffer.concat(chunks.map(({ id }) => id)) }
  })

const decode = (bytes: Uint8Array): FrameInfo[] => decodeFrames(new ByteReader(bytes))

/** A frame list with one frame that says of itself what it is told. */
function declared(frame: { stored?: number; raw?: number; count?: number; lengths?: number[] }): Buffer {
  const lengths = frame.lengths ?? [frame.raw ?? 0]
  const writer = new ByteWriter().varint(1)
  writer
    .varint(frame.stored ?? 16)
    .varint(frame.raw ?? 0)
    .u8(0)
    .varint(frame.count ?? lengths.length)
  for (const length of lengths) writer.raw(Buffer.alloc(32)).varint(length)
  return writer.copy()
}

describe('the documented pack', () => {
  const cipher = PackCipher.create(keys, DATA, SALT)
  const hello = Buffer.from('hello')
  const ids = new ChunkHasher(keys.id).idAt(DATA, hello, 0, 5)
  const [sealed, tag] = cipher.encryptFrame(0, 0, 5, hello)
  const frames: FrameInfo[] = [{ storedLength: 21, rawLength: 5, codec: 0, ids, lengths: [5] }]
  const pack = Buffer.concat([cipher.header, sealed, tag, cipher.sealTrailer(frames)])

  it('has the documented bytes', () => {
    expect(cipher.header.toString('hex')).toBe(`484650310000000000000000${'40'.repeat(32)}`)
    expect(Buffer.concat([sealed, tag]).toString('hex')).toBe('9470b7b7aafe5ade57589a9efe5cabbadc32f71663')
    expect(encodeFrames(frames).toString('hex')).toBe(`0115050001${ids.toString('hex')}05`)
    expect(pack.subarray(-FOOTER_LENGTH).toString('hex')).toBe('36000000b1dfad55')
    expect(pack.length).toBe(127)
    expect(nameOf(pack)).toBe('1436473d863ec19337da6ead2ee6e792854f03a416f60ca0e925ea7aa25458ca')
  })

  it('can be read back', () => {
    const footer = pack.subarray(-FOOTER_LENGTH)
    const trailer = pack.subarray(-FOOTER_LENGTH - trailerLength(footer), -FOOTER_LENGTH)
    expect(trailerIntact(trailer, footer)).toBe(true)
    const reading = new PackCipher(keys, pack.subarray(0, HEADER_LENGTH))
    expect(reading.openTrailer(trailer)).toEqual(frames)
    expect(reading.decryptFrame(0, 0, 5, pack.subarray(HEADER_LENGTH, HEADER_LENGTH + 21))).toEqual(hello)
  })
})

describe('a frame list', () => {
  it('comes back, whatever the frames', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 10 }), (frames) => {
        const decoded = decode(encodeFrames(frames))
        expect(decoded.map((f) => ({ ...f, ids: Buffer.from(f.ids) }))).toEqual(
          frames.map((f) => ({ ...f, ids: Buffer.from(f.ids) })),
        )
      }),
    )
  })

  it('is refused when it is cut anywhere', () => {
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 5 }), fc.nat(), (frames, at) => {
        const bytes = encodeFrames(frames)
        expect(codeThrown(() => decode(bytes.subarray(0, at % bytes.length)))).toBe('damaged')
      }),
    )
  })

  it('may hold frames up to 16 MiB and no longer ones', () => {
    expect(decode(declared({ raw: MAX_FRAME, stored: MAX_FRAME + 1024 }))).toHaveLength(1)
    expect(codeThrown(() => decode(declared({ raw: MAX_FRAME + 1 })))).toBe('damaged')
    expect(codeThrown(() => decode(declared({ raw: Number.MAX_SAFE_INTEGER })))).toBe('damaged')
    expect(codeThrown(() => decode(declared({ stored: MAX_FRAME + 1025 })))).toBe('damaged')
  })

  it('is refused when chunks do not add up to their frame', () => {
    expect(decode(declared({ raw: 9, lengths: [4, 0, 5] }))).toHaveLength(1)
    expect(codeThrown(() => decode(declared({ raw: 9, lengths: [4, 4] })))).toBe('damaged')
    expect(codeThrown(() => decode(declared({ raw: 9, lengths: [] })))).toBe('damaged')
    expect(codeThrown(() => decode(declared({ raw: 1, lengths: [Number.MAX_SAFE_INTEGER, 1] })))).toBe('damaged')
  })

  it('is refused, without taking memory for it, when it declares more chunks or frames than there are', () => {
    expect(codeThrown(() => decode(declared({ count: 2 ** 40 })))).toBe('damaged')
    expect(codeThrown(() => decode(declared({ count: 2 })))).toBe('damaged')
    expect(codeThrown(() => decode(new ByteWriter().varint(2 ** 50).copy()))).toBe('damaged')
  })

  it('gives frames or `damaged` for bytes of any kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(['nothing', 'damaged']).toContain(codeThrown(() => decode(bytes)))
      }),
    )
  })
})

describe('PackCipher', () => {
  const cipher = PackCipher.create(keys, DATA, SALT)
  const seal = (i: number, codec: number, rawLength: number, plain: Uint8Array): Buffer =>
    Buffer.concat(cipher.encryptFrame(i, codec, rawLength, plain))

  it('opens a frame with its own number, codec and length only', () => {
    const sealed = seal(5, 1, 9, Buffer.from('some data'))
    expect(cipher.decryptFrame(5, 1, 9, sealed).toString()).toBe('some data')
    expect(codeThrown(() => cipher.decryptFrame(4, 1, 9, sealed))).toBe('damaged')
    expect(codeThrown(() => cipher.decryptFrame(5, 2, 9, sealed))).toBe('damaged')
    expect(codeThrown(() => cipher.decryptFrame(5, 1, 10, sealed))).toBe('damaged')
  })

  it('opens nothing of another salt, class or repository', () => {
    const sealed = seal(0, 0, 4, Buffer.from('text'))
    const trailer = cipher.sealTrailer([]).subarray(0, -FOOTER_LENGTH)
    const others = [
      PackCipher.create(keys, DATA, Buffer.alloc(32, 0x41)),
      PackCipher.create(keys, META, SALT),
      PackCipher.create(otherKeys(), DATA, SALT),
    ]
    for (const other of others) {
      expect(codeThrown(() => other.decryptFrame(0, 0, 4, sealed))).toBe('damaged')
      expect(codeThrown(() => other.openTrailer(trailer))).toBe('damaged')
    }
    expect(cipher.openTrailer(trailer)).toEqual([])
  })

  it('takes no frame for a trailer', () => {
    const plain = encodeFrames([])
    expect(codeThrown(() => cipher.openTrailer(seal(0, 0, plain.length, plain)))).toBe('damaged')
  })

  it('refuses a trailer with something behind its frames', () => {
    const plain = Buffer.concat([encodeFrames([]), Buffer.alloc(1)])
    expect(codeThrown(() => cipher.openTrailer(seal(0xffffffff, 0, plain.length, plain)))).toBe('damaged')
  })

  it('refuses what is no header of a pack', () => {
    const { header } = cipher
    const altered = (at: number, value: number): Buffer => {
      const copy = Buffer.from(header)
      copy[at] = value
      return copy
    }
    for (const bad of [altered(0, 0x68), altered(3, 0x32), altered(4, 2), header.subarray(1), Buffer.alloc(0)])
      expect(codeThrown(() => new PackCipher(keys, bad))).toBe('damaged')
  })
})
