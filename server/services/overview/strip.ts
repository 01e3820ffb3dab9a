// A strip of days for each schedule: how its runs of each day ended, the worst first.
import type { Catalog } from '../../db/index.ts'
import { type DayInput, type Days, daySql, lastDays, msSql, timeSql } from '../metrics/calendar.ts'

/** The worst first. */
export const dayStates = ['failed', 'missed', 'warning', 'running', 'ok', 'none'] as const
export type DayState = (typeof dayStates)[number]

export type DayCell = {
  /** The worst of the day's runs; none where there was none, or only cancelled ones. */
  readonly state: DayState
  readonly succeeded: number
  readonly warning: number
  readonly failed: number
  readonly missed: number
  /** At work, or waiting for their turn. */
  readonly running: number
  /** The newest of the runs in that state. */
  readonly runId: string | null
}

export type DayStrip = {
  readonly timezone: string
  /** YYYY-MM-DD, the oldest first; the last is today. */
  readonly days: readonly string[]
  /** By name. */
  readonly sources: readonly {
    readonly scheduleId: string
    readonly name: string
    readonly enabled: boolean
    readonly paused: boolean
    readonly cells: readonly DayCell[]
  }[]
  /** Schedules beyond the first two hundred. */
  readonly omitted: number
}

const MAX_SOURCES = 200
/** What a state of a run counts as: one lost with its server is a backup that did not happen. */
const counted = {
  succeeded: 'succeeded',
  warning: 'warning',
  failed: 'failed',
  orphaned: 'failed',
  missed: 'missed',
  running: 'running',
  queued: 'running',
} as const
type Count = (typeof counted)[keyof typeof counted]
const stateOf = (count: Count): DayState => (count === 'succeeded' ? 'ok' : count)

/** A run is of the day of its slot; one that nobody planned is of the day on which it was asked for. */
const TIME = 'COALESCE(r."slot", r."queuedAt")'
/** The same in milliseconds since 1970. */
export const ofDay = (provider: Catalog['provider']): string => msSql(provider, TIME)

/** Runs of these days. No slot is later than its run, so the index on `queuedAt` narrows the search. */
export const withinDays = (provider: Catalog['provider'], { start, end }: Days): string =>
  `r."queuedAt" >= ${timeSql(provider, start)} AND ${TIME} >= ${timeSql(provider, start)} AND ${TIME} < ${timeSql(provider, end)}`

/** Added to times, so that all of them have equally many digits and sort as text. */
const DIGITS = 10 ** 15
/** Text in the order of its bytes, which needs no rules of a language. */
const BYTES = { sqlite: 'BINARY', postgresql: '"C"' } as const

const sqlOf = (provider: Catalog['provider'], days: Days): string =>
  `SELECT r."scheduleId" AS "id", ${daySql(days, ofDay(provider))} AS "day", r."state" AS "state", COUNT(*) AS "runs",
    MAX((CAST(${msSql(provider, 'r."queuedAt"')} + ${DIGITS} AS TEXT) || r."id") COLLATE ${BYTES[provider]}) AS "newest"
  FROM (SELECT "id" FROM "Schedule" WHERE "removedAt" IS NULL ORDER BY "name" LIMIT ${MAX_SOURCES}) s CROSS JOIN "Run" r
  WHERE r."scheduleId" = s."id" AND r."state" <> 'cancelled' AND ${withinDays(provider, days)}
  GROUP BY 1, 2, 3`

type Group = {
  readonly id: string
  readonly day: number | bigint
  readonly state: keyof typeof counted
  readonly runs: number | bigint
  readonly newest: string
}

/** @throws `usage` for a zone that does not exist */
export async function dayStrip({ db, provider }: Catalog, input: DayInput, now: number): Promise<DayStrip> {
  const days = lastDays(input, now)
  const where = { removedAt: null }
  const [rows, total, groups] = await Promise.all([
    db.schedule.findMany({
      where,
      orderBy: { name: 'asc' },
      take: MAX_SOURCES,
      select: { id: true, name: true, enabled: true, pausedAt: true },
    }),
    db.schedule.count({ where }),
    db.$queryRawUnsafe<Group[]>(sqlOf(provider, days)),
  ])
  const byDay = Map.groupBy(groups, ({ id, day }) => `${id} ${day}`)
  return {
    timezone: input.timezone,
    days: days.names,
    sources: rows.map(({ id, name, enabled, pausedAt }) => ({
      scheduleId: id,
      name,
      enabled,
      paused: pausedAt !== null,
      cells: days.names.map((_, day) => cellOf(byDay.get(`${id} ${day}`) ?? [])),
    })),
    omitted: total - rows.length,
  }
}

function cellOf(groups: readonly Group[]): DayCell {
  const counts = { succeeded: 0, warning: 0, failed: 0, missed: 0, running: 0 }
  const newest: Partial<Record<DayState, string>> = {}
  for (const group of groups) {
    const count = counted[group.state]
    counts[count] += Number(group.runs)
    const state = stateOf(count)
    const before = newest[state]
    if (before === undefined || group.newest > before) newest[state] = group.newest
  }
  const state = dayStates.find((each) => newest[each] !== undefined) ?? 'none'
  return { state, ...counts, runId: newest[state]?.slice(String(DIGITS).length) ?? null }
}
