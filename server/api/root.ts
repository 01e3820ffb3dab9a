// The router of all procedures: one API, on both listeners.
import { apiKeysRouter } from './routers/api-keys.ts'
import { auditRouter } from './routers/audit.ts'
import { eventsRouter } from './routers/events.ts'
import { healthRouter } from './routers/health.ts'
import { notificationsRouter } from './routers/notifications.ts'
import { profileRouter } from './routers/profile.ts'
import { repositoriesRouter } from './routers/repositories.ts'
import { runsRouter } from './routers/runs.ts'
import { sessionsRouter } from './routers/sessions.ts'
import { settingsRouter } from './routers/settings.ts'
import { snapshotsRouter } from './routers/snapshots.ts'
import { usersRouter } from './routers/users.ts'
import { router } from './trpc.ts'

export const appRouter = router({
  apiKeys: apiKeysRouter,
  audit: auditRouter,
  events: eventsRouter,
  health: healthRouter,
  notifications: notificationsRouter,
  profile: profileRouter,
  repositories: repositoriesRouter,
  runs: runsRouter,
  sessions: sessionsRouter,
  settings: settingsRouter,
  snapshots: snapshotsRouter,
  users: usersRouter,
})

export type AppRouter = typeof appRouter

/** Whether the text is the path of a procedure, e.g. `audit.list`. */
export const isProcedure = (text: string): boolean => Object.hasOwn(appRouter._def.procedures, text)
