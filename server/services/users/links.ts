// One-time links: for the first administrator, and for a user's password. Only a hash of the token is kept.
import { randomBytes } from 'node:crypto'
import { type Actor, systemActor } from '../../auth/actor.ts'
import { hasAdministrator } from '../../auth/administrators.ts'
import { accessLimits } from '../../auth/limits.ts'
import { basePath, originOf } from '../../auth/origin.ts'
import { hashPassword } from '../../auth/password.ts'
import { checkPassword } from '../../auth/password-policy.ts'
import { sha256 } from '../../auth/seal.ts'
import { personOf, revokeSessions, userActor } from '../../auth/sessions.ts'
import type { AuditAction } from '../../contract/audit-actions.ts'
import { codeOf, HoldfastError, messageOf } from '../../contract/errors.ts'
import type { Tx } from '../../db/index.ts'
import { dateOf, isoTime } from '../../lib/clock.ts'
import { auditedUser, checkedEmail, checkedName, userItem, userTarget } from './mapping.ts'
import { findUser } from './queries.ts'
import type { OneTimeLink, UserItem, UsersDeps } from './types.ts'

export type Purpose = 'first_administrator' | 'password'

const pages: Readonly<Record<Purpose, string>> = { first_administrator: 'set-up', password: 'set-password' }

const hashToken = (token: string): string => sha256(`link:${token}`)

const invalid = (): HoldfastError =>
  new HoldfastError(
    'unauthenticated',
    'The link is not valid: it was used, replaced by a newer one, or is older than 24 hours',
  )

type LinkRow = NonNullable<Awaited<ReturnType<Tx['setupLink']['findUnique']>>>

/** The link of the token if it may be used. @throws `unauthenticated` */
async function findLink(
  links: Pick<Tx['setupLink'], 'findUnique'>,
  token: string,
  purpose: Purpose,
  now: number,
): Promise<LinkRow> {
  const link = await links.findUnique({ where: { hash: hashToken(token) } })
  if (link?.purpose !== purpose || link.usedAt !== null || link.expiresAt.getTime() <= now) throw invalid()
  return link
}

/** Makes a link within a transaction; those that were made before it for the same thing open nothing any more. */
export async function issueLink(
  tx: Tx,
  {
    purpose,
    userId = null,
    publicUrl,
    now,
  }: { purpose: Purpose; userId?: string | null; publicUrl: string; now: number },
): Promise<OneTimeLink> {
  const token = randomBytes(32).toString('base64url')
  const expires = now + accessLimits.link
  await tx.setupLink.deleteMany({ where: { purpose, userId, usedAt: null } })
  const data = { purpose, userId, hash: hashToken(token), createdAt: dateOf(now), expiresAt: dateOf(expires) }
  await tx.setupLink.create({ data })
  return { token, url: `${originOf(publicUrl)}${basePath}/${pages[purpose]}#${token}`, expiresAt: isoTime(expires) }
}

export function linkCommands({ catalog, clock, audit, publicUrl }: UsersDeps) {
  const refused = async (actor: Actor, action: AuditAction, error: unknown): Promise<never> => {
    if (codeOf(error) === 'unauthenticated') {
      await audit.record({ actor, action, result: 'denied', details: { reason: messageOf(error) } })
    }
    throw error
  }

  const makeAdministrator = (
    actor: Actor,
    input: { token: string; email: string; name: string; passwordHash: string },
  ) =>
    catalog.transaction(async (tx) => {
      const now = clock.now()
      const link = await findLink(tx.setupLink, input.token, 'first_administrator', now)
      if (await hasAdministrator(tx)) throw invalid()
      await tx.setupLink.update({ where: { id: link.id }, data: { usedAt: dateOf(now) } })
      const { email, name, passwordHash } = input
      const user = await tx.user.create({
        data: { email, name, passwordHash, role: 'administrator', createdAt: dateOf(now) },
      })
      const person = personOf(user)
      await audit.append(tx, {
        actor: person ? userActor(person, actor.ip) : actor,
        action: 'setup.redeem',
        target: userTarget(user),
        result: 'success',
        after: auditedUser(user),
      })
      return userItem(user, now)
    })

  const setPassword = (actor: Actor, token: string, passwordHash: string) =>
    catalog.transaction(async (tx) => {
      const now = clock.now()
      const link = await findLink(tx.setupLink, token, 'password', now)
      const before = await findUser(tx.user, link.userId ?? '')
      const person = personOf(before)
      if (!person || before.oidcSubject !== null) throw invalid()
      await tx.setupLink.update({ where: { id: link.id }, data: { usedAt: dateOf(now) } })
      const data = { passwordHash, failedAttempts: 0, lockedUntil: null }
      const user = await tx.user.update({ where: { id: before.id }, data })
      const sessions = await revokeSessions(tx, { userId: user.id }, now)
      await audit.append(tx, {
        actor: userActor(person, actor.ip),
        action: 'user.password_set',
        target: userTarget(user),
        result: 'success',
        details: { by: 'link', sessionsRevoked: sessions },
      })
      return userItem(user, now)
    })

  return {
    /** The link for the first administrator, to print at the start; null once there is one. Replaces the one printed before. */
    async createSetupLink(): Promise<OneTimeLink | null> {
      return await catalog.transaction(async (tx) => {
        if (await hasAdministrator(tx)) return null
        const link = await issueLink(tx, { purpose: 'first_administrator', publicUrl, now: clock.now() })
        await audit.append(tx, {
          actor: systemActor('set-up'),
          action: 'setup.link_create',
          result: 'success',
          details: { expiresAt: link.expiresAt },
        })
        return link
      })
    },

    /**
     * Makes the first administrator; of several who try at once one wins.
     * @param actor the stranger, for the address
     * @throws `unauthenticated` for a link that is not valid, `usage` for a bad address, name or password, `exists` for a taken address
     */
    async redeemSetupLink(
      actor: Actor,
      input: { token: string; email: string; name: string; password: string },
    ): Promise<UserItem> {
      try {
        await findLink(catalog.db.setupLink, input.token, 'first_administrator', clock.now())
        const email = checkedEmail(input.email)
        const name = checkedName(input.name)
        checkPassword(input.password, [email, name])
        const passwordHash = await hashPassword(input.password)
        return await makeAdministrator(actor, { token: input.token, email, name, passwordHash })
      } catch (error) {
        return await refused(actor, 'setup.redeem', error)
      }
    },

    /**
     * Sets the password that the link is for, and ends the user's sessions.
     * @throws `unauthenticated` for a link that is not valid, `usage` for a bad password
     */
    async redeemPasswordLink(
      actor: Actor,
      { token, password }: { token: string; password: string },
    ): Promise<UserItem> {
      try {
        const link = await findLink(catalog.db.setupLink, token, 'password', clock.now())
        const user = await findUser(catalog.db.user, link.userId ?? '')
        checkPassword(password, [user.email, user.name])
        return await setPassword(actor, token, await hashPassword(password))
      } catch (error) {
        return await refused(actor, 'user.password_set', error)
      }
    },
  }
}
