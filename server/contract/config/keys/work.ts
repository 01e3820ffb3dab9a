// Keys of recovery, performance and integrations.
import { type KeyEffect, rowsOf } from './row.ts'

const backups = rowsOf('runs', 'now')
const restores = rowsOf('restores', 'now')
const undo = rowsOf('restores', 'later')
const pointInTime = rowsOf('point-in-time recovery', 'later')
const limits = rowsOf('resource limits', 'later')
const shaping = rowsOf('bandwidth', 'later')
const shapingOwn = rowsOf('bandwidth', 'later', { beyond: true })
const further = rowsOf('further storages', 'later')
const furtherOwn = rowsOf('further storages', 'later', { beyond: true })
const tools = rowsOf('monitoring tools', 'later')

export const workKeys: readonly KeyEffect[] = [
  backups(
    'recovery.verification_enabled',
    'the structure of each new snapshot is checked after its backup; no data is read back',
    { default: 'true' },
  ),
  restores(
    'recovery.parallel_restore_threads',
    'threads of a restore; of this and performance.threading.restore_threads the lower counts',
    {
      unit: 'threads',
      default: 'one for each processor',
    },
  ),
  restores(
    'recovery.restore_validation.checksum_verification',
    'chunks are checked against their ids; always done, false has no effect',
    {
      default: 'true',
    },
  ),
  restores(
    'recovery.restore_validation.file_integrity_check',
    'what was written is read back, and content and metadata are compared',
    {
      default: 'true',
    },
  ),
  restores(
    'recovery.restore_validation.metadata_validation',
    'the same: what was written is read back when either of the two is true',
    {
      default: 'true',
    },
  ),
  undo('recovery.rollback_enabled', 'a snapshot of the target is taken before a restore overwrites anything'),
  pointInTime('recovery.point_in_time_recovery.enabled', 'snapshots of what changed between the scheduled ones'),
  pointInTime('recovery.point_in_time_recovery.granularity_minutes', 'how often', { unit: 'minutes' }),
  pointInTime('recovery.point_in_time_recovery.log_retention_days', 'how long they are kept', { unit: 'days' }),
  limits('performance.resource_limits.cpu_percentage', 'share of all processors', { unit: '%' }),
  limits('performance.resource_limits.memory_percentage', 'share of the memory of the machine', { unit: '%' }),
  limits('performance.resource_limits.disk_io_percentage', 'share of the time in which disks are used', { unit: '%' }),
  limits('performance.resource_limits.network_bandwidth_limit_mbps', 'over all transfers together', { unit: 'Mbit/s' }),
  backups('performance.threading.backup_threads', 'threads of a backup', {
    unit: 'threads',
    default: 'one for each processor',
  }),
  restores('performance.threading.restore_threads', 'threads of a restore', {
    unit: 'threads',
    default: 'one for each processor',
  }),
  backups('performance.threading.verification_threads', 'threads of a verification', {
    unit: 'threads',
    default: 'one for each processor',
  }),
  limits('performance.threading.compression_threads', 'threads that compress at a time', { unit: 'threads' }),
  shaping('performance.bandwidth_shaping.enabled', 'bandwidth by time of day'),
  shaping('performance.bandwidth_shaping.throttling_schedule.work_hours', 'in working hours, such as "20 Mbps"'),
  shaping('performance.bandwidth_shaping.throttling_schedule.off_hours', 'at all other times'),
  ...[
    ['days', 'the working days', 'mon to fri'],
    ['start', 'when they begin', '09:00'],
    ['end', 'when they end', '17:00'],
    ['time_zone', 'the time zone of these', 'global_settings.default_timezone'],
  ].map(([key, meaning = '', value = '']) =>
    shapingOwn(`performance.bandwidth_shaping.throttling_schedule.work_hours_definition.${key}`, meaning, {
      default: value,
    }),
  ),
  further('integrations.cloud_storage[].name', 'what schedules and storage.hybrid call it'),
  further('integrations.cloud_storage[].enabled', 'false: it is not used', { default: 'true' }),
  furtherOwn('integrations.cloud_storage[].type', 's3, azure_blob, google_cloud_storage, sftp or local', {
    default: 'told by the names aws_s3, azure_blob, google_cloud_storage',
  }),
  furtherOwn('integrations.cloud_storage[].host', 'sftp: name or address of the server'),
  furtherOwn('integrations.cloud_storage[].port', 'sftp: its port', { default: '22' }),
  furtherOwn('integrations.cloud_storage[].username', 'sftp: the account there'),
  furtherOwn('integrations.cloud_storage[].password_env_var', 'sftp: the variable with its password'),
  furtherOwn('integrations.cloud_storage[].private_key_path', 'sftp: a private key, instead of a password'),
  furtherOwn('integrations.cloud_storage[].passphrase_env_var', 'sftp: the variable with its passphrase'),
  furtherOwn('integrations.cloud_storage[].host_key_fingerprint', 'sftp: the key that the server must show'),
  furtherOwn('integrations.cloud_storage[].path', 'sftp, local: the folder of the repository'),
  further('integrations.cloud_storage[].region', 's3: its region'),
  further('integrations.cloud_storage[].bucket', 's3, google_cloud_storage: the bucket'),
  furtherOwn('integrations.cloud_storage[].prefix', 'what the names of all objects begin with'),
  furtherOwn('integrations.cloud_storage[].endpoint', 'address of a service that speaks the same protocol'),
  further('integrations.cloud_storage[].access_key_env_var', 's3: the variable with the access key id'),
  further('integrations.cloud_storage[].secret_key_env_var', 's3: the variable with the secret key'),
  further('integrations.cloud_storage[].account_name', 'azure_blob: the account'),
  further('integrations.cloud_storage[].container', 'azure_blob: the container'),
  further('integrations.cloud_storage[].account_key_env_var', 'azure_blob: the variable with the key of the account'),
  further('integrations.cloud_storage[].credentials_path', 'google_cloud_storage: the file with the credentials'),
  tools('integrations.monitoring_tools[].name', 'prometheus or datadog'),
  tools('integrations.monitoring_tools[].enabled', 'false: it gets nothing', { default: 'true' }),
  tools('integrations.monitoring_tools[].endpoint', 'prometheus: its address, to link to'),
  tools('integrations.monitoring_tools[].push_gateway', 'prometheus: the gateway that metrics are pushed to'),
  tools('integrations.monitoring_tools[].api_key_env_var', 'datadog: the variable with the API key'),
  tools('integrations.monitoring_tools[].site', 'datadog: the site of the account'),
]
