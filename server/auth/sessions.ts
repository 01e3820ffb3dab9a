// Sessions: a row for each sign-in, asked about at every request; the cookie only names it.
import { decode, encode } from 'next-auth/jwt'
import { permissionsOf, type Role, roles } from '../contract/permissions.ts'
import type { Catalog, Tx } from '../db/index.ts'
import { dateOf } from '../lib/clock.ts'
import type { Actor } from './actor.ts'
import { accessLimits } from './limits.ts'
import { deriveKey } from './seal.ts'
import { createToucher } from './toucher.ts'
import type { AccessDeps, Origin } from './types.ts'

/** Somebody who may be signed in, as the row says. */
export type Person = { readonly id: string; readonly name: string; readonly email: string; readonly role: Role }

export type OpenSession = {
  readonly id: string
  readonly person: Person
  /** When it ends if nobody uses it any more, in ms. */
  readonly endsAt: number
}

type UserRow = NonNullable<Awaited<ReturnType<Catalog['db']['user']['findUnique']>>>

const longestAgent = 400

export const isRole = (text: string): text is Role => (roles as readonly string[]).includes(text)

/** The person of a row; null when it is disabled, or its role is none. */
export function personOf(user: Pick<UserRow, 'id' | 'name' | 'email' | 'role' | 'status'>): Person | null {
  const { id, name, email, role, status } = user
  return status === 'active' && isRole(role) ? { id, name, email, role } : null
}

/** The actor of a person; the role is the row's, so a change of it counts from the next request on. */
export const userActor = (person: Person, ip: string | null, sessionId?: string): Actor => ({
  kind: 'user',
  id: person.id,
  userId: person.id,
  name: person.name,
  role: person.role,
  permissions: new Set(permissionsOf(person.role)),
  ip,
  ...(sessionId === undefined ? {} : { sessionId }),
})

/** Opens a session for the user within the transaction of the sign-in; gives its id. */
export async function openSession(
  tx: Tx,
  user: {
    readonly userId: string
    readonly method: 'password' | 'oidc'
    readonly origin: Origin
    readonly now: number
  },
): Promise<string> {
  const at = dateOf(user.now)
  const row = await tx.session.create({
    data: {
      userId: user.userId,
      method: user.method,
      createdAt: at,
      lastSeenAt: at,
      expiresAt: dateOf(user.now + accessLimits.sessionAbsolute),
      ip: user.origin.ip,
      userAgent: user.origin.userAgent?.slice(0, longestAgent) ?? null,
    },
  })
  return row.id
}

/**
 * Ends sessions within a transaction; those that are over stay as they are.
 * @returns how many were open
 */
export async function revokeSessions(
  tx: Tx,
  which: { readonly userId?: string; readonly id?: string; readonly except?: string | undefined },
  now: number,
): Promise<number> {
  const { userId, id, except } = which
  if (userId === undefined && id === undefined) return 0
  const { count } = await tx.session.updateMany({
    where: {
      revokedAt: null,
      expiresAt: { gt: dateOf(now) },
      lastSeenAt: { gt: dateOf(now - accessLimits.sessionIdle) },
      ...(userId === undefined ? {} : { userId }),
      AND: [...(id === undefined ? [] : [{ id }]), ...(except === undefined ? [] : [{ id: { not: except } }])],
    },
    data: { revokedAt: dateOf(now) },
  })
  return count
}

export type SessionReader = {
  /** The value for the cookie. */
  token(sessionId: string): Promise<string>
  /** The session's id in a cookie of ours; null for anything else. */
  idOf(token: string): Promise<string | null>
  /** The session if it is open and its user active; notes its use. */
  read(id: string): Promise<OpenSession | null>
}

/** The secret that next-auth encrypts its cookies with. */
export const cookieSecret = (secret: Uint8Array): string => deriveKey(secret, 'session cookies').toString('base64url')

export function createSessionReader(deps: Pick<AccessDeps, 'catalog' | 'clock' | 'log' | 'secret'>): SessionReader {
  const { catalog, clock, log } = deps
  const secret = cookieSecret(deps.secret)

  const touch = createToucher(catalog, log, 'a session')

  const note = (id: string, now: number): void =>
    touch(id, (tx) => {
      const due = { lte: dateOf(now - accessLimits.touch) }
      return tx.session.updateMany({
        where: { id, revokedAt: null, lastSeenAt: due },
        data: { lastSeenAt: dateOf(now) },
      })
    })

  return {
    token: (sessionId) =>
      encode({ token: { sid: sessionId }, secret, maxAge: Math.floor(accessLimits.sessionAbsolute / 1000) }),
    async idOf(token) {
      try {
        const payload = await decode({ token, secret })
        return typeof payload?.sid === 'string' ? payload.sid : null
      } catch (error) {
        log.debug('a session cookie is none of ours', { error })
        return null
      }
    },
    async read(id) {
      const row = await catalog.db.session.findUnique({ where: { id }, include: { user: true } })
      const now = clock.now()
      if (!row || row.revokedAt !== null || row.expiresAt.getTime() <= now) return null
      const seen = row.lastSeenAt.getTime()
      if (now - seen >= accessLimits.sessionIdle) return null
      const person = personOf(row.user)
      if (!person) return null
      if (now - seen >= accessLimits.touch) note(id, now)
      return { id, person, endsAt: Math.min(row.expiresAt.getTime(), now + accessLimits.sessionIdle) }
    },
  }
}
