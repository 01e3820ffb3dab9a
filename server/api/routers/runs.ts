// Runs: everything that the server did, does and is about to do.
import { z } from 'zod'
import { progressSchema } from '../../contract/events.ts'
import { jobKinds, logLevels, runStates, triggers } from '../../contract/jobs.ts'
import { depths } from '../../contract/verification.ts'
import { runInputs } from '../../services/runs/index.ts'
import { byId, id, maybeTime, pageOf, time } from '../schemas.ts'
import { permission, router } from '../trpc.ts'

export const runItem = z.object({
  id,
  kind: z.enum(jobKinds),
  state: z.enum(runStates),
  trigger: z.enum(triggers),
  scheduleId: z.string().nullable(),
  scheduleName: z.string().nullable(),
  repositoryId: z.string().nullable(),
  repositoryName: z.string().nullable(),
  /** The instant of the schedule that it is for. */
  slot: maybeTime,
  queuedAt: time,
  /** It waits at least until then. */
  notBefore: time,
  startedAt: maybeTime,
  finishedAt: maybeTime,
  attempt: z.int(),
  maxAttempts: z.int(),
  requestedByName: z.string().nullable(),
  cancelRequestedAt: maybeTime,
  /** The engine's id of the snapshot that it made, or restored. */
  snapshotId: z.string().nullable(),
  /** Of a verification: how much it reads. */
  depth: z.enum(depths).nullable(),
  /** Of a restore: it only tells what it would do. */
  dryRun: z.boolean(),
  filesRead: z.number().nullable(),
  bytesRead: z.number().nullable(),
  bytesStored: z.number().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
})

const details = runItem.extend({
  priority: z.int(),
  cancelRequestedBy: z.string().nullable(),
  payload: z.unknown(),
  progress: progressSchema.nullable(),
  /** By kind of job. */
  statistics: z.record(z.string(), z.unknown()).readonly().nullable(),
  /** What to do about it, when it did not end well. */
  remedy: z.string().nullable(),
  /** The snapshot that it made or restored, as `snapshots.get` knows it. */
  snapshotRowId: z.string().nullable(),
  /** The run that does again what this one could not end, for its process was lost. */
  continuedBy: z.string().nullable(),
})

const logLine = z.object({ id: z.number(), at: time, level: z.enum(logLevels), message: z.string() })

const started = z.object({ id })

export const runsRouter = router({
  list: permission('runs.read', 'read', 'Runs, newest first')
    .input(runInputs.list)
    .output(pageOf(runItem))
    .query(({ ctx, input }) => ctx.services.runs.list(ctx.actor, input)),
  get: permission('runs.read', 'read', 'One run with its statistics')
    .input(byId)
    .output(details)
    .query(({ ctx, input }) => ctx.services.runs.get(ctx.actor, input)),
  log: permission('runs.read', 'read', 'What a run wrote into its log, oldest first')
    .input(runInputs.log)
    // `after`: the cursor of what is written later, when this was the last page.
    .output(pageOf(logLine).extend({ after: z.string() }))
    .query(({ ctx, input }) => ctx.services.runs.log(ctx.actor, input)),
  live: permission('runs.read', 'read', 'All the progress of a run, and the number of the last event that is in it')
    .input(byId)
    .output(z.object({ id, state: z.enum(runStates), progress: progressSchema, seq: z.int() }))
    .query(({ ctx, input }) => ctx.services.runs.live(ctx.actor, input)),
  start: permission('runs.start', 'change', 'Start a backup of these paths, or a verification')
    .input(runInputs.start)
    .output(started)
    .mutation(({ ctx, input }) => ctx.services.runs.start(ctx.actor, input)),
  cancel: permission('runs.start', 'change', 'Stop a run: at once if it waits, else at the next safe point')
    .input(byId)
    .output(z.object({ state: z.enum(['cancelled', 'running']) }))
    .mutation(({ ctx, input }) => ctx.services.runs.cancel(ctx.actor, input)),
  retry: permission('runs.start', 'change', 'The same once more, as a run of its own')
    .input(byId)
    .output(started)
    .mutation(({ ctx, input }) => ctx.services.runs.retry(ctx.actor, input)),
})
