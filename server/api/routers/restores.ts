// Restores: what is brought back, for whom and where to. Who may not see all of them sees the own ones.
import { z } from 'zod'
import { runStates } from '../../contract/jobs.ts'
import { restoreInputs } from '../../services/restores/index.ts'
import { byId, id, listOf, maybeTime, nothing, pageOf, time } from '../schemas.ts'
import { permission, router } from '../trpc.ts'

const item = z.object({
  id,
  runId: id,
  state: z.enum(runStates),
  repositoryId: id,
  /** The engine's id. */
  snapshotId: z.string(),
  /** '' for all of the snapshot; null for a part of it whose names the caller may not know, with no `include`. */
  path: z.string().nullable(),
  /** Base64, when the path is no text. */
  pathBytes: z.string().optional(),
  include: listOf(z.string()),
  target: z.string(),
  overwrite: z.string(),
  dryRun: z.boolean(),
  verify: z.boolean(),
  requestedById: z.string().nullable(),
  requestedByName: z.string().nullable(),
  createdAt: time,
  startedAt: maybeTime,
  finishedAt: maybeTime,
  /** It was cancelled, and ends at the next safe point. */
  cancelRequestedAt: maybeTime,
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** It ended, and left everything as it was that it found there. */
  wroteNothing: z.boolean(),
})

const json = z.record(z.string(), z.unknown()).readonly().nullable()
/** `snapshot`: the id of its row; null once there is none any more. */
const details = item.extend({ snapshot: id.nullable(), progress: json, statistics: json })

/** The service leaves out what is neither visible to the one nor own to the other. */
const seeing = ['restores.read', 'requests.create'] as const

export const restoresRouter = router({
  list: permission(seeing, 'read', 'Restores, newest first: all, or the own ones')
    .input(restoreInputs.list)
    .output(pageOf(item))
    .query(({ ctx, input }) => ctx.services.restores.list(ctx.actor, input)),
  get: permission(seeing, 'read', 'One restore with what came of it')
    .input(byId)
    .output(details)
    .query(({ ctx, input }) => ctx.services.restores.get(ctx.actor, input)),
  suggest: permission(
    'restores.start',
    'read',
    'A folder that is not there yet, for who wants to restore to another place',
  )
    .input(nothing)
    .output(z.object({ target: z.string() }))
    .query(({ ctx }) => ctx.services.restores.suggest()),
  plan: permission('restores.start', 'change', 'Find out what a restore would do, with the reasons')
    .input(restoreInputs.plan)
    .output(item)
    .mutation(({ ctx, input }) => ctx.services.restores.plan(ctx.actor, input)),
  start: permission('restores.start', 'change', 'Bring files back to a place of the server')
    .input(restoreInputs.start)
    .output(item)
    .mutation(({ ctx, input }) => ctx.services.restores.start(ctx.actor, input)),
})
