// Whose profile it is, and the proof of it: the password, asked for again before anything that would lock its owner out.
import type { Actor } from '../../auth/actor.ts'
import { accountPolicy, createAttempts } from '../../auth/attempts.ts'
import { verifyPassword } from '../../auth/password.ts'
import type { AuditAction } from '../../contract/audit-actions.ts'
import { HoldfastError } from '../../contract/errors.ts'
import type { Tx } from '../../db/index.ts'
import { type UserRow, userTarget } from '../users/mapping.ts'
import type { CommonDeps } from '../users/types.ts'

export type ProfileDeps = CommonDeps & {
  /** The server's secret, as access has it: second factors are sealed with a key of it. */
  readonly secret: Uint8Array
}

/** The user's id. @throws `forbidden` for keys, jobs and strangers */
export function personOfActor(actor: Actor): string {
  if (actor.kind !== 'user' || actor.userId === null) {
    throw new HoldfastError('forbidden', 'A profile is changed by the person whose it is, signed in to the console')
  }
  return actor.userId
}

/** The row of the actor. @throws `forbidden` for keys, jobs and strangers; `not_found` when it is gone */
export async function ownUser(db: Pick<Tx, 'user'>, actor: Actor): Promise<UserRow> {
  const user = await db.user.findUnique({ where: { id: personOfActor(actor) } })
  if (user?.status !== 'active') throw new HoldfastError('not_found', 'Your account is gone or disabled')
  return user
}

export type UserWithPassword = UserRow & { readonly passwordHash: string }

/** @throws `refused` for those who sign in elsewhere */
export function withPassword(user: UserRow): UserWithPassword {
  const { passwordHash } = user
  if (passwordHash === null) {
    const where = user.oidcIssuer ?? 'a link that was not used yet'
    throw new HoldfastError('refused', `The account has no password here: it signs in through ${where}`)
  }
  return { ...user, passwordHash }
}

/**
 * Asks for proof at most so often: somebody at an unlocked desk must not try out passwords or codes.
 * `also` is looked at once the password is right; null counts as a failure, too.
 */
export type Reconfirm = <T>(actor: Actor, user: UserWithPassword, password: string, also: () => T | null) => Promise<T>

/** @returns a check that throws `wrong_secret` for a wrong password, `rate_limited` after several; both are audited as `action` */
export function createReconfirm({ clock, audit }: CommonDeps, action: AuditAction): Reconfirm {
  const attempts = createAttempts(accountPolicy)

  return async (actor, user, password, also) => {
    const now = clock.now()
    const reserved = attempts.reserve(user.id, now)
    const failed = (reason: string): Promise<void> =>
      audit.record({ actor, action, target: userTarget(user), result: 'denied', details: { reason } })
    if (!reserved.allowed) {
      const seconds = Math.ceil((reserved.until - now) / 1000)
      if (reserved.first) await failed('too many attempts')
      throw new HoldfastError('rate_limited', `Too many wrong passwords or codes: try again in ${seconds} s`)
    }
    const right = await verifyPassword(user.passwordHash, password)
    const proof = right ? also() : null
    if (proof === null) {
      await failed(right ? 'wrong code' : 'wrong password')
      throw new HoldfastError('wrong_secret', right ? 'The code is wrong, or was used before' : 'The password is wrong')
    }
    attempts.clear(user.id)
    return proof
  }
}
