// Notifications of the dashboard: the own ones, and those for everybody who may see the overview.
import { z } from 'zod'
import { severities } from '../../services/notifications/index.ts'
import { done, id, maybeTime, nothing, pageOf, paging, time } from '../schemas.ts'
import { permission, router } from '../trpc.ts'

const item = z.object({
  id,
  at: time,
  kind: z.string(),
  severity: z.enum(severities),
  title: z.string(),
  body: z.string(),
  /** A path of the console. */
  link: z.string().nullable(),
  /** For everybody, not for the reader alone. */
  shared: z.boolean(),
  readAt: maybeTime,
})

export const notificationsRouter = router({
  list: permission('notifications.read', 'read', 'The own notifications, newest first')
    .input(z.strictObject({ ...paging, unread: z.boolean().default(false) }))
    .output(pageOf(item))
    .query(({ ctx, input }) => ctx.services.notifications.list(ctx.actor, input)),
  unread: permission('notifications.read', 'read', 'How many of the last 30 days are unread, counted up to a hundred')
    .input(nothing)
    .output(z.object({ count: z.int(), more: z.boolean() }))
    .query(({ ctx }) => ctx.services.notifications.unread(ctx.actor)),
  markRead: permission('notifications.read', 'change', 'Mark some as read')
    .input(z.strictObject({ ids: z.array(id).min(1).max(500) }))
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await ctx.services.notifications.markRead(ctx.actor, input)
      return {}
    }),
  markAllRead: permission('notifications.read', 'change', 'Mark all as read')
    .input(nothing)
    .output(z.object({ marked: z.int() }))
    .mutation(({ ctx }) => ctx.services.notifications.markAllRead(ctx.actor)),
})
