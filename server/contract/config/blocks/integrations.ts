// Further storages, and the monitoring tools of others.
import { flag, group, host, list, name, oneOf, variable, webAddress } from '../fields.ts'
import { azureKeys, cloudTypes, googleKeys, s3Keys, sftpKeys } from './storage.ts'

/** Which kind each of the guide's names is; other names say it with `type`. */
export const kindsByName: Readonly<Record<string, (typeof integrationKinds)[number]>> = {
  aws_s3: 's3',
  azure_blob: 'azure_blob',
  google_cloud_storage: 'google_cloud_storage',
}
export const integrationKinds = [...cloudTypes, 'sftp', 'local'] as const

/** The keys that each kind knows; references.ts refuses those of another. */
export const keysOfKind: Readonly<Record<(typeof integrationKinds)[number], readonly string[]>> = {
  s3: Object.keys(s3Keys),
  azure_blob: Object.keys(azureKeys),
  google_cloud_storage: Object.keys(googleKeys),
  sftp: Object.keys(sftpKeys),
  local: ['path'],
}
/** Without these a storage of the kind can't be found. */
export const neededOfKind: Readonly<Record<(typeof integrationKinds)[number], readonly string[]>> = {
  s3: ['bucket'],
  azure_blob: ['account_name', 'container'],
  google_cloud_storage: ['bucket'],
  sftp: ['host', 'username', 'path'],
  local: ['path'],
}

export const integrations = group({
  cloud_storage: list(
    group({
      name: name(),
      enabled: flag().optional(),
      type: oneOf(integrationKinds).optional(),
      ...sftpKeys,
      ...azureKeys,
      ...s3Keys,
      ...googleKeys,
    }),
  ).optional(),
  monitoring_tools: list(
    group({
      name: oneOf(['prometheus', 'datadog']),
      enabled: flag().optional(),
      endpoint: webAddress().optional(),
      push_gateway: webAddress().optional(),
      api_key_env_var: variable().optional(),
      site: host().optional(),
    }),
  ).optional(),
})
