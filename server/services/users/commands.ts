// Changing users: each change and its event in one transaction; there is always an administrator left.
import type { Actor } from '../../auth/actor.ts'
import { lastAdministrator } from '../../auth/administrators.ts'
import { revokeAll } from '../../auth/revoke.ts'
import { isRole, revokeSessions } from '../../auth/sessions.ts'
import { HoldfastError } from '../../contract/errors.ts'
import { permissionsOf, personal, type Role } from '../../contract/permissions.ts'
import type { Tx } from '../../db/index.ts'
import { dateOf } from '../../lib/clock.ts'
import { issueLink } from './links.ts'
import { auditedUser, checkedEmail, checkedName, type UserRow, userItem, userTarget } from './mapping.ts'
import { findUser } from './queries.ts'
import type { NewUser, OneTimeLink, UserChange, UserItem, UsersDeps } from './types.ts'

/** Nobody makes or takes over an account that may do more than they: a key of narrow scope can't become an administrator. */
function demandWithin(actor: Actor, role: string): void {
  const needed = isRole(role) ? permissionsOf(role).filter((permission) => !personal.includes(permission)) : []
  const missing = needed.filter((permission) => !actor.permissions.has(permission))
  if (missing.length > 0) {
    throw new HoldfastError(
      'forbidden',
      `${actor.name} may not handle accounts with the role "${role}": that takes ${missing.join(', ')}`,
    )
  }
}

async function demandAnother(tx: Tx, user: UserRow): Promise<void> {
  if (await lastAdministrator(tx, user.id)) {
    throw new HoldfastError('refused', `${user.email} is the last active administrator: make another one first`)
  }
}

export function userCommands({ catalog, clock, audit, publicUrl }: UsersDeps) {
  const change = async (actor: Actor, input: UserChange): Promise<UserItem> => {
    const name = input.name === undefined ? undefined : checkedName(input.name)
    return await catalog.transaction(async (tx) => {
      const now = clock.now()
      const before = await findUser(tx.user, input.id)
      const role: string = input.role ?? before.role
      const status: string = input.status ?? before.status
      demandWithin(actor, before.role)
      demandWithin(actor, role)
      if (role !== 'administrator' || status !== 'active') await demandAnother(tx, before)
      const data = { name: name ?? before.name, role, status }
      const after = await tx.user.update({ where: { id: before.id }, data })
      const disabled = status !== 'active' && before.status === 'active'
      const revoked = disabled ? await revokeAll(tx, before.id, now) : undefined
      await audit.append(tx, {
        actor,
        action: disabled ? 'user.disable' : 'user.update',
        target: userTarget(before),
        result: 'success',
        before: auditedUser(before),
        after: auditedUser(after),
        ...(revoked ? { details: { revoked } } : {}),
      })
      return userItem(after, now)
    })
  }

  return {
    /**
     * Makes a user without a password, and the link to set one.
     * @throws `exists` for a taken address, `usage` for a bad address or name, `forbidden` for a role beyond the actor's own
     */
    async create(actor: Actor, input: NewUser): Promise<{ user: UserItem; link: OneTimeLink }> {
      const email = checkedEmail(input.email)
      const name = checkedName(input.name)
      const role: Role = input.role
      demandWithin(actor, role)
      return await catalog.transaction(async (tx) => {
        const now = clock.now()
        const taken = await tx.user.findUnique({ where: { email }, select: { id: true } })
        if (taken) throw new HoldfastError('exists', `There is already a user ${email}`)
        const user = await tx.user.create({ data: { email, name, role, createdAt: dateOf(now) } })
        const link = await issueLink(tx, { purpose: 'password', userId: user.id, publicUrl, now })
        await audit.append(tx, {
          actor,
          action: 'user.create',
          target: userTarget(user),
          result: 'success',
          after: auditedUser(user),
        })
        return { user: userItem(user, now), link }
      })
    },

    /** @throws `not_found`, `refused` for the last administrator, `forbidden` for a role beyond the actor's own */
    update: (actor: Actor, input: UserChange): Promise<UserItem> => change(actor, input),

    /** Ends the user's sessions and keys as well. @throws as `update` */
    disable: (actor: Actor, { id }: { id: string }): Promise<UserItem> => change(actor, { id, status: 'disabled' }),

    /** A new link to set a password, for somebody who forgot it. @throws `not_found`, `refused` for those who sign in elsewhere */
    async createPasswordLink(actor: Actor, { id }: { id: string }): Promise<OneTimeLink> {
      return await catalog.transaction(async (tx) => {
        const user = await findUser(tx.user, id)
        demandWithin(actor, user.role)
        if (user.oidcSubject !== null)
          throw new HoldfastError('refused', `${user.email} signs in through ${user.oidcIssuer}`)
        if (user.status !== 'active')
          throw new HoldfastError('refused', `${user.email} is disabled: activate the account first`)
        const link = await issueLink(tx, { purpose: 'password', userId: id, publicUrl, now: clock.now() })
        await audit.append(tx, {
          actor,
          action: 'user.password_link_create',
          target: userTarget(user),
          result: 'success',
          details: { expiresAt: link.expiresAt },
        })
        return link
      })
    },

    /** Takes the second factor off, for somebody who lost it and the recovery codes; ends the user's sessions. @throws `not_found` */
    async resetSecondFactor(actor: Actor, { id }: { id: string }): Promise<UserItem> {
      return await catalog.transaction(async (tx) => {
        const now = clock.now()
        const before = await findUser(tx.user, id)
        demandWithin(actor, before.role)
        const data = { totpSecret: null, totpConfirmed: null, totpLastStep: null, recoveryCodes: '[]' }
        const user = await tx.user.update({ where: { id }, data })
        const sessionsRevoked = await revokeSessions(tx, { userId: id, except: actor.sessionId }, now)
        await audit.append(tx, {
          actor,
          action: 'user.second_factor_reset',
          target: userTarget(user),
          result: 'success',
          before: { secondFactor: before.totpConfirmed !== null },
          after: { secondFactor: false },
          details: { sessionsRevoked },
        })
        return userItem(user, now)
      })
    },
  }
}
