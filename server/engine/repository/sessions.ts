// Session objects: a writer announces itself, so that garbage collection leaves alone what it may be about to rely on.
import { randomBytes } from 'node:crypto'
import type { Storage } from '../../storage/types.ts'
import type { Keyring } from '../crypto/keyring.ts'
import { seal } from '../crypto/seal.ts'

export type Session = { readonly host: string; readonly pid: number; readonly started: string }

/** @returns the key of the session object */
export async function beginSession(storage: Storage, keyring: Keyring, session: Session): Promise<string> {
  const key = `sessions/${randomBytes(16).toString('hex')}`
  await storage.put(key, seal(keyring, 'sessions', Buffer.from(JSON.stringify(session))), { ifAbsent: true })
  return key
}

/** The run is over, whatever its end: what it left is found in the listing of packs by the next one. */
export async function endSession(storage: Storage, key: string): Promise<void> {
  await storage.delete(key)
}
