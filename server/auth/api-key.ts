// The text of an API key: hf_ + 32 random bytes in base 62 + a checksum, so that a mistyped or cut key is known without a look at the catalog.
import crypto from 'node:crypto'
import { crc32 } from 'node:zlib'
import { sha256 } from './seal.ts'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const mark = 'hf_'
const secretBytes = 32
const secretLength = 43
const checksumLength = 6
const shownLength = mark.length + 8

function base62(value: bigint, length: number): string {
  let text = ''
  for (let rest = value; text.length < length; rest /= 62n) text = alphabet[Number(rest % 62n)] + text
  return text
}

const checksum = (secret: string): string => base62(BigInt(crc32(secret)), checksumLength)

export type NewApiKey = {
  /** Shown once. */
  readonly key: string
  /** To recognise it by in lists. */
  readonly prefix: string
  /** What is kept: SHA-256, hexadecimal; 256 random bits need no slow hash. */
  readonly hash: string
}

export function createApiKey(): NewApiKey {
  const secret = base62(BigInt(`0x${crypto.randomBytes(secretBytes).toString('hex')}`), secretLength)
  const key = mark + secret + checksum(secret)
  return { key, prefix: key.slice(0, shownLength), hash: hashApiKey(key) }
}

export const hashApiKey = (key: string): string => sha256(key)

/** True when the text has the form of a key and its checksum is right. */
export function isApiKey(text: string): boolean {
  if (!/^hf_[0-9A-Za-z]{49}$/.test(text)) return false
  const secret = text.slice(mark.length, mark.length + secretLength)
  return text.slice(mark.length + secretLength) === checksum(secret)
}
