// The last run of each of some schedules.
import { Prisma } from '#generated/sqlite/client.ts'
import type { Db } from '../../db/index.ts'
import { type ListedRow, runColumns } from '../runs/mapping.ts'

/**
 * By schedule. One hop along an index for each: a relation with `take: 1` would read all runs of all of them, and throw away all but the last.
 */
export async function lastRunsOf(db: Db, scheduleIds: readonly string[]): Promise<Map<string, ListedRow>> {
  if (scheduleIds.length === 0) return new Map()
  const latest = await db.$queryRaw<{ id: string | null }[]>`
    SELECT (SELECT r."id" FROM "Run" r WHERE r."scheduleId" = s."id" ORDER BY r."queuedAt" DESC, r."id" DESC LIMIT 1) AS "id"
    FROM "Schedule" s WHERE s."id" IN (${Prisma.join([...scheduleIds])})`
  const ids = latest.map(({ id }) => id).filter((id) => id !== null)
  if (ids.length === 0) return new Map()
  const rows = await db.run.findMany({ where: { id: { in: ids } }, select: { ...runColumns, scheduleId: true } })
  return new Map(rows.map((row) => [row.scheduleId ?? '', row]))
}
