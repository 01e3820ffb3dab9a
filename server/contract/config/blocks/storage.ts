// Where repositories live.
import { z } from 'zod'
import { absolutePath, days, flag, group, host, oneOf, port, variable, webAddress, words } from '../fields.ts'
import { compressionChoice } from './compression.ts'

export const storageTypes = ['local', 'remote', 'cloud', 'hybrid'] as const
export const cloudTypes = ['s3', 'azure_blob', 'google_cloud_storage'] as const

/** What holds for a storage of any kind. */
const common = {
  retention_days: days().optional(),
  compression: compressionChoice().optional(),
  encryption: flag().optional(),
}

/** Keys of one kind of storage, used by `storage` and by `integrations.cloud_storage`. */
export const sftpKeys = {
  host: host().optional(),
  port: port().optional(),
  username: words(100).optional(),
  password_env_var: variable().optional(),
  private_key_path: absolutePath().optional(),
  passphrase_env_var: variable().optional(),
  /** SHA256:..., as ssh-keygen -l prints it. */
  host_key_fingerprint: words(100).optional(),
  path: absolutePath().optional(),
}
export const s3Keys = {
  bucket: words(255).optional(),
  region: words(100).optional(),
  prefix: words(500).optional(),
  /** For services that speak S3 and aren't AWS. */
  endpoint: webAddress().optional(),
  access_key_env_var: variable().optional(),
  secret_key_env_var: variable().optional(),
}
export const azureKeys = {
  account_name: words(100).optional(),
  container: words(255).optional(),
  prefix: words(500).optional(),
  endpoint: webAddress().optional(),
  account_key_env_var: variable().optional(),
}
export const googleKeys = {
  bucket: words(255).optional(),
  prefix: words(500).optional(),
  endpoint: webAddress().optional(),
  credentials_path: absolutePath().optional(),
}

const remote = group({
  type: oneOf(['sftp']),
  ...sftpKeys,
  host: host(),
  username: words(100),
  path: absolutePath(),
  ...common,
})

const cloud = z.discriminatedUnion('type', [
  group({ type: z.literal('s3'), ...s3Keys, bucket: words(255), ...common }),
  group({ type: z.literal('azure_blob'), ...azureKeys, account_name: words(100), container: words(255), ...common }),
  group({ type: z.literal('google_cloud_storage'), ...googleKeys, bucket: words(255), ...common }),
])

export const storage = group({
  type: oneOf(storageTypes),
  local: group({ path: absolutePath(), ...common }).optional(),
  remote: remote.optional(),
  cloud: cloud.optional(),
  hybrid: group({
    primary: words(100),
    secondary: words(100),
    sync_strategy: oneOf(['async_replication', 'sync', 'scheduled']).optional(),
  }).optional(),
})
