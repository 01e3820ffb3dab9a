// Measured values over time.
import { z } from 'zod'
import { metricInputs } from '../../services/metrics/index.ts'
import { pageOf, time } from '../schemas.ts'
import { permission, router } from '../trpc.ts'

export const metricsRouter = router({
  series: permission('metrics.read', 'read', 'The values of one metric, oldest first')
    .input(metricInputs.series)
    .output(pageOf(z.object({ at: time, value: z.number() })))
    .query(({ ctx, input }) => ctx.services.metrics.series(ctx.actor, input)),
})
