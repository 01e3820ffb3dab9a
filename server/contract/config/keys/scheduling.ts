// Keys of schedules, advanced_scheduling, compression, retention_policies and cleanup_schedule.
import { type KeyEffect, rowsOf } from './row.ts'

const schedules = rowsOf('schedules', 'now')
const own = rowsOf('schedules', 'now', { beyond: true })
const adaptive = rowsOf('adaptive backup', 'later')
const events = rowsOf('event-driven backup', 'later')
const compression = rowsOf('repositories', 'now')
const retention = rowsOf('retention', 'later')
const cleanup = rowsOf('cleanup', 'later')

const levels: readonly (readonly [name: string, range: string, usual: string])[] = [
  ['gzip', '1 to 9', '6'],
  ['bzip2', '1 to 9', '9'],
  ['xz', '0 to 9', '6'],
  ['7z', '0 to 9', '5'],
  ['zstd', '1 to 19', '3'],
]
const wishInGuide = ['gzip', 'bzip2', 'xz']

const algorithmKeys = levels.flatMap(([name, range, usual]) => {
  const beyond = name === 'zstd'
  const row = rowsOf('repositories', 'now', { beyond })
  const wish = rowsOf('repositories', 'now', { beyond: !wishInGuide.includes(name) })
  const place = `compression.algorithms.${name}`
  return [
    row(`${place}.enabled`, `false: nothing may choose ${name}`, { default: 'true' }),
    row(`${place}.compression_level`, `level, ${range}; counts more than speed_vs_size`, { default: usual }),
    wish(`${place}.speed_vs_size`, 'picks the level where none is set: speed, balanced, size_optimized'),
  ]
})

export const schedulingKeys: readonly KeyEffect[] = [
  schedules('schedules.NAME.type', 'full, incremental or differential'),
  schedules('schedules.NAME.cron_expression', 'when: minute, hour, day of the month, month, day of the week'),
  retention(
    'schedules.NAME.retention_days',
    'how long its snapshots are kept; of this and its policy the longer counts',
    {
      unit: 'days',
      default: 'its policy, its storage, global_settings.backup_retention_days',
    },
  ),
  schedules('schedules.NAME.include_paths', 'what is backed up: absolute paths'),
  schedules(
    'schedules.NAME.exclude_patterns',
    'what is left out, as in .gitignore: *.tmp anywhere, /temp/ at the top of a path',
    {
      default: 'nothing',
    },
  ),
  own('schedules.NAME.enabled', 'false: it never starts by itself', { default: 'true' }),
  own('schedules.NAME.description', 'words for people'),
  own('schedules.NAME.time_zone', 'the time zone of its cron expression', {
    default: 'global_settings.default_timezone',
  }),
  own(
    'schedules.NAME.catch_up',
    'what was missed while the server was down: once (one run at the start), within_window, skip',
    {
      default: 'once',
    },
  ),
  own('schedules.NAME.catch_up_window_minutes', 'within_window: how late a missed run may still start', {
    unit: 'minutes',
    default: '60',
  }),
  rowsOf('retention', 'later', { beyond: true })('schedules.NAME.policy', 'the retention policy of its snapshots'),
  own(
    'schedules.NAME.repository',
    'the storage that it backs up to: local, remote, cloud, or a name of integrations.cloud_storage',
    {
      default: 'the storage that storage.type picks',
    },
  ),
  adaptive('advanced_scheduling.adaptive_backup.enabled', 'start backups when enough has changed', {
    default: 'false',
  }),
  adaptive('advanced_scheduling.adaptive_backup.change_threshold', 'the share of changed bytes that starts one', {
    unit: 'share, 0 to 1',
  }),
  adaptive('advanced_scheduling.adaptive_backup.monitoring_paths', 'what is watched: absolute paths'),
  adaptive('advanced_scheduling.adaptive_backup.max_frequency_minutes', 'the least time between two of them', {
    unit: 'minutes',
  }),
  events('advanced_scheduling.event_driven.enabled', 'start backups on events', { default: 'false' }),
  events('advanced_scheduling.event_driven.triggers[].type', 'file_change or pre_operation'),
  events('advanced_scheduling.event_driven.triggers[].paths', 'file_change: what is watched, absolute paths'),
  events('advanced_scheduling.event_driven.triggers[].operations', 'pre_operation: names of operations'),
  events(
    'advanced_scheduling.event_driven.triggers[].action',
    'immediate_backup (file_change) or backup_before_operation (pre_operation)',
  ),
  compression('compression.default_algorithm', 'gzip, bzip2, xz, 7z, zstd or none', { default: 'zstd' }),
  ...algorithmKeys,
  rowsOf('exports', 'later')('compression.algorithms.7z.encryption', 'exported .7z archives are encrypted', {
    default: 'true',
  }),
  rowsOf('repositories', 'later')(
    'compression.thresholds.min_file_size_kb',
    'smaller files are never compressed alone, only together with others',
    { unit: 'KiB' },
  ),
  compression('compression.thresholds.compression_enabled', 'false: nothing is compressed', { default: 'true' }),
  rowsOf('retention', 'later')('retention_policies.NAME.retention_days', 'days for snapshots of any type', {
    unit: 'days',
    default: 'global_settings.backup_retention_days',
  }),
  ...['full', 'incremental', 'differential'].map((type) =>
    retention(`retention_policies.NAME.${type}_backup_retention_days`, `days for ${type} snapshots`, {
      unit: 'days',
      default: 'retention_days',
    }),
  ),
  retention('retention_policies.NAME.monthly_snapshot_retention_days', 'days for the first snapshot of each month', {
    unit: 'days',
  }),
  retention('retention_policies.NAME.legal_hold_enabled', 'legal holds may be placed on its snapshots', {
    default: 'false',
  }),
  retention(
    'retention_policies.NAME.immutable_backup',
    'what it keeps is locked on the storage until its time is over',
    {
      default: 'false',
    },
  ),
  cleanup('cleanup_schedule.cron_expression', 'when snapshots past their time go, and what nothing needs any more'),
  cleanup('cleanup_schedule.batch_size', 'objects that are deleted at a time', { unit: 'objects' }),
  cleanup('cleanup_schedule.grace_period_hours', 'time between marking and deleting', { unit: 'hours' }),
]
