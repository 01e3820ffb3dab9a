// How snapshots are proved, and how restores work.
import { days, flag, group, minutes, threads } from '../fields.ts'

export const recovery = group({
  verification_enabled: flag().optional(),
  parallel_restore_threads: threads().optional(),
  restore_validation: group({
    checksum_verification: flag().optional(),
    file_integrity_check: flag().optional(),
    metadata_validation: flag().optional(),
  }).optional(),
  rollback_enabled: flag().optional(),
  point_in_time_recovery: group({
    enabled: flag().optional(),
    granularity_minutes: minutes(1440).optional(),
    log_retention_days: days().optional(),
  }).optional(),
})
