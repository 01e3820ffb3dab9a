// Small objects (index, snapshot, session ...): one encrypted message each, named by the hash of its bytes where the format says so.
import { hash, randomBytes } from 'node:crypto'
import { HoldfastError } from '../../contract/errors.ts'
import { decrypt, encrypt } from './aead.ts'
import type { Keyring } from './keyring.ts'

/** Where it lies decides what it may be: an object moved to another folder fails authentication. */
export type SealedKind = 'index' | 'snapshots' | 'sessions' | 'marks' | 'holds'

const MAGIC = Buffer.from('HFO1', 'latin1')
const SALT_AT = 8
const HEADER_LENGTH = SALT_AT + 32

function aadOf(header: Uint8Array, keyring: Keyring, kind: SealedKind): Buffer {
  return Buffer.concat([header, keyring.repositoryId, Buffer.from(kind, 'latin1')])
}

/** magic | epoch u32 | salt 32 | ciphertext | tag. Two calls never give the same bytes. */
export function seal(keyring: Keyring, kind: SealedKind, plain: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER_LENGTH)
  MAGIC.copy(header)
  header.writeUInt32LE(keyring.epoch, 4)
  randomBytes(32).copy(header, SALT_AT)
  const key = keyring.objectKey(keyring.epoch, header.subarray(SALT_AT), kind)
  return Buffer.concat([header, ...encrypt(key, 0, aadOf(header, keyring, kind), plain)])
}

/** @throws `damaged` when the bytes are not what `seal` made for this repository and kind */
export function unseal(keyring: Keyring, kind: SealedKind, bytes: Uint8Array): Buffer {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (all.length < HEADER_LENGTH || !all.subarray(0, 4).equals(MAGIC)) {
    throw new HoldfastError('damaged', 'The object does not begin like one of Holdfast (format 1)')
  }
  const header = all.subarray(0, HEADER_LENGTH)
  const key = keyring.objectKey(header.readUInt32LE(4), header.subarray(SALT_AT), kind)
  return decrypt(key, 0, aadOf(header, keyring, kind), all.subarray(HEADER_LENGTH))
}

/** SHA-256 of an object's bytes: its name. */
export const nameOf = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex')
