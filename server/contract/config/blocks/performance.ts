// How much of the machine and of the network backups may take.
import { bandwidth, flag, group, list, oneOf, percentage, share, threads, timeOfDay, timeZone } from '../fields.ts'

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

export const performance = group({
  resource_limits: group({
    cpu_percentage: percentage().optional(),
    memory_percentage: percentage().optional(),
    disk_io_percentage: percentage().optional(),
    network_bandwidth_limit_mbps: share(0, 1_000_000).optional(),
  }).optional(),
  threading: group({
    backup_threads: threads().optional(),
    restore_threads: threads().optional(),
    verification_threads: threads().optional(),
    compression_threads: threads().optional(),
  }).optional(),
  bandwidth_shaping: group({
    enabled: flag().optional(),
    throttling_schedule: group({
      work_hours: bandwidth().optional(),
      off_hours: bandwidth().optional(),
      work_hours_definition: group({
        days: list(oneOf(weekdays), 1).optional(),
        start: timeOfDay().optional(),
        end: timeOfDay().optional(),
        time_zone: timeZone().optional(),
      }).optional(),
    }).optional(),
  }).optional(),
})
