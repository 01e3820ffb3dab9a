// Health: what the checks found, and looking again.
import { z } from 'zod'
import { healthChecks, healthStates } from '../../services/health/index.ts'
import { listOf, maybeTime, nothing } from '../schemas.ts'
import { permission, router } from '../trpc.ts'

const state = z.enum(healthStates)

export const health = z.object({
  /** The worst of the checks that are switched on. */
  verdict: state,
  checks: listOf(
    z.object({
      name: z.enum(healthChecks),
      /** False: switched off in monitoring.health_checks. */
      enabled: z.boolean(),
      state,
      reason: z.string(),
      /** What to do about it. */
      remedy: z.string().nullable(),
      checkedAt: maybeTime,
    }),
  ),
})

export const healthRouter = router({
  get: permission('overview.read', 'read', 'What the last looks found')
    .input(nothing)
    .output(health)
    .query(({ ctx }) => ctx.services.health.get(ctx.actor)),
  run: permission('runs.start', 'change', 'Look at everything now: the catalog, the audit trail, the repositories')
    .input(nothing)
    .output(health)
    .mutation(({ ctx }) => ctx.services.health.run(ctx.actor)),
})
