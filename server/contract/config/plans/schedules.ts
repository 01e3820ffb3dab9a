// Schedules with every default filled in.
import type { ConfigDocument, ScheduleSettings } from '../document.ts'
import { primaryName } from './storages.ts'

export type SchedulePlan = {
  readonly name: string
  readonly type: ScheduleSettings['type']
  /** Five fields, or a macro such as @daily. */
  readonly cron: string
  readonly timezone: string
  readonly includePaths: readonly string[]
  readonly excludePatterns: readonly string[]
  /** What the schedule itself says; null: its policy or its storage says it. */
  readonly retentionDays: number | null
  readonly policyName: string | null
  readonly repositoryName: string
  readonly catchUp: NonNullable<ScheduleSettings['catch_up']>
  /** For `within_window`: how late a missed slot may still be run. */
  readonly catchUpWindowMinutes: number
  readonly enabled: boolean
  readonly description: string
}

export const DEFAULT_TIME_ZONE = 'UTC'
const DEFAULT_WINDOW_MINUTES = 60

/** A document may say "/srv/./files"; what is asked of a job may not. */
const withoutDots = (path: string): string =>
  path
    .split('/')
    .filter((part) => part !== '.')
    .join('/') || '/'

/** In the document's order. */
export function schedulePlans(document: ConfigDocument): SchedulePlan[] {
  const zone = document.global_settings?.default_timezone ?? DEFAULT_TIME_ZONE
  return Object.entries(document.schedules ?? {}).map(([name, schedule]) => ({
    name,
    type: schedule.type,
    cron: schedule.cron_expression,
    timezone: schedule.time_zone ?? zone,
    includePaths: schedule.include_paths.map(withoutDots),
    excludePatterns: schedule.exclude_patterns ?? [],
    retentionDays: schedule.retention_days ?? null,
    policyName: schedule.policy ?? null,
    repositoryName: schedule.repository ?? primaryName(document),
    catchUp: schedule.catch_up ?? 'once',
    catchUpWindowMinutes: schedule.catch_up_window_minutes ?? DEFAULT_WINDOW_MINUTES,
    enabled: schedule.enabled ?? true,
    description: schedule.description ?? '',
  }))
}
