// Figures of backups and repositories day by day, for charts. What is not known is null, never 0.
import type { Catalog } from '../../db/index.ts'
import { valuesAtDayEnds } from '../metrics/at-day-ends.ts'
import { type DayInput, type Days, daySql, lastDays, msSql } from '../metrics/calendar.ts'
import { ofDay, withinDays } from './strip.ts'

export type ChartDay = {
  /** YYYY-MM-DD */
  readonly day: string
  /** How the day's backups ended. */
  readonly succeeded: number
  readonly warning: number
  readonly failed: number
  readonly missed: number
  /** Share of those that made a snapshot, 0 to 1; null when there was none. */
  readonly successRate: number | null
  /** Of backups that succeeded, with or without warnings, from start to end. */
  readonly medianSeconds: number | null
  readonly p95Seconds: number | null
  readonly bytesRead: number | null
  readonly bytesStored: number | null
  /** All repositories in use at the end of the day; null as long as one of them was never measured. */
  readonly repositoryBytes: number | null
  /** What all their snapshots would take if each were stored in full. */
  readonly logicalBytes: number | null
  /** logicalBytes / repositoryBytes: what deduplication and compression save. */
  readonly ratio: number | null
}

export type Charts = {
  readonly timezone: string
  /** The oldest first; the last is today, as far as it has come. */
  readonly days: readonly ChartDay[]
}

/** @throws `usage` for a zone that does not exist */
export async function charts(catalog: Catalog, input: DayInput, now: number): Promise<Charts> {
  const days = lastDays(input, now)
  const [ends, durations, sizes] = await Promise.all([
    runEnds(catalog, days),
    durationsOf(catalog, days),
    repositorySizes(catalog, days),
  ])
  return {
    timezone: input.timezone,
    days: days.names.map((day, i) => ({
      day,
      ...figuresOf(ends.filter((row) => Number(row.day) === i)),
      ...secondsOf(durations.find((row) => Number(row.day) === i)),
      ...sizesOf(sizes, i),
    })),
  }
}

type Ends = {
  readonly day: number | bigint
  readonly state: string
  readonly runs: number | bigint
  readonly bytesRead: number | null
  readonly bytesStored: number | null
}

const runEnds = ({ db, provider }: Catalog, days: Days): Promise<Ends[]> =>
  db.$queryRawUnsafe<
    Ends[]
  >(`SELECT ${daySql(days, ofDay(provider))} AS "day", r."state" AS "state", COUNT(*) AS "runs",
    CAST(SUM(r."bytesRead") AS double precision) AS "bytesRead", CAST(SUM(r."bytesStored") AS double precision) AS "bytesStored"
    FROM "Run" r WHERE r."kind" = 'backup' AND ${withinDays(provider, days)} GROUP BY 1, 2`)

type Durations = { readonly day: number | bigint; readonly median: number; readonly p95: number }

/** By rank; the median of an even number is the mean of the two in the middle. */
function durationsOf({ db, provider }: Catalog, days: Days): Promise<Durations[]> {
  const took = `${msSql(provider, 'r."finishedAt"')} - ${msSql(provider, 'r."startedAt"')}`
  return db.$queryRawUnsafe<Durations[]>(`WITH took AS (
      SELECT ${daySql(days, ofDay(provider))} AS "day", ${took} AS "ms" FROM "Run" r
      WHERE r."kind" = 'backup' AND r."state" IN ('succeeded', 'warning') AND r."startedAt" IS NOT NULL
        AND r."finishedAt" IS NOT NULL AND ${withinDays(provider, days)}
    ), ranked AS (
      SELECT "day", "ms", ROW_NUMBER() OVER (PARTITION BY "day" ORDER BY "ms") AS "rank", COUNT(*) OVER (PARTITION BY "day") AS "all"
      FROM took
    )
    SELECT "day", CAST(AVG(CASE WHEN "rank" IN (("all" + 1) / 2, ("all" + 2) / 2) THEN "ms" END) AS double precision) AS "median",
      CAST(MAX(CASE WHEN "rank" = ("all" * 95 + 99) / 100 THEN "ms" END) AS double precision) AS "p95"
    FROM ranked GROUP BY "day"`)
}

type Sizes = readonly {
  /** Was there on that day. */
  readonly since: number
  readonly stored: readonly (number | null)[]
  readonly logical: readonly (number | null)[]
}[]

const MAX_REPOSITORIES = 200

/** Of the repositories in use, from the day on which each was added. */
async function repositorySizes(catalog: Catalog, days: Days): Promise<Sizes> {
  const rows = await catalog.db.repository.findMany({
    where: { archivedAt: null },
    orderBy: { name: 'asc' },
    take: MAX_REPOSITORIES,
    select: { name: true, createdAt: true },
  })
  const names = rows.map(({ name }) => name)
  const [stored, logical] = await Promise.all([
    valuesAtDayEnds(catalog, 'repository.stored_bytes', names, days),
    valuesAtDayEnds(catalog, 'repository.logical_bytes', names, days),
  ])
  return rows.map(({ name, createdAt }) => ({
    since: days.bounds.slice(1).findIndex((end) => createdAt.getTime() < end),
    stored: stored.get(name) ?? [],
    logical: logical.get(name) ?? [],
  }))
}

const rate = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)

function figuresOf(rows: readonly Ends[]) {
  const runs = (...states: string[]): number =>
    rows.filter(({ state }) => states.includes(state)).reduce((sum, row) => sum + Number(row.runs), 0)
  const ended = {
    succeeded: runs('succeeded'),
    warning: runs('warning'),
    failed: runs('failed', 'orphaned'),
    missed: runs('missed'),
  }
  const good = ended.succeeded + ended.warning
  return {
    ...ended,
    successRate: rate(good, good + ended.failed + ended.missed),
    bytesRead: sumOf(rows.map(({ bytesRead }) => bytesRead).filter((bytes) => bytes !== null)),
    bytesStored: sumOf(rows.map(({ bytesStored }) => bytesStored).filter((bytes) => bytes !== null)),
  }
}

const secondsOf = (found: Durations | undefined) => ({
  medianSeconds: found ? found.median / 1000 : null,
  p95Seconds: found ? found.p95 / 1000 : null,
})

function sizesOf(sizes: Sizes, day: number) {
  const there = sizes.filter(({ since }) => since >= 0 && since <= day)
  const repositoryBytes = sumOf(there.map(({ stored }) => stored[day] ?? null))
  const logicalBytes = sumOf(there.map(({ logical }) => logical[day] ?? null))
  const ratio = repositoryBytes === null || logicalBytes === null ? null : rate(logicalBytes, repositoryBytes)
  return { repositoryBytes, logicalBytes, ratio }
}

/** Null when nothing is known, or one of them is not. */
function sumOf(values: readonly (number | null)[]): number | null {
  if (values.length === 0) return null
  return values.reduce((sum, value) => (sum === null || value === null ? null : sum + value), 0 as number | null)
}
