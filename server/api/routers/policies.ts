// Retention policies, as the configuration has them.
import { z } from 'zod'
import { listOf, nothing, time } from '../schemas.ts'
import { permission, router } from '../trpc.ts'

const item = z.object({
  name: z.string(),
  settings: z.record(z.string(), z.unknown()).readonly(),
  /** How many schedules name it. */
  schedules: z.int(),
  updatedAt: time,
})

export const policiesRouter = router({
  list: permission('policies.read', 'read', 'All retention policies by name')
    .input(nothing)
    .output(z.object({ items: listOf(item) }))
    .query(({ ctx }) => ctx.services.policies.list(ctx.actor)),
  get: permission('policies.read', 'read', 'One retention policy')
    .input(z.strictObject({ name: z.string().min(1).max(200) }))
    .output(item)
    .query(({ ctx, input }) => ctx.services.policies.get(ctx.actor, input)),
})
