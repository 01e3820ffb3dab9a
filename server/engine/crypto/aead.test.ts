// Messages come back under their own key, counter and additional data, and under no other.
import { createCipheriv } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeThrown } from '../testing.ts'
import { decrypt, encrypt, TAG_LENGTH } from './aead.ts'

const key = Buffer.alloc(32, 5)
const aad = Buffer.from('header')
const bytes = fc.uint8Array({ maxLength: 2000 })
const counter = fc.oneof(fc.nat(3), fc.integer({ min: 0, max: 0xffffffff }), fc.constant(0xffffffff))
const seal = (...args: Parameters<typeof encrypt>): Buffer => Buffer.concat(encrypt(...args))

describe('encrypt and decrypt', () => {
  it('give the plain text back, whatever it is', () => {
    fc.assert(
      fc.property(bytes, bytes, counter, (plain, header, n) => {
        const sealed = seal(key, n, header, plain)
        expect(sealed.length).toBe(plain.length + TAG_LENGTH)
        expect(Buffer.compare(decrypt(key, n, header, sealed), plain)).toBe(0)
      }),
    )
  })

  it('are AES-256-GCM with the counter as the last four bytes of the nonce, big endian', () => {
    const cipher = createCipheriv('aes-256-gcm', key, Buffer.from('000000000000000001020304', 'hex')).setAAD(aad)
    const expected = Buffer.concat([cipher.update('plain text'), cipher.final(), cipher.getAuthTag()])
    expect(seal(key, 0x01020304, aad, Buffer.from('plain text'))).toEqual(expected)
  })

  it('notice every bit that is turned over', () => {
    const sealed = seal(key, 3, aad, Buffer.from('forty-two'))
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const altered = Buffer.from(sealed)
      altered[bit >> 3]! ^= 1 << (bit & 7)
      expect(codeThrown(() => decrypt(key, 3, aad, altered))).toBe('damaged')
    }
  })

  it('notice another key, counter or header, and every cut', () => {
    const sealed = seal(key, 3, aad, Buffer.from('forty-two'))
    expect(codeThrown(() => decrypt(Buffer.alloc(32, 6), 3, aad, sealed))).toBe('damaged')
    expect(codeThrown(() => decrypt(key, 4, aad, sealed))).toBe('damaged')
    expect(codeThrown(() => decrypt(key, 3, Buffer.from('headeR'), sealed))).toBe('damaged')
    for (let length = 0; length < sealed.length; length++)
      expect(codeThrown(() => decrypt(key, 3, aad, sealed.subarray(0, length)))).toBe('damaged')
    expect(codeThrown(() => decrypt(key, 3, aad, Buffer.concat([sealed, Buffer.alloc(1)])))).toBe('damaged')
  })
})
