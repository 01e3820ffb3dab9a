// How long snapshots are kept, and when what is past it goes.
import { cron, days, flag, group, named, whole } from '../fields.ts'

const retentionPolicy = group({
  retention_days: days().optional(),
  full_backup_retention_days: days().optional(),
  incremental_backup_retention_days: days().optional(),
  differential_backup_retention_days: days().optional(),
  monthly_snapshot_retention_days: days().optional(),
  legal_hold_enabled: flag().optional(),
  immutable_backup: flag().optional(),
})

export const retentionPolicies = named(retentionPolicy)

export const cleanupSchedule = group({
  cron_expression: cron().optional(),
  batch_size: whole(1, 100_000).optional(),
  grace_period_hours: whole(0, 8760, 'hours').optional(),
})
