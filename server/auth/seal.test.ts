// Sealed secrets open with the same key and owner only.
import crypto from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { codeOf, messageOf } from '../contract/errors.ts'
import { deriveKey, sameText, seal, unseal } from './seal.ts'

const secret = crypto.randomBytes(32)
const key = deriveKey(secret, 'test')

const refusal = (work: () => unknown): unknown => {
  try {
    return work()
  } catch (error) {
    return { code: codeOf(error), message: messageOf(error) }
  }
}

describe('a sealed secret', () => {
  test('opens again, and looks different each time', () => {
    const [one, other] = [seal(key, 'JBSWY3DPEHPK3PXP', 'user 1'), seal(key, 'JBSWY3DPEHPK3PXP', 'user 1')]
    expect(one).not.toBe(other)
    expect(one).not.toContain('JBSWY3DPEHPK3PXP')
    expect(unseal(key, one, 'user 1')).toBe('JBSWY3DPEHPK3PXP')
  })

  test('does not open for another owner, with another key, or changed in any bit', () => {
    const sealed = seal(key, 'JBSWY3DPEHPK3PXP', 'user 1')
    const bytes = Buffer.from(sealed.slice(3), 'base64url')
    const damaged = Array.from({ length: bytes.length * 8 }, (_, bit) => {
      const copy = Buffer.from(bytes)
      copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      return `v1.${copy.toString('base64url')}`
    })
    const tries = [
      () => unseal(key, sealed, 'user 2'),
      () => unseal(deriveKey(secret, 'other'), sealed, 'user 1'),
      () => unseal(key, sealed.slice(3), 'user 1'),
      () => unseal(key, 'v1.AAAA', 'user 1'),
      ...damaged.map((each) => () => unseal(key, each, 'user 1')),
    ]
    for (const each of tries) {
      const error = refusal(each)
      expect(error).toMatchObject({ code: 'damaged' })
      expect(JSON.stringify(error)).not.toContain('JBSWY3DPEHPK3PXP')
    }
  })
})

test('keys for two purposes differ, and a short secret is refused', () => {
  expect(deriveKey(secret, 'a').equals(deriveKey(secret, 'b'))).toBe(false)
  expect(deriveKey(secret, 'a').equals(deriveKey(secret, 'a'))).toBe(true)
  expect(refusal(() => deriveKey(Buffer.alloc(16), 'a'))).toMatchObject({ code: 'usage' })
})

test('texts are compared whatever their lengths', () => {
  expect(sameText('abc', 'abc')).toBe(true)
  expect(sameText('abc', 'abcd')).toBe(false)
  expect(sameText('', 'a')).toBe(false)
})
