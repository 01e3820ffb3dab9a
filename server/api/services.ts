// What the routers need of the rest of the server: app.ts makes these and hands them over.
import type { Actor } from '../auth/actor.ts'
import type { LiveEvent } from '../contract/events.ts'
import type { ApiKeysService } from '../services/api-keys/index.ts'
import type { AuditService } from '../services/audit/index.ts'
import type { ProfileService } from '../services/profile/index.ts'
import type { SessionsService } from '../services/sessions/index.ts'
import type { UsersService } from '../services/users/index.ts'

/** The event bus of the runtime, as far as it is listened to. */
export type LiveSource = {
  /** The number of the last event. */
  readonly seq: number
  subscribe(signal?: AbortSignal): AsyncIterable<LiveEvent>
}

/** Whether a notification is one of the caller's. */
type Notifications = { concerns(actor: Actor, id: string): Promise<boolean> }
/** Whether a run is that of a restore which the caller asked for. */
type Restores = { isOwnRun(actor: Actor, runId: string): Promise<boolean> }

export type Services = {
  readonly apiKeys: ApiKeysService
  readonly audit: AuditService
  readonly events: LiveSource
  readonly notifications: Notifications
  readonly profile: ProfileService
  readonly restores: Restores
  readonly sessions: SessionsService
  readonly users: UsersService
}
