// There is always an administrator who can sign in: whoever takes one away asks here first.
import type { Tx } from '../db/index.ts'

/** True when the user is the only active administrator. Holds until the transaction ends, for one writes at a time. */
export async function lastAdministrator(tx: Tx, userId: string): Promise<boolean> {
  const where = { role: 'administrator', status: 'active' }
  const found = await tx.user.findMany({ where, select: { id: true }, take: 2 })
  return found.length === 1 && found[0]?.id === userId
}

/** Whether anybody is an active administrator yet. */
export const hasAdministrator = async (tx: Pick<Tx, 'user'>): Promise<boolean> =>
  (await tx.user.findFirst({ where: { role: 'administrator', status: 'active' }, select: { id: true } })) !== null
