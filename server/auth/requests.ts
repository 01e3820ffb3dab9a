// From a request to its actor: the console's cookie, or a key in the API's header. Who sends neither is anonymous; a wrong key is an error.
import type { IncomingMessage } from 'node:http'
import { HoldfastError } from '../contract/errors.ts'
import { type Permission, permissions, permissionsOf, personal, roleHas } from '../contract/permissions.ts'
import { dateOf } from '../lib/clock.ts'
import { type Actor, anonymousActor } from './actor.ts'
import { hashApiKey, isApiKey } from './api-key.ts'
import { parseCookies, sessionCookieName } from './cookies.ts'
import { accessLimits } from './limits.ts'
import { sameText } from './seal.ts'
import { createSessionReader, personOf, userActor } from './sessions.ts'
import { createToucher } from './toucher.ts'
import type { AccessDeps } from './types.ts'

export type ActorOfRequest = (
  req: Pick<IncomingMessage, 'headers'>,
  from: { readonly ip: string | null; readonly kind: 'console' | 'api' },
) => Promise<Actor>

export type ActorOfKey = (header: string | undefined, ip: string | null) => Promise<Actor>

/** Under so many characters the key of the environment is worth a warning. */
const shortest = 24

/** The longest header that is looked at. */
const longest = 512

/** One text for every reason, so that a guesser learns nothing. */
const invalid = (): HoldfastError =>
  new HoldfastError(
    'unauthenticated',
    'The API key is not valid: it is unknown, expired or revoked. Ask an administrator for a new one',
  )

/** The key in `Authorization: Bearer ...`, `X-API-Key: ...`, or the bare text; undefined without one. */
function keyIn(header: string | undefined): string | undefined {
  const text = header?.trim() ?? ''
  if (text === '') return undefined
  return text.replace(/^bearer\s+/i, '').slice(0, longest)
}

/** Reads the permissions column; what is no permission any more is dropped. */
export function parsePermissions(column: string): Permission[] {
  const listed: unknown = JSON.parse(column)
  return Array.isArray(listed) ? permissions.filter((permission) => listed.includes(permission)) : []
}

export function createActorOfKey(deps: Pick<AccessDeps, 'catalog' | 'clock' | 'log' | 'systemKey'>): ActorOfKey {
  const { catalog, clock, log, systemKey } = deps

  const touch = createToucher(catalog, log, 'an API key')
  if (systemKey && systemKey.key.length < shortest) {
    log.warn(`the key in ${systemKey.name} is short enough to be guessed: take ${shortest} random characters or more`)
  }

  const note = (id: string, ip: string | null, now: number): void =>
    touch(id, (tx) => {
      const due = { lte: dateOf(now - accessLimits.touch) }
      const where = { id, OR: [{ lastUsedAt: null }, { lastUsedAt: due }] }
      return tx.apiKey.updateMany({ where, data: { lastUsedAt: dateOf(now), lastUsedIp: ip } })
    })

  const systemKeyActor = (name: string, ip: string | null): Actor => ({
    kind: 'api_key',
    id: name,
    userId: null,
    name,
    role: 'operator',
    permissions: new Set(permissionsOf('operator').filter((permission) => !personal.includes(permission))),
    ip,
  })

  return async (header, ip) => {
    const key = keyIn(header)
    if (key === undefined) return anonymousActor(ip)
    if (systemKey && sameText(key, systemKey.key)) return systemKeyActor(systemKey.name, ip)
    if (!isApiKey(key)) throw invalid()
    const row = await catalog.db.apiKey.findUnique({ where: { hash: hashApiKey(key) }, include: { user: true } })
    const now = clock.now()
    const person = row && personOf(row.user)
    if (!row || !person || row.revokedAt !== null) throw invalid()
    if (row.expiresAt !== null && row.expiresAt.getTime() <= now) throw invalid()
    if (row.lastUsedAt === null || now - row.lastUsedAt.getTime() >= accessLimits.touch) note(row.id, ip, now)
    const allowed = parsePermissions(row.permissions).filter(
      (permission) => roleHas(person.role, permission) && !personal.includes(permission),
    )
    return {
      kind: 'api_key',
      id: row.id,
      userId: person.id,
      name: row.name,
      role: person.role,
      permissions: new Set(allowed),
      ip,
    }
  }
}

export function createActorOfRequest(deps: AccessDeps, actorOfKey: ActorOfKey): ActorOfRequest {
  const sessions = createSessionReader(deps)
  const cookie = sessionCookieName(deps.publicUrl)

  return async ({ headers }, { ip, kind }) => {
    if (kind === 'api') {
      const given = headers['x-api-key']
      return await actorOfKey(headers.authorization ?? (Array.isArray(given) ? given[0] : given), ip)
    }
    const token = parseCookies(headers.cookie)[cookie]
    const id = token ? await sessions.idOf(token) : null
    const session = id === null ? null : await sessions.read(id)
    return session ? userActor(session.person, ip, session.id) : anonymousActor(ip)
  }
}
