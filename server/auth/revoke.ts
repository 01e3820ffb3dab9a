// Taking away all that a user has open: when an account is disabled, or the identity provider lets its person in no more.
import type { Tx } from '../db/index.ts'
import { dateOf } from '../lib/clock.ts'
import { revokeSessions } from './sessions.ts'

/**
 * Ends sessions, keys and unused links within a transaction; keys do not come back when the user does.
 * @param now ms
 * @returns how many sessions and keys were open
 */
export async function revokeAll(tx: Tx, userId: string, now: number): Promise<{ sessions: number; keys: number }> {
  const sessions = await revokeSessions(tx, { userId }, now)
  const keys = await tx.apiKey.updateMany({ where: { userId, revokedAt: null }, data: { revokedAt: dateOf(now) } })
  await tx.setupLink.deleteMany({ where: { userId, usedAt: null } })
  return { sessions, keys: keys.count }
}
