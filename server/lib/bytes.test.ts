// What ByteWriter writes ByteReader reads; what nobody could have written is refused as `damaged`, and never read past its end.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeOf } from '../contract/errors.ts'
import { ByteReader, ByteWriter, hex, release } from './bytes.ts'

const MAX = Number.MAX_SAFE_INTEGER
const damaged = expect.objectContaining({ code: 'damaged' })
const anyWhole = fc.oneof(fc.nat(300), fc.maxSafeNat())
const byteString = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1'))

describe('varint', () => {
  it.each([
    [0, '00'],
    [1, '01'],
    [0x7f, '7f'],
    [0x80, '8001'],
    [300, 'ac02'],
    [0x3fff, 'ff7f'],
    [0x4000, '808001'],
    [2 ** 31, '8080808008'],
    [2 ** 32 - 1, 'ffffffff0f'],
    [2 ** 32, '8080808010'],
    [2 ** 49 - 1, 'ffffffffffff7f'],
    [2 ** 49, '8080808080808001'],
    [MAX, 'ffffffffffffff0f'],
  ])('%d is %s', (value, bytes) => {
    expect(hex(new ByteWriter().varint(value).view())).toBe(bytes)
    const reader = new ByteReader(Buffer.from(bytes, 'hex'))
    expect(reader.varint()).toBe(value)
    expect(reader.done).toBe(true)
  })

  it('comes back, whatever the number', () => {
    fc.assert(
      fc.property(anyWhole, (value) => {
        const bytes = new ByteWriter(1).varint(value).view()
        expect(bytes.length).toBeLessThanOrEqual(8)
        expect(new ByteReader(bytes).varint()).toBe(value)
      }),
    )
  })

  it('need not be the shortest form', () => {
    expect(new ByteReader(Buffer.from('808000', 'hex')).varint()).toBe(0)
    expect(new ByteReader(Buffer.from('8180808080808000', 'hex')).varint()).toBe(1)
  })

  it('is refused when it is cut short, too long or too large', () => {
    for (const bytes of ['', '80', 'ffffffffffffff', '8080808080808080', 'ffffffffffffff10', 'ffffffffffffff7f']) {
      expect(() => new ByteReader(Buffer.from(bytes, 'hex')).varint()).toThrow(damaged)
    }
    expect(() => new ByteReader(Buffer.alloc(100, 0x80)).varint()).toThrow(damaged)
    expect(() => new ByteReader(Buffer.alloc(100, 0xff)).varint()).toThrow(damaged)
    expect(() => new ByteReader(Buffer.from(`${'80'.repeat(8)}01`, 'hex')).varint()).toThrow(damaged)
  })
})

describe('signed', () => {
  it.each([
    [0, '00'],
    [1, '02'],
    [-1, '01'],
    [-2, '03'],
    [2 ** 52 - 1, 'feffffffffffff0f'],
    [-(2 ** 52), 'ffffffffffffff0f'],
  ])('%d is %s', (value, bytes) => {
    expect(hex(new ByteWriter().signed(value).view())).toBe(bytes)
    expect(new ByteReader(Buffer.from(bytes, 'hex')).signed()).toBe(value)
  })

  it('comes back, whatever the number', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 52), max: 2 ** 52 - 1 }), (value) => {
        expect(new ByteReader(new ByteWriter(1).signed(value).view()).signed()).toBe(value)
      }),
    )
  })
})

describe('a whole message', () => {
  const field = fc.oneof(
    fc.record({ kind: fc.constant('u8' as const), value: fc.nat(255) }),
    fc.record({ kind: fc.constant('u32' as const), value: fc.nat(0xffffffff) }),
    fc.record({ kind: fc.constant('varint' as const), value: anyWhole }),
    fc.record({ kind: fc.constant('signed' as const), value: fc.integer({ min: -(2 ** 52), max: 2 ** 52 - 1 }) }),
    fc.record({ kind: fc.constant('blob' as const), value: fc.uint8Array({ maxLength: 300 }) }),
    fc.record({ kind: fc.constant('name' as const), value: byteString }),
  )
  type Field = typeof field extends fc.Arbitrary<infer F> ? F : never

  function write(writer: ByteWriter, { kind, value }: Field): void {
    if (kind === 'blob') writer.blob(value)
    else if (kind === 'name') writer.name(value)
    else writer[kind](value)
  }
  const read = (reader: ByteReader, { kind }: Field): unknown =>
    kind === 'blob' ? Uint8Array.from(reader.blob()) : reader[kind]()

  it('comes back field by field, from a writer of any capacity', () => {
    fc.assert(
      fc.property(fc.array(field), fc.integer({ min: 1, max: 64 }), (fields, capacity) => {
        const writer = new ByteWriter(capacity)
        for (const each of fields) write(writer, each)
        expect(writer.length).toBe(writer.copy().length)
        const reader = new ByteReader(writer.copy())
        for (const each of fields) expect(read(reader, each)).toEqual(each.value)
        expect(reader.done).toBe(true)
      }),
    )
  })

  it('is refused when it is cut anywhere', () => {
    fc.assert(
      fc.property(fc.array(field, { minLength: 1 }), fc.nat(), (fields, at) => {
        const writer = new ByteWriter()
        for (const each of fields) write(writer, each)
        // Bytes follow in memory, which a reader that went too far would take.
        const reader = new ByteReader(writer.copy(), 0, at % writer.length)
        expect(() => fields.map((each) => read(reader, each))).toThrow(damaged)
      }),
    )
  })

  it('gives a value or `damaged` for bytes of any kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.array(field, { maxLength: 8 }), (bytes, fields) => {
        const reader = new ByteReader(bytes)
        try {
          for (const each of fields) read(reader, each)
        } catch (error) {
          expect(codeOf(error)).toBe('damaged')
        }
        expect(reader.position).toBeLessThanOrEqual(bytes.length)
      }),
    )
  })
})

describe('ByteReader', () => {
  it('reads a part of a larger buffer, and that part only', () => {
    const whole = Buffer.from('0011223344556677', 'hex')
    const reader = new ByteReader(whole.subarray(1, 7), 1, 4)
    expect(hex(reader.raw(2))).toBe('2233')
    reader.skip(1)
    expect(reader.done).toBe(true)
    for (const more of [() => reader.u8(), () => reader.u32(), () => reader.raw(1), () => reader.skip(1)])
      expect(more).toThrow(damaged)
    expect(reader.position).toBe(4)
  })

  it('refuses lengths that no memory holds', () => {
    const bytes = new ByteWriter().varint(MAX).raw(Buffer.alloc(10)).copy()
    expect(() => new ByteReader(bytes).blob()).toThrow(damaged)
    expect(() => new ByteReader(bytes).name()).toThrow(damaged)
  })
})

describe('ByteWriter', () => {
  it('starts again after reset, and a copy does not change any more', () => {
    const writer = new ByteWriter(4).name('abcdefgh')
    const first = writer.copy()
    expect(hex(writer.reset().name('xy').view())).toBe('027879')
    expect(hex(first)).toBe('086162636465666768')
  })

  it('writes each char of a byte string as one byte', () => {
    expect(hex(new ByteWriter().name('a\xff\x80\0').view())).toBe('0461ff8000')
  })
})

describe('release', () => {
  it('empties a large buffer of its own, and leaves a view of something larger alone', () => {
    const own = Buffer.allocUnsafeSlow(8192)
    const shared = Buffer.alloc(16384, 1)
    release(shared.subarray(0, 8192))
    release(own)
    expect(own.length).toBe(0)
    expect(shared.every((byte) => byte === 1)).toBe(true)
  })
})
