// What is measured, checked and logged.
import { absolutePath, flag, group, list, minutes, oneOf, whole } from '../fields.ts'

export const metricNames = [
  'backup_success_rate',
  'storage_utilization',
  'backup_duration',
  'network_throughput',
  'compression_ratio',
] as const
export const logLevels = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const

export const monitoring = group({
  enabled: flag().optional(),
  metrics_collection: group({
    collection_interval_minutes: minutes(1440).optional(),
    metrics: list(oneOf(metricNames)).optional(),
  }).optional(),
  health_checks: group({
    storage_connectivity: flag().optional(),
    backup_service_availability: flag().optional(),
    encryption_functionality: flag().optional(),
    catalog_integrity: flag().optional(),
  }).optional(),
  logging: group({
    level: oneOf(logLevels).optional(),
    file_path: absolutePath().optional(),
    rotation: group({
      size_mb: whole(1, 10_240, 'MiB').optional(),
      backup_count: whole(0, 1000).optional(),
    }).optional(),
    sensitive_data_masking: flag().optional(),
  }).optional(),
})
