// The router of all procedures: one API, on both listeners.
import { apiKeysRouter } from './routers/api-keys.ts'
import { auditRouter } from './routers/audit.ts'
import { eventsRouter } from './routers/events.ts'
import { profileRouter } from './routers/profile.ts'
import { sessionsRouter } from './routers/sessions.ts'
import { usersRouter } from './routers/users.ts'
import { router } from './trpc.ts'

export const appRouter = router({
  apiKeys: apiKeysRouter,
  audit: auditRouter,
  events: eventsRouter,
  profile: profileRouter,
  sessions: sessionsRouter,
  users: usersRouter,
})

export type AppRouter = typeof appRouter

/** Whether the text is the path of a procedure, e.g. `audit.list`. */
export const isProcedure = (text: string): boolean => Object.hasOwn(appRouter._def.procedures, text)
