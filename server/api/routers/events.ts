// Live events: hints that something changed, and the progress of runs.
import { z } from 'zod'
import { liveEventSchema } from '../../contract/events.ts'
import { liveEvents } from '../live.ts'
import { trackedStreamOf } from '../schemas.ts'
import { router, signedIn } from '../trpc.ts'

export const eventsRouter = router({
  live: signedIn('stream', 'What changes, as it happens: only what the caller may see')
    .input(z.strictObject({ lastEventId: z.string().max(100).optional() }).optional())
    .output(trackedStreamOf(liveEventSchema))
    .subscription(({ ctx, input, signal }) => liveEvents(ctx, input?.lastEventId, signal)),
})
