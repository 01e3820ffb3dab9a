// Who asks: made once for each request by sign-in, key or job, and handed to every service.
import { HoldfastError } from '../contract/errors.ts'
import { type Permission, permissions, type Role } from '../contract/permissions.ts'

export type Actor = {
  readonly kind: 'user' | 'api_key' | 'system' | 'anonymous'
  /** The user's, the key's or the job's id. */
  readonly id: string | null
  /** The person behind it: the owner of a key. Null for jobs and strangers. */
  readonly userId: string | null
  readonly name: string
  readonly role: Role | null
  readonly permissions: ReadonlySet<Permission>
  /** The address that the request came from. */
  readonly ip: string | null
  readonly sessionId?: string
}

/** The server itself: the scheduler, the queue, jobs that nobody asked for. */
export const systemActor = (name: string): Actor => ({
  kind: 'system',
  id: null,
  userId: null,
  name,
  role: null,
  permissions: new Set(permissions),
  ip: null,
})

/** Somebody who has not signed in. */
export const anonymousActor = (ip: string | null): Actor => ({
  kind: 'anonymous',
  id: null,
  userId: null,
  name: 'anonymous',
  role: null,
  permissions: new Set(),
  ip,
})

export const can = (actor: Actor, permission: Permission): boolean => actor.permissions.has(permission)

/** @throws `unauthenticated` for a stranger, `forbidden` for somebody without the permission */
export function demand(actor: Actor, permission: Permission): void {
  if (actor.kind === 'anonymous') throw new HoldfastError('unauthenticated', 'Sign in first, or send an API key')
  if (!can(actor, permission)) throw new HoldfastError('forbidden', `${actor.name} has no permission "${permission}"`)
}
