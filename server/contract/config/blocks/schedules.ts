// When backups start, and of what.
import { z } from 'zod'
import {
  absolutePath,
  cron,
  days,
  flag,
  group,
  list,
  minutes,
  name,
  named,
  oneOf,
  pattern,
  share,
  timeZone,
  words,
} from '../fields.ts'

export const snapshotTypes = ['full', 'incremental', 'differential'] as const
export const catchUps = ['once', 'within_window', 'skip'] as const

export const schedule = group({
  type: oneOf(snapshotTypes),
  cron_expression: cron(),
  retention_days: days().optional(),
  include_paths: list(absolutePath(), 1),
  exclude_patterns: list(pattern()).optional(),
  enabled: flag().optional(),
  description: words(500).optional(),
  time_zone: timeZone().optional(),
  catch_up: oneOf(catchUps).optional(),
  catch_up_window_minutes: minutes(43_200).optional(),
  policy: name().optional(),
  repository: name().optional(),
})

export const schedules = named(schedule)

const fileChange = group({
  type: z.literal('file_change'),
  paths: list(absolutePath(), 1),
  action: oneOf(['immediate_backup']),
})
const preOperation = group({
  type: z.literal('pre_operation'),
  operations: list(name(), 1),
  action: oneOf(['backup_before_operation']),
})

export const advancedScheduling = group({
  adaptive_backup: group({
    enabled: flag().optional(),
    change_threshold: share(0, 1).optional(),
    monitoring_paths: list(absolutePath()).optional(),
    max_frequency_minutes: minutes().optional(),
  }).optional(),
  event_driven: group({
    enabled: flag().optional(),
    triggers: list(z.discriminatedUnion('type', [fileChange, preOperation])).optional(),
  }).optional(),
})
