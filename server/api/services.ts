// What the routers need of the rest of the server: app.ts makes these and hands them over.
import type { LiveEvent } from '../contract/events.ts'
import type { ApiKeysService } from '../services/api-keys/index.ts'
import type { AuditService } from '../services/audit/index.ts'
import type { HealthService } from '../services/health/index.ts'
import type { MetricsService } from '../services/metrics/index.ts'
import type { NotificationsService } from '../services/notifications/index.ts'
import type { OverviewService } from '../services/overview/index.ts'
import type { PoliciesService } from '../services/policies/index.ts'
import type { ProfileService } from '../services/profile/index.ts'
import type { RecoveryKitService } from '../services/recovery-kit/index.ts'
import type { RepositoriesService } from '../services/repositories/index.ts'
import type { RestoresService } from '../services/restores/index.ts'
import type { RunsService } from '../services/runs/index.ts'
import type { SchedulesService } from '../services/schedules/index.ts'
import type { SessionsService } from '../services/sessions/index.ts'
import type { SettingsService } from '../services/settings/index.ts'
import type { SetupService } from '../services/setup/index.ts'
import type { SnapshotsService } from '../services/snapshots/index.ts'
import type { UsersService } from '../services/users/index.ts'

/** The event bus of the runtime, as far as it is listened to. */
export type LiveSource = {
  /** The number of the last event. */
  readonly seq: number
  subscribe(signal?: AbortSignal): AsyncIterable<LiveEvent>
}

export type Services = {
  readonly apiKeys: ApiKeysService
  readonly audit: AuditService
  readonly events: LiveSource
  readonly health: HealthService
  readonly metrics: MetricsService
  readonly notifications: NotificationsService
  readonly overview: OverviewService
  readonly policies: PoliciesService
  readonly profile: ProfileService
  readonly recoveryKit: RecoveryKitService
  readonly repositories: RepositoriesService
  readonly restores: RestoresService
  readonly runs: RunsService
  readonly schedules: SchedulesService
  readonly sessions: SessionsService
  readonly settings: SettingsService
  readonly setup: SetupService
  readonly snapshots: SnapshotsService
  readonly users: UsersService
}
