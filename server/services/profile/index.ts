// The own account: name, password, second factor, sessions. Every method is about the actor, whoever that is.
import type { Actor } from '../../auth/actor.ts'
import { createSessionsService, type SessionItem } from '../sessions/index.ts'
import { auditedUser, checkedName, userItem, userTarget } from '../users/mapping.ts'
import type { Page, PageRequest } from '../users/paging.ts'
import type { UserItem } from '../users/types.ts'
import { ownUser, type ProfileDeps, personOfActor } from './own.ts'
import { passwordCommands } from './password.ts'
import { secondFactorCommands } from './second-factor.ts'

export type { ProfileDeps } from './own.ts'
export type ProfileService = ReturnType<typeof createProfileService>

export type ProfileItem = UserItem & {
  /** How many recovery codes are left. */
  readonly recoveryCodes: number
}

export function createProfileService(deps: ProfileDeps) {
  const { catalog, clock, audit } = deps
  const sessions = createSessionsService(deps)

  return {
    /** @throws `forbidden` for whoever is no person that signed in, as in all methods here */
    async get(actor: Actor): Promise<ProfileItem> {
      const user = await ownUser(catalog.db, actor)
      return { ...userItem(user, clock.now()), recoveryCodes: (JSON.parse(user.recoveryCodes) as string[]).length }
    },

    /** @throws `usage` for a bad name */
    async update(actor: Actor, input: { name: string }): Promise<UserItem> {
      const name = checkedName(input.name)
      return await catalog.transaction(async (tx) => {
        const before = await ownUser(tx, actor)
        const after = await tx.user.update({ where: { id: before.id }, data: { name } })
        await audit.append(tx, {
          actor,
          action: 'profile.update',
          target: userTarget(before),
          result: 'success',
          before: auditedUser(before),
          after: auditedUser(after),
        })
        return userItem(after, clock.now())
      })
    },

    sessions: async (actor: Actor, request: PageRequest): Promise<Page<SessionItem>> =>
      sessions.list(actor, { ...request, userId: personOfActor(actor) }),

    /** @throws `not_found` also for a session of somebody else */
    revokeSession: async (actor: Actor, { id }: { id: string }): Promise<SessionItem> =>
      sessions.revoke(actor, { id, userId: personOfActor(actor) }),

    /** Ends all but the one that asks. */
    revokeOtherSessions: async (actor: Actor): Promise<{ revoked: number }> =>
      sessions.revokeAll(actor, { userId: personOfActor(actor), except: actor.sessionId }),

    ...passwordCommands(deps),
    ...secondFactorCommands(deps),
  }
}
