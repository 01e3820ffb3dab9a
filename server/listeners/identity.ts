// Who a request comes from: the console's cookie, the API's key, or nobody.
import type { IncomingMessage } from 'node:http'
import { parseCookies } from '../auth/cookies.ts'
import { type Access, type Actor, anonymousActor, sessionCookieName } from '../auth/index.ts'
import { codeOf, type HoldfastError } from '../contract/errors.ts'
import { permissionsOf } from '../contract/permissions.ts'
import type { Identity } from './gate.ts'

export type Kind = 'console' | 'api'

/** The session's cookie. */
export const cookieOf =
  (publicUrl: string) =>
  (request: IncomingMessage): string | null =>
    parseCookies(request.headers.cookie)[sessionCookieName(publicUrl)] ?? null

/** The key, in either header. */
export function keyOf({ headers }: IncomingMessage): string | null {
  const given = headers['x-api-key']
  return headers.authorization ?? (Array.isArray(given) ? given[0] : given) ?? null
}

/**
 * Asks sign-in who it is. A key that does not count makes a stranger with a reason.
 * @throws whatever else went wrong, such as a catalog that cannot be read
 */
export async function identify(
  access: Access,
  kind: Kind,
  request: IncomingMessage,
  address: string,
): Promise<Identity> {
  const ask = (): Promise<Actor> => access.actorOfRequest(request, { ip: address, kind })
  const stillValid = async (first: Actor): Promise<boolean> => {
    try {
      const now = await ask()
      return now.kind !== 'anonymous' && now.id === first.id && now.role === first.role
    } catch (error) {
      if (codeOf(error) === 'unauthenticated') return false
      throw error
    }
  }
  try {
    const actor = await ask()
    return { actor, stillValid: () => stillValid(actor) }
  } catch (error) {
    if (codeOf(error) !== 'unauthenticated') throw error
    const rejected = error as HoldfastError
    return { actor: anonymousActor(address), rejected, stillValid: async () => false }
  }
}

/** What both an operator and an auditor may look at: what an API without keys shows to everybody, but for restores, which name people's files. */
const open = permissionsOf('operator').filter(
  (permission) =>
    permission.endsWith('.read') &&
    permission !== 'notifications.read' &&
    permission !== 'restores.read' &&
    permissionsOf('auditor').includes(permission),
)

/** Whoever calls an API that needs no key, as long as it needs none: may look, and change nothing. */
export const withoutKey = (address: string, stillOpen: () => boolean): Identity => ({
  actor: {
    kind: 'api_key',
    id: null,
    userId: null,
    name: 'API without a key',
    role: null,
    permissions: new Set(open),
    ip: address,
  },
  stillValid: async () => stillOpen(),
})
