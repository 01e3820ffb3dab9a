// The overview: one verdict over everything, and the exceptions that it comes from. Bounded queries only: it is asked for all the time.

import { z } from 'zod'
import { type Actor, can } from '../../auth/actor.ts'
import { messageWithoutNames } from '../../contract/names.ts'
import type { Catalog } from '../../db/index.ts'
import { type Clock, isoTime } from '../../lib/clock.ts'
import { nextSlots, timetable } from '../../runtime/slots.ts'
import type { Health, HealthService } from '../health/index.ts'
import { type HealthState, worstState } from '../health/types.ts'
import { dayFields } from '../metrics/calendar.ts'
import { type Charts, charts } from './charts.ts'
import { type Exception, healthExceptions, repositoryExceptions, scheduleExceptions } from './exceptions.ts'
import { repositoryStates, type ScheduleState, scheduleStates } from './queries.ts'
import { type DayStrip, dayStrip } from './strip.ts'

export type { ChartDay, Charts } from './charts.ts'
export type { Exception, ExceptionKind } from './exceptions.ts'
export { type DayCell, type DayState, type DayStrip, dayStates } from './strip.ts'

export const overviewInputs = { days: z.strictObject(dayFields), charts: z.strictObject(dayFields) }
export type OverviewInput = { [K in keyof typeof overviewInputs]: z.output<(typeof overviewInputs)[K]> }

export type Overview = {
  readonly at: string
  /** ok only when everything is known to be well. */
  readonly verdict: HealthState
  /** The worst first; a hundred at most, `omitted` counts the rest. */
  readonly exceptions: readonly Exception[]
  readonly omitted: number
  readonly health: Health
  readonly figures: {
    readonly schedules: number
    readonly repositories: number
    readonly storedBytes: number
    /** Snapshots in verified repositories that came after the verification, whose data nobody has read yet. */
    readonly unprovenSnapshots: number
    /** Runs at work now, up to a hundred. */
    readonly running: number
    readonly nextSlot: string | null
    readonly lastSuccess: string | null
  }
}

export type OverviewService = {
  get(actor: Actor): Promise<Overview>
  /** How the runs of each schedule ended, day by day. @throws `usage` for a zone that does not exist */
  days(actor: Actor, input: OverviewInput['days']): Promise<DayStrip>
  /** Figures of backups and repositories, day by day. @throws `usage` for a zone that does not exist */
  charts(actor: Actor, input: OverviewInput['charts']): Promise<Charts>
}

export type OverviewOptions = { readonly catalog: Catalog; readonly clock: Clock; readonly health: HealthService }

const MAX_EXCEPTIONS = 100
const order: readonly HealthState[] = ['failed', 'warning', 'unknown', 'ok']

export function createOverviewService({ catalog, clock, health }: OverviewOptions): OverviewService {
  return {
    days: (_actor, input) => dayStrip(catalog, input, clock.now()),
    charts: (_actor, input) => charts(catalog, input, clock.now()),

    async get(actor) {
      const now = clock.now()
      const [state, schedules, repositories, running] = await Promise.all([
        health.get(actor),
        scheduleStates(catalog),
        repositoryStates(catalog, now),
        catalog.db.run.findMany({ where: { state: 'running' }, take: 100, select: { id: true } }),
      ])
      const exceptions = [
        ...scheduleExceptions(can(actor, 'snapshots.browse') ? schedules : schedules.map(withoutFileNames), now),
        ...repositoryExceptions(repositories, now),
        ...healthExceptions(state),
      ].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
      return {
        at: isoTime(now),
        verdict: exceptions.length === 0 ? 'ok' : worstState(exceptions.map(({ severity }) => severity)),
        exceptions: exceptions.slice(0, MAX_EXCEPTIONS),
        omitted: Math.max(0, exceptions.length - MAX_EXCEPTIONS),
        health: state,
        figures: {
          schedules: schedules.length,
          repositories: repositories.length,
          storedBytes: repositories.reduce((sum, { storedBytes }) => sum + storedBytes, 0),
          unprovenSnapshots: repositories.reduce((sum, { newer }) => sum + newer, 0),
          running: running.length,
          nextSlot: earliest(schedules, now),
          lastSuccess: latest(schedules),
        },
      }
    },
  }
}

/** A run's error may name a file; that is for those who may see the names of files. */
function withoutFileNames(schedule: ScheduleState): ScheduleState {
  const { last } = schedule
  if (!last?.errorMessage) return schedule
  return { ...schedule, last: { ...last, errorMessage: messageWithoutNames(last.errorMessage) } }
}

const timesOf = (times: readonly (number | null | undefined)[]): number[] =>
  times.filter((at) => at !== null && at !== undefined).sort((a, b) => a - b)

const textOf = (at: number | undefined): string | null => (at === undefined ? null : isoTime(at))

/** What the scheduler has not planned yet is told by the timetable, as in the list of schedules. */
const nextOf = ({ nextSlot, cron, timezone }: ScheduleState, now: number): number | undefined =>
  nextSlot !== null && nextSlot > now ? nextSlot : nextSlots(timetable(cron, timezone), now, 1)[0]

const earliest = (schedules: readonly ScheduleState[], now: number): string | null =>
  textOf(
    timesOf(
      schedules.filter(({ pausedAt, enabled }) => enabled && pausedAt === null).map((each) => nextOf(each, now)),
    )[0],
  )

const latest = (schedules: readonly ScheduleState[]): string | null =>
  textOf(timesOf(schedules.map(({ lastSuccess }) => lastSuccess?.at)).at(-1))
