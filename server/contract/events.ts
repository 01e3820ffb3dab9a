// What the server tells live: small hints that something changed, and the progress of runs as deltas. Whoever missed some asks for the whole.
import { z } from 'zod'

/**
 * Counters and words about how far a run is, by kind of job: numbers are totals so far, not differences. `path` is the file that it is at, and `pathBytes` its
 * bytes in base64 when they are no UTF-8; '' when there is none. `logLines`: lines of its log that can be fetched.
 */
export const progressSchema = z.record(z.string(), z.union([z.number(), z.string()]))
export type Progress = z.infer<typeof progressSchema>

/** The same without the file that the run is at: for the catalog, and for who may see no names. */
export const progressWithoutPath = <T>({ path: _, pathBytes: __, ...progress }: Readonly<Record<string, T>>) => progress

const common = { at: z.iso.datetime(), seq: z.int() }

/**
 * `seq` grows by one with each event of a server process. `progress` holds only what changed since the run's last event: lay it over what is known.
 * `resync`: some were lost, or a new process answers; ask for the whole of what is shown.
 */
export const liveEventSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('run'),
    id: z.string(),
    state: z.string(),
    progress: progressSchema.optional(),
    ...common,
  }),
  z.object({ kind: z.enum(['schedule', 'snapshot', 'notification', 'config']), id: z.string(), ...common }),
  z.object({ kind: z.literal('resync'), id: z.literal(''), ...common }),
])
export type LiveEvent = z.infer<typeof liveEventSchema>

/** As it is published: the bus adds the time and the number. */
export type NewEvent =
  | { kind: 'run'; id: string; state: string; progress?: Progress | undefined }
  | { kind: 'schedule' | 'snapshot' | 'notification' | 'config'; id: string }
