// Session objects: a writer announces itself. One that is still there without its writer tells the next run to look for packs that no index names.
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

export async function otherSessions(storage: Storage, own: string): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of storage.list('sessions/')) if (key !== own) keys.push(key)
  return keys
}
