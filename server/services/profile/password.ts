// Changing the own password.
import type { Actor } from '../../auth/actor.ts'
import { hashPassword } from '../../auth/password.ts'
import { checkPassword } from '../../auth/password-policy.ts'
import { revokeSessions } from '../../auth/sessions.ts'
import { HoldfastError } from '../../contract/errors.ts'
import { userTarget } from '../users/mapping.ts'
import { createReconfirm, ownUser, type ProfileDeps, withPassword } from './own.ts'

export function passwordCommands(deps: ProfileDeps) {
  const { catalog, clock, audit } = deps
  const reconfirm = createReconfirm(deps, 'profile.password')

  return {
    /**
     * Sets a new password and ends the other sessions.
     * @throws `wrong_secret` for the current one, `rate_limited` after several, `usage` for a bad new one, `refused` without a local password
     */
    async changePassword(
      actor: Actor,
      { current, next }: { current: string; next: string },
    ): Promise<{ sessionsRevoked: number }> {
      const user = withPassword(await ownUser(catalog.db, actor))
      await reconfirm(actor, user, current, () => true)
      checkPassword(next, [user.email, user.name])
      if (next === current) throw new HoldfastError('usage', 'The new password is the current one: take another')
      const passwordHash = await hashPassword(next)
      return await catalog.transaction(async (tx) => {
        const where = { id: user.id, passwordHash: user.passwordHash }
        const { count } = await tx.user.updateMany({ where, data: { passwordHash } })
        if (count !== 1) throw new HoldfastError('refused', 'The password was changed by somebody else meanwhile')
        const sessionsRevoked = await revokeSessions(tx, { userId: user.id, except: actor.sessionId }, clock.now())
        await audit.append(tx, {
          actor,
          action: 'profile.password',
          target: userTarget(user),
          result: 'success',
          details: { sessionsRevoked },
        })
        return { sessionsRevoked }
      })
    },
  }
}
