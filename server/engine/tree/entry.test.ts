// An entry comes back with everything that it had; bytes that no writer makes are refused.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteReader, ByteWriter } from '../../lib/bytes.ts'
import { codeThrown } from '../testing.ts'
import { decodeEntry, type Entry, encodeEntry } from './entry.ts'
import { entryArbitrary, entryOf, plainEntry } from './testing.ts'

const encode = (entry: Entry): Buffer => {
  const writer = new ByteWriter()
  encodeEntry(writer, entry.name, entry, entry)
  return writer.copy()
}
const decode = (bytes: Uint8Array): Entry => decodeEntry(new ByteReader(bytes))

describe('encodeEntry and decodeEntry', () => {
  it('give back every entry, and read no further', () => {
    fc.assert(
      fc.property(entryArbitrary, (entry) => {
        const reader = new ByteReader(Buffer.concat([encode(entry), Buffer.from('more')]))
        expect(plainEntry(decodeEntry(reader))).toEqual(plainEntry(entry))
        expect(reader.end - reader.position).toBe(4)
      }),
      { numRuns: 500 },
    )
  })

  it('write the documented bytes', () => {
    const id = 'e468c8b021afd0e9ceff2ce152d7c8b666d92ca5203691d47c2f24a92bb36d97'
    const entry = entryOf('a', { size: 5, content: Buffer.from(id, 'hex') })
    expect(encode(entry).toString('hex')).toBe(
      `00${'0161'}a403e807e80780c49fd50c0580c49fd50c064d0000000105${'01'}${id}`,
    )
  })

  it('refuse an entry that is cut anywhere', () => {
    fc.assert(
      fc.property(entryArbitrary, fc.nat(), (entry, at) => {
        const bytes = encode(entry)
        expect(codeThrown(() => decode(bytes.subarray(0, at % bytes.length)))).toBe('damaged')
      }),
      { numRuns: 300 },
    )
  })

  it('give an entry or `damaged` for bytes of any kind, and for an entry with bytes altered', () => {
    const outcome = (bytes: Uint8Array): void => {
      expect(['nothing', 'damaged']).toContain(codeThrown(() => decode(bytes)))
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), outcome))
    fc.assert(
      fc.property(entryArbitrary, fc.nat(), fc.nat(255), (entry, at, byte) => {
        const bytes = encode(entry)
        bytes[at % bytes.length] = byte
        outcome(bytes)
      }),
      { numRuns: 500 },
    )
  })
})

describe('decodeEntry', () => {
  it.each(['', '.', '..', '/', 'a/b', '../a', '/etc/passwd', 'a\0', '\0'])('refuses the name %j', (name) => {
    expect(codeThrown(() => decode(encode(entryOf(name))))).toBe('damaged')
  })

  it.each(['...', ' ', '.a', 'a.', '..a', '\\', '\xff', '\n', '-rf', 'con'])('takes the name %j', (name) => {
    expect(decode(encode(entryOf(name))).name).toBe(name)
  })

  it('refuses the type that does not exist', () => {
    const bytes = encode(entryOf('a'))
    bytes[0] = 7
    expect(codeThrown(() => decode(bytes))).toBe('damaged')
  })

  it.each([
    ['empty', [5, 0], 100],
    ['touching', [0, 5, 5, 5], 100],
    ['overlapping', [0, 5, 3, 5], 100],
    ['descending', [50, 5, 0, 5], 100],
    ['past the end', [0, 101], 100],
    ['past all numbers', [5, Number.MAX_SAFE_INTEGER], 100],
    ['half', [0, 5, 7], 100],
  ])('refuses holes that are %s', (_, holes, size) => {
    expect(codeThrown(() => decode(encode(entryOf('a', { holes, size }))))).toBe('damaged')
  })

  it('takes holes at both ends, with one byte between them, and over all of a file', () => {
    for (const holes of [
      [0, 100],
      [0, 49, 50, 50],
      [99, 1],
    ])
      expect(decode(encode(entryOf('a', { holes, size: 100 }))).holes).toEqual(holes)
  })

  it.each(['mtimeNsec', 'ctimeNsec'])(
    'refuses %s of a second and more: some of them mean "now" to the system',
    (field) => {
      expect(codeThrown(() => decode(encode(entryOf('a', { [field]: 999_999_999 }))))).toBe('nothing')
      expect(codeThrown(() => decode(encode(entryOf('a', { [field]: 1_000_000_000 }))))).toBe('damaged')
      expect(codeThrown(() => decode(encode(entryOf('a', { [field]: 0x3fffffff }))))).toBe('damaged')
    },
  )

  it('refuses counts that no memory holds', () => {
    const head = encode(entryOf('a')).subarray(0, -1)
    const declare = (count: number): Buffer => Buffer.concat([head, new ByteWriter().varint(count).view()])
    expect(codeThrown(() => decode(declare(0)))).toBe('nothing')
    expect(codeThrown(() => decode(declare(1)))).toBe('damaged')
    expect(codeThrown(() => decode(declare(Number.MAX_SAFE_INTEGER)))).toBe('damaged')
  })
})
