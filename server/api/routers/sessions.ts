// Everybody's sessions: who is signed in, from where, and ending that. The own ones are in profile.
import { z } from 'zod'
import { byId, id, maybeTime, pageOf, paging, time } from '../schemas.ts'
import { permission, router } from '../trpc.ts'

export const sessionItem = z.object({
  id,
  user: z.object({ id, name: z.string(), email: z.string() }),
  method: z.string(),
  state: z.enum(['open', 'revoked', 'expired']),
  createdAt: time,
  lastSeenAt: time,
  /** The latest that it ends. */
  expiresAt: time,
  revokedAt: maybeTime,
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  /** The one that asks. */
  current: z.boolean(),
})

export const sessionsRouter = router({
  list: permission('users.read', 'read', 'Sessions of everybody or of one user, newest first')
    .input(z.strictObject({ ...paging, userId: id.optional() }))
    .output(pageOf(sessionItem))
    .query(({ ctx, input }) => ctx.services.sessions.list(ctx.actor, input)),
  revoke: permission('users.write', 'change', 'End a session')
    .input(byId)
    .output(sessionItem)
    .mutation(({ ctx, input }) => ctx.services.sessions.revoke(ctx.actor, input)),
  revokeAll: permission('users.write', 'change', 'End all sessions of a user')
    .input(z.strictObject({ userId: id }))
    .output(z.object({ revoked: z.int() }))
    .mutation(({ ctx, input }) => ctx.services.sessions.revokeAll(ctx.actor, input)),
})
