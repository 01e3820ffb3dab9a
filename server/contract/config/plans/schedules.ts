// Schedules and policies with every default filled in.
import type { ConfigDocument, PolicySettings, ScheduleSettings } from '../document.ts'
import { DEFAULT_RETENTION_DAYS, primaryName } from './repositories.ts'

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
  /** Null when there is no storage at all. */
  readonly repositoryName: string | null
  readonly catchUp: NonNullable<ScheduleSettings['catch_up']>
  /** For `within_window`: how late a missed slot may still be run. */
  readonly catchUpWindowMinutes: number
  readonly enabled: boolean
  readonly description: string
}

export const DEFAULT_TIME_ZONE = 'UTC'
const DEFAULT_WINDOW_MINUTES = 60

/** In the document's order. */
export function schedulePlans(document: ConfigDocument): SchedulePlan[] {
  const zone = document.global_settings?.default_timezone ?? DEFAULT_TIME_ZONE
  return Object.entries(document.schedules ?? {}).map(([name, schedule]) => ({
    name,
    type: schedule.type,
    cron: schedule.cron_expression,
    timezone: schedule.time_zone ?? zone,
    includePaths: schedule.include_paths,
    excludePatterns: schedule.exclude_patterns ?? [],
    retentionDays: schedule.retention_days ?? null,
    policyName: schedule.policy ?? null,
    repositoryName: schedule.repository ?? primaryName(document) ?? null,
    catchUp: schedule.catch_up ?? 'once',
    catchUpWindowMinutes: schedule.catch_up_window_minutes ?? DEFAULT_WINDOW_MINUTES,
    enabled: schedule.enabled ?? true,
    description: schedule.description ?? '',
  }))
}

export type PolicyPlan = {
  readonly name: string
  /** As in the document; empty for a default that is not in it. */
  readonly settings: PolicySettings
  /** Days by the type of snapshot. */
  readonly days: { readonly full: number; readonly incremental: number; readonly differential: number }
  /** The first snapshot of each month is kept so long; null: as any other. */
  readonly monthlyDays: number | null
  readonly legalHold: boolean
  readonly immutable: boolean
}

/** In the document's order; `default` is always there. */
export function policyPlans(document: ConfigDocument): PolicyPlan[] {
  const fallback = document.global_settings?.backup_retention_days ?? DEFAULT_RETENTION_DAYS
  const policies = { ...document.retention_policies }
  if (!Object.hasOwn(policies, 'default')) policies.default = {}
  return Object.entries(policies).map(([name, settings]) => {
    const days = settings.retention_days ?? fallback
    return {
      name,
      settings,
      days: {
        full: settings.full_backup_retention_days ?? days,
        incremental: settings.incremental_backup_retention_days ?? days,
        differential: settings.differential_backup_retention_days ?? days,
      },
      monthlyDays: settings.monthly_snapshot_retention_days ?? null,
      legalHold: settings.legal_hold_enabled ?? false,
      immutable: settings.immutable_backup ?? false,
    }
  })
}
