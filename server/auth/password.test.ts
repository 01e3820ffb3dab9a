// Passwords: the form of a hash, what it takes and refuses, and when it is renewed.
import crypto from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { codeOf } from '../contract/errors.ts'
import { argon2Parameters, hashPassword, needsRehash, verifyPassword } from './password.ts'

const password = 'correct staple battery horse'

describe('a password hash', () => {
  test('is argon2id in PHC format with the parameters in it, and salted', async () => {
    const [one, other] = await Promise.all([hashPassword(password), hashPassword(password)])
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
    expect(one).not.toBe(other)
  })

  test('takes its password and no other', async () => {
    const hash = await hashPassword(password)
    expect(await verifyPassword(hash, password)).toBe(true)
    expect(await verifyPassword(hash, `${password} `)).toBe(false)
    expect(await verifyPassword(hash, '')).toBe(false)
  })

  test('takes the same text in composed and decomposed letters', async () => {
    expect(await verifyPassword(await hashPassword('gr\u00f6ssenwahn heute'), 'gro\u0308ssenwahn heute')).toBe(true)
  })

  test('can be checked by another implementation of argon2id: the parameters and the salt are in it', async () => {
    const [, , , costs = '', salt = '', tag = ''] = (await hashPassword(password)).split('$')
    const [memory, passes, parallelism] = costs.split(',').map((pair) => Number(pair.slice(2))) as [
      number,
      number,
      number,
    ]
    const nonce = Buffer.from(salt, 'base64')
    const computed = crypto.argon2Sync('argon2id', {
      message: password,
      nonce,
      memory,
      passes,
      parallelism,
      tagLength: 32,
    })
    expect(computed.toString('base64').replace(/=+$/, '')).toBe(tag)
  })

  test('without a hash every password is wrong, at the same cost', async () => {
    expect(await verifyPassword(null, password)).toBe(false)
  })

  test('made with other parameters is still taken, and due for renewal', async () => {
    const nonce = crypto.randomBytes(16)
    const tag = crypto.argon2Sync('argon2id', {
      message: password,
      nonce,
      memory: 8192,
      passes: 1,
      parallelism: 1,
      tagLength: 32,
    })
    const text = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')
    const old = `$argon2id$v=19$m=8192,t=1,p=1$${text(nonce)}$${text(tag)}`
    expect(await verifyPassword(old, password)).toBe(true)
    expect(await verifyPassword(old, 'something else entirely')).toBe(false)
    expect(needsRehash(old)).toBe(true)
    expect(needsRehash(await hashPassword(password))).toBe(false)
  })

  test.each([
    '',
    'plain',
    '$2b$10$abcdefghijklmnopqrstuv',
    '$argon2i$v=19$m=32768,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA',
  ])('of another kind (%s) is an error, not a wrong password', async (hash) => {
    const error = await verifyPassword(hash, password).catch((caught: unknown) => caught)
    expect(codeOf(error)).toBe('damaged')
  })

  test('costs at least what OWASP asks for', () => {
    expect(argon2Parameters.memory).toBeGreaterThanOrEqual(19_456)
    expect(argon2Parameters.passes).toBeGreaterThanOrEqual(2)
  })
})
