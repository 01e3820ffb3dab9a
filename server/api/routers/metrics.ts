// Measured values over time.
import { z } from 'zod'
import { metricInputs, metricLabels, metricUnits } from '../../services/metrics/index.ts'
import { listOf, nothing, pageOf, time } from '../schemas.ts'
import { permission, router } from '../trpc.ts'

export const metricsRouter = router({
  names: permission('metrics.read', 'read', 'What is measured: names, units and what they mean')
    .input(nothing)
    .output(
      listOf(
        z.object({
          name: z.string(),
          unit: z.enum(metricUnits),
          /** Whose name is the label of its values. */
          label: z.enum(metricLabels),
          meaning: z.string(),
        }),
      ),
    )
    .query(({ ctx }) => ctx.services.metrics.names(ctx.actor)),
  series: permission('metrics.read', 'read', 'The values of one metric, oldest first')
    .input(metricInputs.series)
    .output(pageOf(z.object({ at: time, value: z.number() })))
    .query(({ ctx, input }) => ctx.services.metrics.series(ctx.actor, input)),
})
