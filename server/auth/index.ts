// Access: who asks, how they sign in, what they may. Everything outside takes it from here.
import type { IncomingMessage } from 'node:http'
import { type AuthHandler, createAuthHandler } from './handler.ts'
import { type ActorOfKey, type ActorOfRequest, createActorOfKey, createActorOfRequest } from './requests.ts'
import type { AccessDeps } from './types.ts'

export { type Actor, anonymousActor, can, demand, systemActor } from './actor.ts'
export { sessionCookieName } from './cookies.ts'
export { createAuthHandler } from './handler.ts'
export { oidcProvider, passwordProvider } from './next-auth.ts'
export { authPath, authUrlOf, basePath, checkOrigin, checkSameOrigin, consoleHeader } from './origin.ts'
export { createActorOfKey, createActorOfRequest } from './requests.ts'
export type { AccessDeps, AccessPages, OidcSettings } from './types.ts'

export type Access = {
  /** Answers everything under /backups/api/auth. */
  readonly handler: AuthHandler
  /** The actor of a console request (cookie) or an API request (key). @throws `unauthenticated` for a key that is not valid */
  readonly actorOfRequest: ActorOfRequest
  /** The actor of an Authorization or X-API-Key header. @throws `unauthenticated` for a key that is not valid */
  readonly actorOfKey: ActorOfKey
}

/** Made once by app.ts, for failed attempts are counted in it. */
export function createAccess(deps: AccessDeps, addressOf?: (req: IncomingMessage) => string | null): Access {
  const actorOfKey = createActorOfKey(deps)
  return {
    handler: createAuthHandler(deps, addressOf),
    actorOfKey,
    actorOfRequest: createActorOfRequest(deps, actorOfKey),
  }
}
