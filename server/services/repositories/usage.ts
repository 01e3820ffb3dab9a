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

const id = z.string().min(1).max(200)

export const usageInput = z.strictObject({ id, ...dayFields })
/** As many as fit into an address. */
export const usagesInput = z.strictObject({ ids: z.array(id).min(1).max(100), ...dayFields })

export type UsageDay = {
  /** YYYY-MM-DD; the values are those of the end of the day. */
  readonly day: string
  readonly storedBytes: number | null
  readonly logicalBytes: number | null
  readonly snapshots: number | null
}

export type RepositoryUsage = {
  readonly id: string
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
  { id: wanted, ...input }: DayInput & { readonly id: string },
  now: number,
): Promise<RepositoryUsage> {
  const [found] = await repositoryUsages(catalog, { ids: [wanted], ...input }, now)
  if (found) return found
  throw new HoldfastError('not_found', `There is no repository ${wanted}`)
}

/** Of many in as many statements as of one, by name; those that don't exist are left out. @throws `usage` for a zone that does not exist */
export async function repositoryUsages(
  catalog: Catalog,
  { ids, ...input }: DayInput & { readonly ids: readonly string[] },
  now: number,
): Promise<RepositoryUsage[]> {
  const days = lastDays(input, now)
  const rows = await catalog.db.repository.findMany({ where: { id: { in: [...ids] } }, orderBy: { name: 'asc' } })
  const names = rows.map(({ name }) => name)
  const [series, growth, figures, rooms] = await Promise.all([
    seriesOf(catalog, names, days),
    growthOf(catalog, names, now),
    snapshotFigures(
      catalog,
      rows.map((row) => row.id),
    ),
    Promise.all(rows.map(({ type, location }) => (type === 'local' ? roomAt(location) : elsewhere))),
  ])
  return rows.map((row, i) => {
    const storedBytes = row.lastSyncAt === null ? null : Number(row.storedBytes)
    const snapshots = figures.get(row.id) ?? NONE
    const growthPerDay = growth(row.name)
    const room = rooms[i] ?? elsewhere
    return {
      id: row.id,
      at: isoTime(now),
      measuredAt: timeText(row.lastSyncAt),
      storedBytes,
      packs: row.lastSyncAt === null ? null : row.packCount,
      ...snapshots,
      ratio: storedBytes ? snapshots.logicalBytes / storedBytes : null,
      growthPerDay,
      ...room,
      daysUntilFull: daysUntilFull(room.freeBytes, growthPerDay),
      timezone: input.timezone,
      days: series(row.name),
    }
  })
}

async function seriesOf(catalog: Catalog, names: readonly string[], days: Days): Promise<(name: string) => UsageDay[]> {
  const [stored, logical, snapshots] = await Promise.all([
    valuesAtDayEnds(catalog, 'repository.stored_bytes', names, days),
    valuesAtDayEnds(catalog, 'repository.logical_bytes', names, days),
    valuesAtDayEnds(catalog, 'repository.snapshots', names, days),
  ])
  return (name) =>
    days.names.map((day, i) => ({
      day,
      storedBytes: stored.get(name)?.[i] ?? null,
      logicalBytes: logical.get(name)?.[i] ?? null,
      snapshots: snapshots.get(name)?.[i] ?? null,
    }))
}

/** Days of 24 hours that end now, so that the zone makes no difference. */
async function growthOf(
  catalog: Catalog,
  names: readonly string[],
  now: number,
): Promise<(name: string) => number | null> {
  const bounds = Array.from({ length: GROWTH_DAYS + 1 }, (_, i) => now + 1 - (GROWTH_DAYS - i) * DAY)
  const days = { names: [], bounds, start: now + 1 - GROWTH_DAYS * DAY, end: now + 1 }
  const values = await valuesAtDayEnds(catalog, 'repository.stored_bytes', names, days)
  return (name) => slopeOf(values.get(name) ?? [])
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

const NONE: Figures = { snapshots: 0, protectedBytes: 0, logicalBytes: 0 }

type FigureRow = {
  readonly id: string
  readonly snapshots: number | bigint
  readonly protected: number
  readonly logical: number
}

/** By repository, of those that have snapshots. A source is a schedule; without one, what a host backed up of the same folders. */
async function snapshotFigures({ db, provider }: Catalog, ids: readonly string[]): Promise<Map<string, Figures>> {
  if (ids.length === 0) return new Map()
  const places = ids.map((_, i) => (provider === 'sqlite' ? '?' : `$${i + 1}`))
  const rows = await db.$queryRawUnsafe<FigureRow[]>(
    `SELECT "id", COUNT(*) AS "snapshots", CAST(SUM("bytes") AS double precision) AS "logical",
      CAST(SUM(CASE WHEN "age" = 1 THEN "bytes" END) AS double precision) AS "protected"
    FROM (
      SELECT "repositoryId" AS "id", "bytes", ROW_NUMBER() OVER (
        PARTITION BY "repositoryId", "scheduleName", CASE WHEN "scheduleName" IS NULL THEN "host" || ' ' || "paths" END
        ORDER BY "time" DESC, "id" DESC
      ) AS "age"
      FROM "Snapshot" WHERE "repositoryId" IN (${places.join(', ')})
    ) s GROUP BY "id"`,
    ...ids,
  )
  return new Map(
    rows.map((row) => [
      row.id,
      { snapshots: Number(row.snapshots), protectedBytes: row.protected, logicalBytes: row.logical },
    ]),
  )
}

type Room = Pick<RepositoryUsage, 'freeBytes' | 'totalBytes' | 'roomUnknown'>

const unknownRoom = (why: string): Room => ({ freeBytes: null, totalBytes: null, roomUnknown: why })
const elsewhere = unknownRoom('Only of a local repository it can be told how much room is left')

/** Questions that a file system has not answered yet: a dead mount holds one of the process's few threads, however often it is asked for. */
const asked = new Map<string, Promise<Room>>()

/** As much as Holdfast's user may still use. */
async function roomAt(location: string): Promise<Room> {
  const late = setTimeout(PATIENCE, unknownRoom(`The file system of ${location} does not answer`), { ref: false })
  const answer = asked.get(location) ?? roomOf(location).finally(() => asked.delete(location))
  asked.set(location, answer)
  return Promise.race([answer, late])
}

async function roomOf(location: string): Promise<Room> {
  try {
    const { bavail, blocks, bsize } = await statfs(location)
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize, roomUnknown: null }
  } catch (error) {
    return unknownRoom(messageOf(error))
  }
}
