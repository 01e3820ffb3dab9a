// Sign-in through OpenID Connect: the provider's groups decide on the role at each sign-in, and without a mapped group nobody gets in.
import { type Role, roles } from '../contract/permissions.ts'
import { cleanedName, firstUnseen } from '../contract/person-names.ts'
import type { Catalog, Tx } from '../db/index.ts'
import { dateOf } from '../lib/clock.ts'
import { anonymousActor } from './actor.ts'
import { lastAdministrator } from './administrators.ts'
import { revokeAll } from './revoke.ts'
import { openSession, type Person, personOf, userActor } from './sessions.ts'
import { normalizeEmail } from './sign-in.ts'
import type { AccessDeps, AccessEvent, OidcSettings, Origin } from './types.ts'

/** What the provider says about a person: the claims of the ID token, completed by those of userinfo. */
export type Claims = Readonly<Record<string, unknown>> & { readonly sub: string }

export type OidcResult =
  | { readonly outcome: 'signed_in'; readonly person: Person; readonly sessionId: string }
  | { readonly outcome: 'refused'; readonly reason: string }

type UserRow = NonNullable<Awaited<ReturnType<Catalog['db']['user']['findUnique']>>>

/** What is taken from the claims; a text says why they don't do. */
type Identity = {
  readonly issuer: string
  readonly subject: string
  readonly email: string
  readonly name: string
  readonly role: Role
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '')

const groupsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((group): group is string => typeof group === 'string')

/** The mightiest role that the groups are mapped to; null without any. */
export function mappedRole(settings: Pick<OidcSettings, 'roles' | 'groupsClaim'>, claims: Claims): Role | null {
  const groups = groupsOf(claims[settings.groupsClaim])
  const mapped = groups.filter((group) => Object.hasOwn(settings.roles, group)).map((group) => settings.roles[group])
  return roles.find((role) => mapped.includes(role)) ?? null
}

/** @returns a text with the reason when the claims let nobody in */
function identityOf(settings: OidcSettings, claims: Claims, role: Role): Identity | string {
  const email = normalizeEmail(textOf(claims.email))
  if (email === '' || email.length > 254) return 'the provider gives no e-mail address'
  if (claims.email_verified === false) return 'the provider has not verified the e-mail address'
  // A name can be cleaned; an address without one of its characters is another address, which nobody verified.
  if (firstUnseen(email) !== undefined) return 'the e-mail address holds a character that cannot be seen'
  const names = [claims.name, claims.preferred_username, email]
  const name = names.map((each) => cleanedName(textOf(each))).find((each) => each !== '') ?? email
  return { issuer: settings.issuer, subject: claims.sub, email, name, role }
}

/** Makes or renews the row; a text says why it must not be. */
async function upsert(tx: Tx, identity: Identity, now: number): Promise<UserRow | string> {
  const { issuer, subject, email, name, role } = identity
  const known = await tx.user.findUnique({
    where: { oidcIssuer_oidcSubject: { oidcIssuer: issuer, oidcSubject: subject } },
  })
  const other = await tx.user.findUnique({ where: { email } })
  if (other && other.id !== known?.id) return 'another account has this e-mail address'
  const at = dateOf(now)
  if (!known) {
    const data = { email, name, role, oidcIssuer: issuer, oidcSubject: subject, createdAt: at, lastSignInAt: at }
    return await tx.user.create({ data })
  }
  if (known.status !== 'active') return 'the account is disabled'
  const kept = role !== 'administrator' && (await lastAdministrator(tx, known.id)) ? known.role : role
  return await tx.user.update({ where: { id: known.id }, data: { email, name, role: kept, lastSignInAt: at } })
}

/** What a known person lost with the role. */
type Lost = { readonly userId: string; readonly revoked: { readonly sessions: number; readonly keys: number } }

const shown = ({ email, name, role }: Pick<UserRow, 'email' | 'name' | 'role'>) => ({ email, name, role })

/** Signs in the person of the claims, who is made a user the first time; everything in one transaction with its events. */
export function createOidcSignIn(deps: AccessDeps, settings: OidcSettings) {
  const { catalog, clock, audit } = deps

  const refusal = (reason: string, subject: string, origin: Origin, lost?: Lost): AccessEvent => ({
    actor: anonymousActor(origin.ip),
    action: 'session.sign_in',
    target: { kind: 'user', ...(lost && { id: lost.userId }), name: `${settings.issuer}#${subject}`.slice(0, 300) },
    result: 'denied',
    details: { method: 'oidc', reason, ...(lost ? { revoked: lost.revoked } : {}) },
  })

  const refuse = async (reason: string, subject: string, origin: Origin): Promise<OidcResult> => {
    await audit.record(refusal(reason, subject, origin))
    return { outcome: 'refused', reason }
  }

  /** Whoever has no role any more keeps nothing that was opened while they had one; the last administrator does, as in `upsert`. */
  const shutOut = (subject: string, origin: Origin): Promise<OidcResult> =>
    catalog.transaction(async (tx) => {
      const reason = `no group of the claim "${settings.groupsClaim}" is mapped to a role`
      const where = { oidcIssuer_oidcSubject: { oidcIssuer: settings.issuer, oidcSubject: subject } }
      const known = await tx.user.findUnique({ where, select: { id: true } })
      const lost =
        known && !(await lastAdministrator(tx, known.id))
          ? { userId: known.id, revoked: await revokeAll(tx, known.id, clock.now()) }
          : undefined
      await audit.append(tx, refusal(reason, subject, origin, lost))
      return { outcome: 'refused', reason }
    })

  const enter = async (tx: Tx, identity: Identity, origin: Origin): Promise<OidcResult> => {
    const now = clock.now()
    const where = { oidcIssuer_oidcSubject: { oidcIssuer: identity.issuer, oidcSubject: identity.subject } }
    const before = await tx.user.findUnique({ where })
    const user = await upsert(tx, identity, now)
    if (typeof user === 'string') return { outcome: 'refused', reason: user }
    const person = personOf(user)
    if (!person) return { outcome: 'refused', reason: 'the account is disabled' }
    const sessionId = await openSession(tx, { userId: user.id, method: 'oidc', origin, now })
    const actor = userActor(person, origin.ip, sessionId)
    const changed = before === null || JSON.stringify(shown(before)) !== JSON.stringify(shown(user))
    if (changed) {
      await audit.append(tx, {
        actor,
        action: before === null ? 'user.create' : 'user.update',
        target: { kind: 'user', id: user.id, name: user.email },
        result: 'success',
        ...(before === null ? {} : { before: shown(before) }),
        after: shown(user),
        details: { by: 'oidc', mappedRole: identity.role },
      })
    }
    await audit.append(tx, {
      actor,
      action: 'session.sign_in',
      target: { kind: 'session', id: sessionId },
      result: 'success',
      details: { method: 'oidc' },
    })
    return { outcome: 'signed_in', person, sessionId }
  }

  return async (claims: Claims, origin: Origin): Promise<OidcResult> => {
    const role = mappedRole(settings, claims)
    if (role === null) return await shutOut(claims.sub, origin)
    const identity = identityOf(settings, claims, role)
    if (typeof identity === 'string') return await refuse(identity, claims.sub, origin)
    const result = await catalog.transaction((tx) => enter(tx, identity, origin))
    return result.outcome === 'refused' ? await refuse(result.reason, claims.sub, origin) : result
  }
}
