// The last run of each of some schedules.
import { Prisma } from '#generated/sqlite/client.ts'
import type { Db } from '../../db/index.ts'
import { type ListedRow, runColumns } from '../runs/mapping.ts'

/**
 * SQL of the id of the last run of schedule `s`, of those for which `condition` on `r` holds. Of runs that were queued at the same time, as they are
 * after a downtime, one that was not missed says more, then the later slot, then the later id. Each step is a hop along an index: to sort by all of
 * these would read every run of the schedule.
 */
export function lastRunSql(condition: string): string {
  const runs = (what: string, more: string): string =>
    `(SELECT ${what} FROM "Run" r WHERE r."scheduleId" = s."id" AND ${condition}${more}`
  const latest = ` AND r."queuedAt" = ${runs('MAX(r."queuedAt")', '')})`
  const last = ' ORDER BY r."queuedAt" DESC, r."id" DESC LIMIT 1)'
  return `COALESCE(
    ${runs('r."id"', `${latest} AND r."state" <> 'missed'${last}`)},
    ${runs('r."id"', `${latest} AND r."slot" = ${runs('MAX(r."slot")', `${latest})`)}${last}`)},
    ${runs('r."id"', last)})`
}

/**
 * By schedule. One hop along an index for each: a relation with `take: 1` would read all runs of all of them, and throw away all but the last.
 */
export async function lastRunsOf(db: Db, scheduleIds: readonly string[]): Promise<Map<string, ListedRow>> {
  if (scheduleIds.length === 0) return new Map()
  const latest = await db.$queryRaw<{ id: string | null }[]>`
    SELECT ${Prisma.raw(lastRunSql('TRUE'))} AS "id"
    FROM "Schedule" s WHERE s."id" IN (${Prisma.join([...scheduleIds])})`
  const ids = latest.map(({ id }) => id).filter((id) => id !== null)
  if (ids.length === 0) return new Map()
  const rows = await db.run.findMany({ where: { id: { in: ids } }, select: { ...runColumns, scheduleId: true } })
  return new Map(rows.map((row) => [row.scheduleId ?? '', row]))
}
