// Passwords as argon2id hashes in PHC format: made, compared in constant time, and renewed when the parameters change.
import crypto from 'node:crypto'
import { promisify } from 'node:util'
import { HoldfastError } from '../contract/errors.ts'
import { createGate } from './gate.ts'

/** What a hash costs: 19 MiB, two passes, one lane, as OWASP recommends. Change it here: hashes are renewed at sign-in. */
export const argon2Parameters = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const

const saltLength = 16
const version = 19

type Parsed = {
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
  readonly salt: Buffer
  readonly tag: Buffer
}

const argon2 = promisify(crypto.argon2)

/** Two at once use 38 MiB; the server has to stay small while somebody tries passwords at speed. */
const gate = createGate(2, 64)

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')

/** The same text typed on two keyboards gives the same bytes. */
const bytesOf = (password: string): Buffer => Buffer.from(password.normalize('NFKC'), 'utf8')

/**
 * The hash to store: `$argon2id$v=19$m=...,t=...,p=...$salt$tag`.
 * @throws `rate_limited` when too many passwords are being hashed
 */
export async function hashPassword(password: string): Promise<string> {
  const nonce = crypto.randomBytes(saltLength)
  const { memory, passes, parallelism } = argon2Parameters
  const tag = await gate(() => argon2('argon2id', { ...argon2Parameters, message: bytesOf(password), nonce }))
  return `$argon2id$v=${version}$m=${memory},t=${passes},p=${parallelism}$${unpadded(nonce)}$${unpadded(tag)}`
}

/** @throws `damaged` when the text is no argon2id hash of this version */
function parse(hash: string): Parsed {
  const match = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([\w+/]{11,64})\$([\w+/]{16,128})$/.exec(hash)
  if (!match) throw new HoldfastError('damaged', 'The stored password hash is none of argon2id: set a new password')
  const [memory, passes, parallelism] = match.slice(1, 4).map(Number) as [number, number, number]
  const [salt, tag] = match.slice(4, 6).map((text) => Buffer.from(text, 'base64')) as [Buffer, Buffer]
  return { memory, passes, parallelism, salt, tag }
}

const nobody: Parsed = { ...argon2Parameters, salt: Buffer.alloc(saltLength), tag: crypto.randomBytes(32) }

/**
 * Whether the password has this hash. Without a hash (nobody has this name) it takes as long, and is false.
 * @throws `damaged` for a hash that can't be read, `rate_limited` when too many passwords are being hashed
 */
export async function verifyPassword(hash: string | null, password: string): Promise<boolean> {
  const { memory, passes, parallelism, salt, tag } = hash === null ? nobody : parse(hash)
  const cost = { memory, passes, parallelism, tagLength: tag.length }
  const computed = await gate(() => argon2('argon2id', { ...cost, message: bytesOf(password), nonce: salt }))
  return crypto.timingSafeEqual(computed, tag) && hash !== null
}

/** True when the hash was made with other parameters than those in use: make a new one while the password is at hand. */
export function needsRehash(hash: string): boolean {
  const { memory, passes, parallelism, tag } = parse(hash)
  const wanted = argon2Parameters
  return (
    memory !== wanted.memory ||
    passes !== wanted.passes ||
    parallelism !== wanted.parallelism ||
    tag.length !== wanted.tagLength
  )
}
