// The router of all procedures: one API, on both listeners.
import { apiKeysRouter } from './routers/api-keys.ts'
import { auditRouter } from './routers/audit.ts'
import { eventsRouter } from './routers/events.ts'
import { healthRouter } from './routers/health.ts'
import { metricsRouter } from './routers/metrics.ts'
import { notificationsRouter } from './routers/notifications.ts'
import { overviewRouter } from './routers/overview.ts'
import { policiesRouter } from './routers/policies.ts'
import { profileRouter } from './routers/profile.ts'
import { recoveryKitRouter } from './routers/recovery-kit.ts'
import { repositoriesRouter } from './routers/repositories.ts'
import { restoresRouter } from './routers/restores.ts'
import { runsRouter } from './routers/runs.ts'
import { schedulesRouter } from './routers/schedules.ts'
import { sessionsRouter } from './routers/sessions.ts'
import { settingsRouter } from './routers/settings.ts'
import { setupRouter } from './routers/setup.ts'
import { snapshotsRouter } from './routers/snapshots.ts'
import { usersRouter } from './routers/users.ts'
import { router } from './trpc.ts'

export const appRouter = router({
  apiKeys: apiKeysRouter,
  audit: auditRouter,
  events: eventsRouter,
  health: healthRouter,
  metrics: metricsRouter,
  notifications: notificationsRouter,
  overview: overviewRouter,
  policies: policiesRouter,
  profile: profileRouter,
  recoveryKit: recoveryKitRouter,
  repositories: repositoriesRouter,
  restores: restoresRouter,
  runs: runsRouter,
  schedules: schedulesRouter,
  sessions: sessionsRouter,
  settings: settingsRouter,
  setup: setupRouter,
  snapshots: snapshotsRouter,
  users: usersRouter,
})

export type AppRouter = typeof appRouter

/** Whether the text is the path of a procedure, e.g. `audit.list`. */
export const isProcedure = (text: string): boolean => Object.hasOwn(appRouter._def.procedures, text)
