// The overview: one verdict, what it comes from, and a few figures.
import { z } from 'zod'
import { healthStates } from '../../services/health/index.ts'
import { exceptionKinds } from '../../services/overview/exceptions.ts'
import { dayStates, overviewInputs } from '../../services/overview/index.ts'
import { id, listOf, maybeTime, nothing, time } from '../schemas.ts'
import { permission, router } from '../trpc.ts'
import { health } from './health.ts'

const state = z.enum(healthStates)

const count = z.int()
const figure = z.number().nullable()

export const overviewRouter = router({
  get: permission('overview.read', 'read', 'Whether all is well, and what is not')
    .input(nothing)
    .output(
      z.object({
        at: time,
        /** ok only when everything is known to be well. */
        verdict: state,
        /** The worst first. */
        exceptions: listOf(
          z.object({
            kind: z.enum(exceptionKinds),
            severity: state.exclude(['ok']),
            message: z.string(),
            /** What to do about it. */
            remedy: z.string().nullable(),
            since: maybeTime,
            target: z
              .object({
                kind: z.string(),
                id: z.string(),
                name: z.string(),
                /** Of a snapshot: the one that it lies in. */
                repository: z.object({ id, name: z.string() }).optional(),
              })
              .nullable(),
            /** The run that failed, was missed or warns, which can be repeated. */
            runId: id.nullable(),
          }),
        ),
        /** Exceptions beyond the first hundred. */
        omitted: z.int(),
        health,
        figures: z.object({
          schedules: z.int(),
          repositories: z.int(),
          storedBytes: z.number(),
          /** Snapshots in verified repositories that came after the verification. */
          unprovenSnapshots: z.int(),
          /** Runs at work now, up to a hundred. */
          running: z.int(),
          nextSlot: maybeTime,
          lastSuccess: maybeTime,
        }),
      }),
    )
    .query(({ ctx }) => ctx.services.overview.get(ctx.actor)),
  days: permission('overview.read', 'read', 'How the runs of each schedule ended, day by day')
    .input(overviewInputs.days)
    .output(
      z.object({
        timezone: z.string(),
        /** YYYY-MM-DD, the oldest first; the last is today. */
        days: listOf(z.iso.date()),
        sources: listOf(
          z.object({
            scheduleId: id,
            name: z.string(),
            enabled: z.boolean(),
            paused: z.boolean(),
            /** One a day: the worst state, and the newest run in it. */
            cells: listOf(
              z.object({
                state: z.enum(dayStates),
                succeeded: count,
                warning: count,
                failed: count,
                missed: count,
                /** At work, or waiting for their turn. */
                running: count,
                runId: id.nullable(),
              }),
            ),
          }),
        ),
        /** Schedules beyond the first two hundred. */
        omitted: count,
      }),
    )
    .query(({ ctx, input }) => ctx.services.overview.days(ctx.actor, input)),
  charts: permission('overview.read', 'read', 'Figures of backups and repositories, day by day')
    .input(overviewInputs.charts)
    .output(
      z.object({
        timezone: z.string(),
        /** The oldest first; the last is today, as far as it has come. What is not known is null. */
        days: listOf(
          z.object({
            day: z.iso.date(),
            succeeded: count,
            warning: count,
            failed: count,
            missed: count,
            /** 0 to 1. */
            successRate: figure,
            medianSeconds: figure,
            p95Seconds: figure,
            bytesRead: figure,
            bytesStored: figure,
            /** All repositories in use, at the end of the day. */
            repositoryBytes: figure,
            /** What all their snapshots would take if each were stored in full. */
            logicalBytes: figure,
            /** logicalBytes / repositoryBytes. */
            ratio: figure,
          }),
        ),
      }),
    )
    .query(({ ctx, input }) => ctx.services.overview.charts(ctx.actor, input)),
})
