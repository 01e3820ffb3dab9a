// AES-256-GCM with counters as nonces: one key serves one object, message i of it has nonce i.
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { HoldfastError } from '../../contract/errors.ts'

export const TAG_LENGTH = 16
const nonce = Buffer.alloc(12)

function nonceOf(counter: number): Buffer {
  nonce.writeUInt32BE(counter, 8)
  return nonce
}

/**
 * Encrypts message number `counter` (0 to 2^32 - 1, never twice under one key).
 * @returns ciphertext (as long as the plain text) and tag (16 bytes)
 */
export function encrypt(key: Uint8Array, counter: number, aad: Uint8Array, plain: Uint8Array): [Buffer, Buffer] {
  const cipher = createCipheriv('aes-256-gcm', key, nonceOf(counter))
  cipher.setAAD(aad)
  const bytes = cipher.update(plain)
  cipher.final()
  return [bytes, cipher.getAuthTag()]
}

/**
 * Opens what `encrypt` made: ciphertext and tag in one piece.
 * @throws `damaged` when anything (bytes, tag, AAD, counter) differs
 */
export function decrypt(key: Uint8Array, counter: number, aad: Uint8Array, sealed: Uint8Array): Buffer {
  const length = sealed.length - TAG_LENGTH
  if (length < 0) throw new HoldfastError('damaged', `An encrypted message of ${sealed.length} bytes is too short`)
  const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(counter))
  decipher.setAAD(aad)
  decipher.setAuthTag(sealed.subarray(length))
  const plain = decipher.update(sealed.subarray(0, length))
  try {
    decipher.final()
  } catch (cause) {
    throw new HoldfastError('damaged', 'Encrypted bytes fail authentication', { cause })
  }
  return plain
}
