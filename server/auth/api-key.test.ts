// The text of a key: random, with a checksum that finds every mistyped character.
import { expect, test } from 'vitest'
import { createApiKey, hashApiKey, isApiKey } from './api-key.ts'

test('a key has its form, is recognised by its beginning, and is not in what is kept', () => {
  const { key, prefix, hash } = createApiKey()
  expect(key).toMatch(/^hf_[0-9A-Za-z]{49}$/)
  expect(isApiKey(key)).toBe(true)
  expect(key.startsWith(prefix)).toBe(true)
  expect(prefix).toHaveLength(11)
  expect(hash).toBe(hashApiKey(key))
  expect(hash).toMatch(/^[0-9a-f]{64}$/)
  expect(new Set(Array.from({ length: 1000 }, () => createApiKey().key)).size).toBe(1000)
})

test('every single wrong character, and every cut, is found without a look at the catalog', () => {
  const { key } = createApiKey()
  for (let at = 3; at < key.length; at++) {
    const other = key[at] === 'a' ? 'b' : 'a'
    expect(isApiKey(key.slice(0, at) + other + key.slice(at + 1))).toBe(false)
    expect(isApiKey(key.slice(0, at))).toBe(false)
  }
  for (const text of ['', 'hf_', `${key}0`, ` ${key}`, key.slice(3), key.replace('hf_', 'sk_')])
    expect(isApiKey(text)).toBe(false)
})
