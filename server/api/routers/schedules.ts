// Schedules: when what is backed up. Changing one makes a new version of the configuration.
import { z } from 'zod'
import { backupTypes } from '../../contract/jobs.ts'
import { scheduleInputs } from '../../services/schedules/index.ts'
import { byId, id, listOf, maybeTime, pageOf, streamOf, time } from '../schemas.ts'
import { permission, router } from '../trpc.ts'
import { whileValid } from '../while-valid.ts'
import { runItem } from './runs.ts'

export const scheduleItem = z.object({
  id,
  name: z.string(),
  type: z.enum(backupTypes),
  cron: z.string(),
  timezone: z.string(),
  includePaths: listOf(z.string()),
  excludePatterns: listOf(z.string()),
  retentionDays: z.number().nullable(),
  policyName: z.string().nullable(),
  repositoryId: z.string().nullable(),
  repositoryName: z.string().nullable(),
  catchUp: z.string(),
  enabled: z.boolean(),
  pausedAt: maybeTime,
  pausedBy: z.string().nullable(),
  /** Set when it left the configuration. */
  removedAt: maybeTime,
  createdAt: time,
  updatedAt: time,
  /** When it runs next; empty while it is paused, off or removed. */
  nextSlots: listOf(time),
  lastRun: runItem.nullable(),
})

const path = { path: z.string(), pathBytes: z.string().optional() }

const matches = z.object({
  files: z.number(),
  directories: z.number(),
  others: z.number(),
  bytes: z.number(),
  excluded: z.number(),
  unreadable: z.number(),
  matchedPaths: listOf(z.object(path)),
  excludedPaths: listOf(z.object(path)),
  unreadablePaths: listOf(z.object({ ...path, message: z.string() })),
  /** All was seen, or time was up before. */
  done: z.boolean(),
  cut: z.boolean(),
})

export const schedulesRouter = router({
  list: permission('schedules.read', 'read', 'Schedules by name')
    .input(scheduleInputs.list)
    .output(pageOf(scheduleItem))
    .query(({ ctx, input }) => ctx.services.schedules.list(ctx.actor, input)),
  get: permission('schedules.read', 'read', 'One schedule with its next ten slots')
    .input(byId)
    .output(scheduleItem)
    .query(({ ctx, input }) => ctx.services.schedules.get(ctx.actor, input)),
  preview: permission('schedules.read', 'read', 'When a schedule like this would run')
    .input(scheduleInputs.preview)
    .output(z.object({ slots: listOf(time) }))
    .query(({ ctx, input }) => ctx.services.schedules.preview(ctx.actor, input)),
  matches: permission('schedules.write', 'stream', 'What a backup of these paths would take, counted live')
    .input(scheduleInputs.matches)
    .output(streamOf(matches))
    .subscription(({ ctx, input, signal }) =>
      whileValid(ctx, ctx.services.schedules.matches(ctx.actor, input, signal)),
    ),
  folders: permission('schedules.write', 'read', 'The folders in a folder of the server, to choose from')
    .input(scheduleInputs.folders)
    .output(
      z.object({
        folder: z.object(path),
        folders: listOf(z.object({ ...path, name: z.string(), nameBytes: z.string().optional() })),
        cut: z.boolean(),
      }),
    )
    .query(({ ctx, input }) => ctx.services.schedules.folders(ctx.actor, input)),
  create: permission('schedules.write', 'change', 'Add a schedule')
    .input(scheduleInputs.create)
    .output(scheduleItem)
    .mutation(({ ctx, input }) => ctx.services.schedules.create(ctx.actor, input)),
  update: permission('schedules.write', 'change', 'Replace the settings of a schedule')
    .input(scheduleInputs.update)
    .output(scheduleItem)
    .mutation(({ ctx, input }) => ctx.services.schedules.update(ctx.actor, input)),
  remove: permission('schedules.write', 'change', 'Take a schedule out; its runs and snapshots stay')
    .input(scheduleInputs.remove)
    .output(scheduleItem)
    .mutation(({ ctx, input }) => ctx.services.schedules.remove(ctx.actor, input)),
  pause: permission('schedules.write', 'change', 'Let the slots of a schedule pass')
    .input(byId)
    .output(scheduleItem)
    .mutation(({ ctx, input }) => ctx.services.schedules.pause(ctx.actor, input)),
  resume: permission('schedules.write', 'change', 'Go on with the next slot of a schedule')
    .input(byId)
    .output(scheduleItem)
    .mutation(({ ctx, input }) => ctx.services.schedules.resume(ctx.actor, input)),
  runNow: permission('runs.start', 'change', 'Run a schedule as soon as there is room')
    .input(scheduleInputs.runNow)
    .output(z.object({ id }))
    .mutation(({ ctx, input }) => ctx.services.schedules.runNow(ctx.actor, input)),
})
