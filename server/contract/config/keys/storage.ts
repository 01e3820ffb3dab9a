// Keys of metadata, global_settings, storage and encryption.
import { type KeyEffect, rowsOf } from './row.ts'

const about = rowsOf('the document itself', 'now')
const globally = rowsOf('everywhere', 'later')
const repositories = rowsOf('repositories', 'now')
const retention = rowsOf('retention', 'later')
const sftp = rowsOf('SFTP storage', 'later')
const sftpOwn = rowsOf('SFTP storage', 'later', { beyond: true })
const cloud = rowsOf('cloud storage', 'later')
const cloudOwn = rowsOf('cloud storage', 'later', { beyond: true })
const replication = rowsOf('replication', 'later')
const keys = rowsOf('repositories, key slots', 'now')
const hsm = rowsOf('key slots', 'later', { beyond: true })

const ALWAYS = 'repositories are always encrypted: false is accepted with a warning and has no effect'

/** What every storage may say. */
const common = (name: string, beyond: boolean, inGuide: readonly string[] = []): KeyEffect[] => {
  const own = (key: string) => ({ beyond: beyond || !inGuide.includes(key) })
  return [
    rowsOf('retention', 'later', own('retention_days'))(
      `storage.${name}.retention_days`,
      'how long snapshots on it are kept, unless a schedule or its policy says so',
      { unit: 'days', default: 'global_settings.backup_retention_days' },
    ),
    rowsOf('repositories', name === 'local' ? 'now' : 'later', own('compression'))(
      `storage.${name}.compression`,
      'compression of what goes there: gzip, bzip2, xz, 7z, zstd, none',
      { default: 'compression.default_algorithm' },
    ),
    rowsOf('repositories', 'now', own('encryption'))(`storage.${name}.encryption`, ALWAYS, { default: 'true' }),
  ]
}

export const storageKeys: readonly KeyEffect[] = [
  about('metadata.version', 'version of the file, for its readers; Holdfast counts versions itself'),
  about('metadata.last_updated', 'when the file was written, for its readers; ISO 8601'),
  about('metadata.organization', 'whose configuration it is, for its readers'),
  globally('global_settings.company_name', 'the name that the console, reports and messages show'),
  rowsOf('schedules', 'now')('global_settings.default_timezone', 'time zone of schedules that name none', {
    default: 'UTC',
  }),
  retention(
    'global_settings.backup_retention_days',
    'how long snapshots are kept where nothing more specific is said',
    {
      unit: 'days',
      default: '30',
    },
  ),
  repositories('global_settings.encryption_enabled', ALWAYS, { default: 'true' }),
  repositories('storage.type', 'where backups go: local, remote, cloud, or hybrid (two of them)'),
  repositories('storage.local.path', 'the folder of the repository'),
  ...common('local', false, ['retention_days', 'compression', 'encryption']),
  sftp('storage.remote.type', 'sftp'),
  sftp('storage.remote.host', 'name or address of the server'),
  sftp('storage.remote.port', 'its port', { default: '22' }),
  sftp('storage.remote.username', 'the account there'),
  sftp('storage.remote.password_env_var', 'the variable with its password'),
  sftpOwn('storage.remote.private_key_path', 'a private key, instead of a password'),
  sftpOwn('storage.remote.passphrase_env_var', 'the variable with the passphrase of the private key'),
  sftpOwn('storage.remote.host_key_fingerprint', 'the key that the server must show (SHA256:...)'),
  sftp('storage.remote.path', 'the folder of the repository there'),
  ...common('remote', true),
  cloud('storage.cloud.type', 's3, azure_blob or google_cloud_storage'),
  cloud('storage.cloud.bucket', 's3, google_cloud_storage: the bucket'),
  cloud('storage.cloud.region', 's3: its region'),
  cloudOwn('storage.cloud.prefix', 'what the names of all objects begin with, so that several can share a bucket'),
  cloudOwn('storage.cloud.endpoint', 'address of a service that speaks the same protocol'),
  cloud('storage.cloud.access_key_env_var', 's3: the variable with the access key id'),
  cloud('storage.cloud.secret_key_env_var', 's3: the variable with the secret key'),
  cloudOwn('storage.cloud.account_name', 'azure_blob: the account'),
  cloudOwn('storage.cloud.container', 'azure_blob: the container'),
  cloudOwn('storage.cloud.account_key_env_var', 'azure_blob: the variable with the key of the account'),
  cloudOwn('storage.cloud.credentials_path', 'google_cloud_storage: the file with the credentials'),
  ...common('cloud', true),
  repositories(
    'storage.hybrid.primary',
    'the storage that backups go to: local, remote, cloud, or a name of integrations.cloud_storage',
    {
      default: 'local',
    },
  ),
  replication('storage.hybrid.secondary', 'the storage that gets a copy of everything', {
    default: 'cloud, else remote',
  }),
  replication('storage.hybrid.sync_strategy', 'async_replication, sync or scheduled', { default: 'async_replication' }),
  repositories('encryption.enabled', ALWAYS, { default: 'true' }),
  repositories('encryption.algorithm', 'AES-256-GCM; there is no other', { default: 'AES-256-GCM' }),
  repositories('encryption.key_size', '256; there is no other', { unit: 'bits', default: '256' }),
  keys('encryption.key_derivation.algorithm', 'PBKDF2 (with HMAC-SHA-256); there is no other', { default: 'PBKDF2' }),
  keys(
    'encryption.key_derivation.iterations',
    'rounds of PBKDF2 for key slots that are made from now on, at least 100000',
    {
      default: '600000',
    },
  ),
  keys('encryption.key_derivation.salt_size', 'the least size of the salt; it always has 256 bits', {
    unit: 'bits',
    default: '256',
  }),
  keys('encryption.key_management.source', 'where the key is: file, environment, or (later) hsm', { default: 'file' }),
  keys('encryption.key_management.file_path', 'file: the key file, readable by its owner alone', {
    default: 'keys/backup.key in the data folder',
  }),
  keys('encryption.key_management.environment_variable', 'environment: the variable with the key'),
  hsm('encryption.key_management.hsm.module_path', 'hsm: the PKCS#11 module'),
  hsm('encryption.key_management.hsm.slot', 'hsm: number of the slot'),
  hsm('encryption.key_management.hsm.token_label', 'hsm: name of the token, instead of the slot'),
  hsm('encryption.key_management.hsm.key_label', 'hsm: name of the key'),
  hsm('encryption.key_management.hsm.pin_env_var', 'hsm: the variable with the PIN'),
]
