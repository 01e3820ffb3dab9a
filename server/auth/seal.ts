// Secrets that have to be read again (the second factor's) are sealed with a key of the server, bound to what they belong to.
import crypto from 'node:crypto'
import { HoldfastError } from '../contract/errors.ts'

const nonceLength = 12
const tagLength = 16
const version = 'v1.'

/** The least that the server's own secret has to be, in bytes. */
export const minimumSecretLength = 32

/**
 * A key of 32 bytes for one purpose, derived from the server's secret: one secret file, many keys.
 * @throws `usage` when the secret is shorter than 32 bytes
 */
export function deriveKey(secret: Uint8Array, purpose: string): Buffer {
  if (secret.length < minimumSecretLength) {
    throw new HoldfastError('usage', `The server's secret has ${secret.length} bytes; it takes ${minimumSecretLength}`)
  }
  return Buffer.from(crypto.hkdfSync('sha256', secret, Buffer.alloc(0), `holdfast ${purpose}`, 32))
}

/** AES-256-GCM with a random nonce. `context` (whose secret it is) has to be the same to open it. */
export function seal(key: Uint8Array, text: string, context: string): string {
  const nonce = crypto.randomBytes(nonceLength)
  const cipher = crypto.createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return version + sealed.toString('base64url')
}

/** @throws `damaged` when it was changed, belongs elsewhere or was sealed with another key */
export function unseal(key: Uint8Array, sealed: string, context: string): string {
  const bytes = Buffer.from(sealed.startsWith(version) ? sealed.slice(version.length) : '', 'base64url')
  const bad = (cause?: unknown): HoldfastError =>
    new HoldfastError(
      'damaged',
      `The sealed secret of ${context} can't be opened: it was sealed with another server secret`,
      { cause },
    )
  if (bytes.length < nonceLength + tagLength) throw bad()
  const decipher = crypto.createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceLength))
  decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-tagLength))
  try {
    return decipher.update(bytes.subarray(nonceLength, -tagLength), undefined, 'utf8') + decipher.final('utf8')
  } catch (error) {
    throw bad(error)
  }
}

export const sha256 = (text: string): string => crypto.createHash('sha256').update(text, 'utf8').digest('hex')

/** Compares two texts in a time that says nothing about where they differ. */
export const sameText = (one: string, other: string): boolean =>
  crypto.timingSafeEqual(Buffer.from(sha256(one), 'hex'), Buffer.from(sha256(other), 'hex'))
