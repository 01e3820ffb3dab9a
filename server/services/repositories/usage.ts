// How much a repository holds and saves, how it grows, and when its file system will be full. What is not known is null.
import { statfs } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import { HoldfastError, messageOf } from '../../contract/errors.ts'
import type { Catalog } from '../../db/index.ts'
import { isoTime } from '../../lib/clock.ts'
import { valuesAtDayEnds } from '../metrics/at-day-ends.ts'
import { type DayInput, type Days, dayFields, lastDays } from '../metrics/calendar.ts'
import { timeText } from './mapping.ts'

export const usageInput = z.strictObject({ id: z.string().min(1).max(200), ...dayFields })

export type UsageDay = {
  /** YYYY-MM-DD; the values are those of the end of the day. */
  readonly day: string
  readonly storedBytes: number | null
  readonly logicalBytes: number | null
  readonly snapshots: number | null
}

export type RepositoryUsage = {
  readonly at: string
  /** When the storage was looked at last; stored bytes and packs are as of then. */
  readonly measuredAt: string | null
  readonly storedBytes: number | null
  readonly packs: number | null
  readonly snapshots: number
  /** The newest snapshot of each source, added up: what would come back if all of them were restored. */
  readonly protectedBytes: number
  /** All snapshots, as if each were stored in full. */
  readonly logicalBytes: number
  /** logicalBytes / storedBytes: what deduplication and compression save. */
  readonly ratio: number | null
  /** Bytes a day, by least squares over the last 30 days; null before there are three days of figures. */
  readonly growthPerDay: number | null
  /** Of the file system that a local repository lies on. */
  readonly freeBytes: number | null
  readonly totalBytes: number | null
  /** Why they are not known. */
  readonly roomUnknown: string | null
  /** Whole days until it is full at that growth; null where it does not grow, or one of the two is not known. */
  readonly daysUntilFull: number | null
  readonly timezone: string
  /** The oldest first; the last is today, as far as it has come. */
  readonly days: readonly UsageDay[]
}

const DAY = 86_400_000
const GROWTH_DAYS = 30
const LEAST_DAYS = 3
/** A file system that does not answer keeps nobody from the other figures (ms). */
const PATIENCE = 2000

/** @throws `not_found`; `usage` for a zone that does not exist */
export async function repositoryUsage(
  catalog: Catalog,
  { id, ...input }: DayInput & { readonly id: string },
  now: number,
): Promise<RepositoryUsage> {
  const days = lastDays(input, now)
  const row = await catalog.db.repository.findUnique({ where: { id } })
  if (!row) throw new HoldfastError('not_found', `There is no repository ${id}`)
  const [series, growthPerDay, snapshots, room] = await Promise.all([
    seriesOf(catalog, row.name, days),
    growthOf(catalog, row.name, now),
    snapshotFigures(catalog, id),
    row.type === 'local' ? roomAt(row.location) : elsewhere,
  ])
  const measured = row.lastSyncAt !== null
  const storedBytes = measured ? Number(row.storedBytes) : null
  return {
    at: isoTime(now),
    measuredAt: timeText(row.lastSyncAt),
    storedBytes,
    packs: measured ? row.packCount : null,
    ...snapshots,
    ratio: storedBytes ? snapshots.logicalBytes / storedBytes : null,
    growthPerDay,
    ...room,
    daysUntilFull: daysUntilFull(room.freeBytes, growthPerDay),
    timezone: input.timezone,
    days: series,
  }
}

async function seriesOf(catalog: Catalog, name: string, days: Days): Promise<UsageDay[]> {
  const [stored, logical, snapshots] = await Promise.all(
    (['repository.stored_bytes', 'repository.logical_bytes', 'repository.snapshots'] as const).map(
      async (metric) => (await valuesAtDayEnds(catalog, metric, [name], days)).get(name) ?? [],
    ),
  )
  return days.names.map((day, i) => ({
    day,
    storedBytes: stored?.[i] ?? null,
    logicalBytes: logical?.[i] ?? null,
    snapshots: snapshots?.[i] ?? null,
  }))
}

/** Days of 24 hours that end now, so that the zone makes no difference. */
async function growthOf(catalog: Catalog, name: string, now: number): Promise<number | null> {
  const bounds = Array.from({ length: GROWTH_DAYS + 1 }, (_, i) => now + 1 - (GROWTH_DAYS - i) * DAY)
  const days = { names: [], bounds, start: now + 1 - GROWTH_DAYS * DAY, end: now + 1 }
  const values = (await valuesAtDayEnds(catalog, 'repository.stored_bytes', [name], days)).get(name) ?? []
  return slopeOf(values)
}

/** By how much (rounded) a line through what is known rises from one value to the next, by least squares; null when too little is known. */
export function slopeOf(values: readonly (number | null)[]): number | null {
  const points = values.flatMap((value, x) => (value === null ? [] : [{ x, value }]))
  if (points.length < LEAST_DAYS) return null
  const sum = (of: (point: { x: number; value: number }) => number): number =>
    points.reduce((total, point) => total + of(point), 0)
  const [middle, average] = [sum(({ x }) => x) / points.length, sum(({ value }) => value) / points.length]
  const rise = sum(({ x, value }) => (x - middle) * (value - average)) / sum(({ x }) => (x - middle) ** 2)
  return Math.round(rise)
}

/** Whole days, rounded down. */
export const daysUntilFull = (freeBytes: number | null, growthPerDay: number | null): number | null =>
  freeBytes === null || growthPerDay === null || growthPerDay <= 0 ? null : Math.floor(freeBytes / growthPerDay)

type Figures = Pick<RepositoryUsage, 'snapshots' | 'protectedBytes' | 'logicalBytes'>

/** A source is a schedule; without one, what a host backed up of the same folders. */
async function snapshotFigures({ db, provider }: Catalog, id: string): Promise<Figures> {
  const [row] = await db.$queryRawUnsafe<{ snapshots: number | bigint; protected: number; logical: number }[]>(
    `SELECT COUNT(*) AS "snapshots", CAST(COALESCE(SUM("bytes"), 0) AS double precision) AS "logical",
      CAST(COALESCE(SUM(CASE WHEN "age" = 1 THEN "bytes" END), 0) AS double precision) AS "protected"
    FROM (
      SELECT "bytes", ROW_NUMBER() OVER (
        PARTITION BY "scheduleName", CASE WHEN "scheduleName" IS NULL THEN "host" || ' ' || "paths" END ORDER BY "time" DESC, "id" DESC
      ) AS "age"
      FROM "Snapshot" WHERE "repositoryId" = ${provider === 'sqlite' ? '?' : '$1'}
    ) s`,
    id,
  )
  return {
    snapshots: Number(row?.snapshots ?? 0),
    protectedBytes: row?.protected ?? 0,
    logicalBytes: row?.logical ?? 0,
  }
}

type Room = Pick<RepositoryUsage, 'freeBytes' | 'totalBytes' | 'roomUnknown'>

const unknownRoom = (why: string): Room => ({ freeBytes: null, totalBytes: null, roomUnknown: why })
const elsewhere = unknownRoom('Only of a local repository it can be told how much room is left')

/** As much as Holdfast's user may still use. */
async function roomAt(location: string): Promise<Room> {
  const late = setTimeout(PATIENCE, unknownRoom(`The file system of ${location} does not answer`), { ref: false })
  return Promise.race([roomOf(location), late])
}

async function roomOf(location: string): Promise<Room> {
  try {
    const { bavail, blocks, bsize } = await statfs(location)
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize, roomUnknown: null }
  } catch (error) {
    return unknownRoom(messageOf(error))
  }
}
