// The repositories that a configuration document asks for: pure, from the document to plans.

import { kindsByName } from '../../contract/config/blocks/integrations.ts'
import type { ConfigDocument } from '../../contract/config/document.ts'
import type { SecretSource } from './secret.ts'

export const repositoryTypes = ['local', 'sftp', 's3', 'azure_blob', 'google_cloud_storage'] as const
export type RepositoryType = (typeof repositoryTypes)[number]

/** What is kept beside the columns. */
export type RepositorySettings = {
  /** Who made the row: one of the document's leaves with it, one of a person stays. */
  readonly origin: 'document' | 'manual'
  /** The algorithm's name, for what goes there. */
  readonly compression?: string | undefined
  readonly retentionDays?: number | undefined
  /** Of PBKDF2, for a repository that is still to be made. */
  readonly iterations?: number | undefined
}

export type RepositoryPlan = {
  readonly name: string
  readonly type: RepositoryType
  /** A path or URL, without any secret. */
  readonly location: string
  readonly secretSource: SecretSource
  readonly settings: Omit<RepositorySettings, 'origin'>
}

/** What holds where the document is silent. */
export type PlanPlaces = {
  /** Where the local repository is when the document names no storage at all. */
  readonly defaultStorage: string
  readonly defaultKey: string
}

type Keys = {
  readonly type?: string | undefined
  readonly path?: string | undefined
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly username?: string | undefined
  readonly bucket?: string | undefined
  readonly prefix?: string | undefined
  readonly account_name?: string | undefined
  readonly container?: string | undefined
  readonly compression?: string | undefined
  readonly retention_days?: number | undefined
}

/** Where all keys come from. */
function keySource(document: ConfigDocument, places: PlanPlaces): SecretSource {
  const management = document.encryption?.key_management
  if (management?.source === 'environment') {
    return { kind: 'environment', name: management.environment_variable ?? 'BACKUP_ENCRYPTION_KEY' }
  }
  if (management?.source === 'hsm') {
    return { kind: 'hsm', module: management.hsm?.module_path ?? '', keyLabel: management.hsm?.key_label ?? '' }
  }
  return { kind: 'key_file', path: management?.file_path ?? places.defaultKey }
}

const joined = (...parts: (string | undefined)[]): string =>
  parts
    .filter((part) => part !== undefined && part !== '')
    .map((part) => part?.replace(/^\/+|\/+$/g, ''))
    .join('/')

/** The address of a storage, without who signs in with what: that is for its driver to look up. */
function locationOf(type: RepositoryType, keys: Keys): string {
  if (type === 'local') return keys.path ?? ''
  if (type === 'sftp') {
    return `sftp://${keys.username}@${keys.host}${keys.port ? `:${keys.port}` : ''}/${joined(keys.path)}`
  }
  if (type === 's3') return `s3://${joined(keys.bucket, keys.prefix)}`
  if (type === 'azure_blob') return `azure://${joined(keys.account_name, keys.container, keys.prefix)}`
  return `gs://${joined(keys.bucket, keys.prefix)}`
}

/**
 * Every storage of the document under the name by which schedules know it; a document that names none gets "local".
 *
 * @param document with the environment's values over it
 */
export function plansOf(document: ConfigDocument, places: PlanPlaces): RepositoryPlan[] {
  const secretSource = keySource(document, places)
  const iterations = document.encryption?.key_derivation?.iterations
  const plan = (name: string, type: RepositoryType, keys: Keys): RepositoryPlan => ({
    name,
    type,
    location: locationOf(type, keys),
    secretSource,
    settings: { compression: keys.compression, retentionDays: keys.retention_days, iterations },
  })
  const plans = new Map<string, RepositoryPlan>()
  const { local, remote, cloud } = document.storage ?? {}
  if (local || !document.storage) {
    plans.set('local', plan('local', 'local', { ...local, path: local?.path ?? places.defaultStorage }))
  }
  if (remote) plans.set('remote', plan('remote', 'sftp', remote))
  if (cloud) plans.set('cloud', plan('cloud', cloud.type, cloud))
  for (const further of document.integrations?.cloud_storage ?? []) {
    const type = further.type ?? kindsByName[further.name]
    if (further.enabled !== false && type && !plans.has(further.name))
      plans.set(further.name, plan(further.name, type, further))
  }
  return [...plans.values()]
}
