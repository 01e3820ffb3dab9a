// The first run: what is still to be done.
import { z } from 'zod'
import { nothing } from '../schemas.ts'
import { router, signedIn } from '../trpc.ts'

export const setupRouter = router({
  state: signedIn('read', 'What the first run still lacks')
    .input(nothing)
    .output(
      z.object({
        hasRepository: z.boolean(),
        hasSchedule: z.boolean(),
        kitConfirmed: z.boolean(),
        hasBackup: z.boolean(),
      }),
    )
    .query(({ ctx }) => ctx.services.setup.state(ctx.actor)),
})
