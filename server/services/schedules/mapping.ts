// Schedules as the services give them out: plain JSON.
import type { Prisma } from '#generated/sqlite/client.ts'
import { isoTime } from '../../lib/clock.ts'
import { nextSlots, timetable } from '../../runtime/slots.ts'
import { type ListedRow, type RunItem, runItem, timeText } from '../runs/mapping.ts'

export const scheduleInclude = { repository: { select: { name: true } } } as const satisfies Prisma.ScheduleInclude
export type ListedSchedule = Prisma.ScheduleGetPayload<{ include: typeof scheduleInclude }>

export type ScheduleItem = {
  readonly id: string
  readonly name: string
  readonly type: 'full' | 'incremental' | 'differential'
  readonly cron: string
  readonly timezone: string
  readonly includePaths: readonly string[]
  readonly excludePatterns: readonly string[]
  readonly retentionDays: number | null
  readonly policyName: string | null
  readonly repositoryId: string | null
  readonly repositoryName: string | null
  readonly catchUp: string
  readonly enabled: boolean
  /** All times are ISO 8601. */
  readonly pausedAt: string | null
  readonly pausedBy: string | null
  readonly removedAt: string | null
  readonly createdAt: string
  readonly updatedAt: string
  /** When it runs next; empty while it is paused, off or removed. */
  readonly nextSlots: readonly string[]
  readonly lastRun: RunItem | null
}

/** @param last its last run; @param count how many of the next slots */
export function scheduleItem(
  row: ListedSchedule,
  last: ListedRow | undefined,
  now: number,
  count: number,
): ScheduleItem {
  const runs = row.enabled && row.pausedAt === null && row.removedAt === null
  return {
    id: row.id,
    name: row.name,
    type: row.type as ScheduleItem['type'],
    cron: row.cron,
    timezone: row.timezone,
    includePaths: JSON.parse(row.includePaths) as string[],
    excludePatterns: JSON.parse(row.excludePatterns) as string[],
    retentionDays: row.retentionDays,
    policyName: row.policyName,
    repositoryId: row.repositoryId,
    repositoryName: row.repository?.name ?? null,
    catchUp: row.catchUp,
    enabled: row.enabled,
    pausedAt: timeText(row.pausedAt),
    pausedBy: row.pausedBy,
    removedAt: timeText(row.removedAt),
    createdAt: isoTime(row.createdAt.getTime()),
    updatedAt: isoTime(row.updatedAt.getTime()),
    nextSlots: runs ? slotTexts(row, now, count) : [],
    lastRun: last ? runItem(last, null) : null,
  }
}

/** The next slots, ISO 8601. @throws `usage` for a bad expression or zone */
export const slotTexts = (when: { cron: string; timezone: string }, now: number, count: number): string[] =>
  nextSlots(timetable(when.cron, when.timezone), now, count).map(isoTime)
