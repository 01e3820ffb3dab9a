// The scheduler: once a minute it looks which slots have come, and has the store make their runs. The clock decides what is due, the ticks only when to look.
import { schedule as everyTick } from 'node-cron'
import { messageOf } from '../contract/errors.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { AHEAD_MS, decide } from './decide.ts'
import { timetable } from './slots.ts'
import type { Publish, ScheduleRow, ScheduleStore } from './types.ts'

/** Calls `tick` whenever it is time to look. @returns what ends it */
export type Ticker = (tick: () => void) => () => Promise<void>

export type SchedulerOptions = {
  readonly store: ScheduleStore
  readonly clock: Clock
  readonly log: Logger
  readonly publish: Publish
  /** Called when runs were queued. */
  readonly wake: () => void
  /** Default: node-cron, at the beginning of every minute. */
  readonly ticker?: Ticker
}

export type Scheduler = {
  /** Looks at once, then at every tick. */
  start(): Promise<void>
  /** Resolves when a look that was going on is over. */
  stop(): Promise<void>
  /** Looks now: decides about everything that came due. Looks that overlap are one. */
  look(): Promise<void>
}

const MINUTE = 60_000

/**
 * node-cron at every minute of UTC, which has no daylight saving time: its own reckoning with zones has skipped and looped at the edges, so it is not
 * asked for any. When the clock is put back by an hour it would be silent for an hour, so a timer that knows no clock ticks besides.
 */
export const everyMinute: Ticker = (tick) => {
  const task = everyTick('* * * * *', tick, {
    timezone: 'UTC',
    unref: true,
    suppressMissedWarning: true,
    // A tick that comes late is as good.
    missedExecutionTolerance: MINUTE - 1,
  })
  const timer = setInterval(tick, MINUTE).unref()
  return async () => {
    clearInterval(timer)
    await task.destroy()
  }
}

export function createScheduler(options: SchedulerOptions): Scheduler {
  const { log, ticker = everyMinute } = options
  let end: (() => Promise<void>) | undefined
  let looking: Promise<void> | undefined
  const look = (): Promise<void> => {
    looking ??= lookAtAll(options)
      .catch((error: unknown) =>
        log.error(`The schedules can't be looked at; the next look is in a minute: ${messageOf(error)}`, { error }),
      )
      .finally(() => {
        looking = undefined
      })
    return looking
  }
  return {
    look,
    async start() {
      end ??= ticker(() => void look())
      await look()
    },
    async stop() {
      await end?.()
      end = undefined
      await looking
    },
  }
}

async function lookAtAll(options: SchedulerOptions): Promise<void> {
  const { store, clock, log } = options
  const now = clock.now()
  for (const row of await store.due(now, now + AHEAD_MS)) {
    try {
      await lookAt(row, now, options)
    } catch (error) {
      // One bad schedule must not stop the others.
      log.error(`Schedule ${row.name} can't be looked at: ${messageOf(error)}`, { error, schedule: row.name })
    }
  }
}

async function lookAt(row: ScheduleRow, now: number, { store, log, publish, wake }: SchedulerOptions): Promise<void> {
  const { name, handledUntil } = row
  const times = timetable(row.cron, row.timezone)
  if (handledUntil !== null && handledUntil > now + AHEAD_MS)
    log.warn(`The clock was put back: the slots of schedule ${name} are counted from now on`, { schedule: name })
  const made = await store.advance(row, (busy) => decide({ ...row, times, now, busy }))
  for (const { id, state } of made) publish({ kind: 'run', id, state })
  if (made.length > 0) {
    log.info(`Schedule ${name} is due`, { schedule: name, runs: made.map(({ id, state }) => `${state} ${id}`) })
    publish({ kind: 'schedule', id: row.id })
    wake()
  }
}
