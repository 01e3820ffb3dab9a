// What the overview needs of schedules and repositories: a few index look-ups each, however many runs and snapshots there are.
import type { Catalog } from '../../db/index.ts'
import { dateOf } from '../../lib/clock.ts'
import { lastRunSql } from '../schedules/last-runs.ts'

export type RunEnd = {
  readonly id: string
  readonly state: string
  /** When it ended, or was found to be missed (ms). */
  readonly at: number
  readonly slot: number | null
  readonly errorCode: string | null
  readonly errorMessage: string | null
}

/** Times are milliseconds since 1970. */
export type ScheduleState = {
  readonly id: string
  readonly name: string
  readonly enabled: boolean
  readonly pausedAt: number | null
  readonly pausedBy: string | null
  readonly createdAt: number
  /** Null until the scheduler has looked at it. */
  readonly nextSlot: number | null
  readonly cron: string
  readonly timezone: string
  /** The last run that came to an end that says something: not one that somebody started by hand and cancelled. */
  readonly last: RunEnd | undefined
  readonly lastSuccess: RunEnd | undefined
}

const MAX_SCHEDULES = 1000
const MAX_REPOSITORIES = 200
/** A snapshot may be so old before it should have been verified (ms). */
export const VERIFIED_WITHIN = 7 * 86_400_000

const lastRun = (states: string): string => lastRunSql(`r."state" IN (${states})`)

const LAST_RUNS = `SELECT s."id" AS "id",
  ${lastRunSql(`(r."state" IN ('succeeded', 'warning', 'failed', 'missed', 'orphaned') OR (r."state" = 'cancelled' AND r."slot" IS NOT NULL))`)} AS "last",
  ${lastRun(`'succeeded', 'warning'`)} AS "success"
  FROM "Schedule" s WHERE s."removedAt" IS NULL ORDER BY s."name" LIMIT ${MAX_SCHEDULES}`

type LastRuns = { readonly id: string; readonly last: string | null; readonly success: string | null }

/** The schedules that there are, with how their last runs ended. */
export async function scheduleStates({ db }: Catalog): Promise<ScheduleState[]> {
  const [rows, lasts] = await Promise.all([
    db.schedule.findMany({ where: { removedAt: null }, orderBy: { name: 'asc' }, take: MAX_SCHEDULES }),
    db.$queryRawUnsafe<LastRuns[]>(LAST_RUNS),
  ])
  const ids = lasts.flatMap(({ last, success }) => [last, success]).filter((id) => id !== null)
  const runs = await db.run.findMany({
    where: { id: { in: [...new Set(ids)] } },
    select: {
      id: true,
      state: true,
      queuedAt: true,
      finishedAt: true,
      slot: true,
      errorCode: true,
      errorMessage: true,
    },
  })
  const ends = new Map(
    runs.map(({ queuedAt, finishedAt, slot, ...run }): [string, RunEnd] => [
      run.id,
      { ...run, at: (finishedAt ?? queuedAt).getTime(), slot: slot?.getTime() ?? null },
    ]),
  )
  const byId = new Map(lasts.map((each) => [each.id, each]))
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    enabled: row.enabled,
    pausedAt: row.pausedAt?.getTime() ?? null,
    pausedBy: row.pausedBy,
    createdAt: row.createdAt.getTime(),
    nextSlot: row.nextSlot?.getTime() ?? null,
    cron: row.cron,
    timezone: row.timezone,
    last: ends.get(byId.get(row.id)?.last ?? ''),
    lastSuccess: ends.get(byId.get(row.id)?.success ?? ''),
  }))
}

export type RepositoryState = {
  readonly id: string
  readonly name: string
  readonly verifyState: string
  readonly lastVerifiedAt: number | null
  readonly storedBytes: number
  /** The oldest snapshot that should have been verified by now and never was. */
  readonly unverified: SnapshotState | undefined
  readonly damaged: SnapshotState | undefined
  readonly hasSnapshots: boolean
  /** Of a verified one: how many snapshots were not there yet, and are not proved. */
  readonly newer: number
}

export type SnapshotState = { readonly id: string; readonly snapshotId: string; readonly time: number }

/** The repositories in use, with what is known about whether they can be read. */
export async function repositoryStates({ db }: Catalog, now: number): Promise<RepositoryState[]> {
  const rows = await db.repository.findMany({
    where: { archivedAt: null },
    orderBy: { name: 'asc' },
    take: MAX_REPOSITORIES,
  })
  const select = { id: true, snapshotId: true, time: true } as const
  return Promise.all(
    rows.map(async ({ id, name, verifyState, lastVerifiedAt, storedBytes }) => {
      const [unverified, damaged, any, newer] = await Promise.all([
        db.snapshot.findFirst({
          where: { repositoryId: id, verifiedAt: null, time: { lt: dateOf(now - VERIFIED_WITHIN) } },
          orderBy: { time: 'asc' },
          select,
        }),
        db.snapshot.findFirst({ where: { repositoryId: id, verifyState: 'damaged' }, select }),
        db.snapshot.findFirst({ where: { repositoryId: id }, select: { id: true } }),
        verifyState === 'ok'
          ? db.snapshot.count({ where: { repositoryId: id, verifyState: { in: ['unknown', 'structure'] } } })
          : 0,
      ])
      return {
        id,
        name,
        verifyState,
        lastVerifiedAt: lastVerifiedAt?.getTime() ?? null,
        storedBytes: Number(storedBytes),
        unverified: snapshotOf(unverified),
        damaged: snapshotOf(damaged),
        hasSnapshots: any !== null,
        newer,
      }
    }),
  )
}

const snapshotOf = (row: { id: string; snapshotId: string; time: Date } | null): SnapshotState | undefined =>
  row ? { ...row, time: row.time.getTime() } : undefined
