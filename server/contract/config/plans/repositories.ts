// Which repositories a document wants, where they are, and what opens them.
import { kindsByName } from '../blocks/integrations.ts'
import type { ConfigDocument } from '../document.ts'
import type { Plain } from '../paths.ts'
import { type CompressionPlan, compressionPlan } from './compression.ts'

export type RepositoryType = 'local' | 'sftp' | 's3' | 'azure_blob' | 'google_cloud_storage'

/** Where the secret of a repository is; never the secret. */
export type SecretSource =
  | { readonly kind: 'key_file'; readonly path: string }
  | { readonly kind: 'environment'; readonly name: string }
  | {
      readonly kind: 'hsm'
      readonly module: string
      readonly slot: number | null
      readonly token: string | null
      readonly key: string
      readonly pinVariable: string
    }

export type RepositoryPlan = {
  /** local, remote, cloud, or the name in integrations.cloud_storage. */
  readonly name: string
  readonly type: RepositoryType
  /** primary: backups go here unless a schedule says otherwise. secondary: a copy of the primary. further: for schedules that name it. */
  readonly role: 'primary' | 'secondary' | 'further'
  /** A path, or a URL without a secret. */
  readonly location: string
  readonly secretSource: SecretSource
  /** Of PBKDF2, for key slots that are made from now on; undefined: the engine's default. */
  readonly iterations: number | undefined
  /** Undefined: the engine's default. */
  readonly compression: CompressionPlan | undefined
  /** For snapshots that neither a schedule nor a policy says more of. */
  readonly retentionDays: number
  /** Names of the variables with the credentials of the storage, by the key of the document. */
  readonly variables: Readonly<Record<string, string>>
}

/** When the document says nothing. */
export const DEFAULT_RETENTION_DAYS = 30

export type PlanOptions = {
  /** The key file for documents that say nothing of a key. */
  readonly keyFile: string
}

/** The repositories, the primary first. */
export function repositoryPlans(document: ConfigDocument, { keyFile }: PlanOptions): RepositoryPlan[] {
  const roles = rolesOf(document)
  return candidates(document)
    .filter(({ name }) => roles.has(name))
    .map(({ name, type, location, settings }) => ({
      name,
      type,
      role: roles.get(name) ?? 'further',
      location,
      secretSource: secretSourceOf(document, keyFile),
      iterations: document.encryption?.key_derivation?.iterations,
      compression: compressionPlan(document, settings.compression),
      retentionDays:
        settings.retention_days ?? document.global_settings?.backup_retention_days ?? DEFAULT_RETENTION_DAYS,
      variables: variablesOf(settings),
    }))
    .sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role))
}

const order: readonly RepositoryPlan['role'][] = ['primary', 'secondary', 'further']

/** The repository that backups go to unless a schedule names another; undefined without a storage. */
export function primaryName({ storage }: ConfigDocument): string | undefined {
  if (!storage) return undefined
  return storage.type === 'hybrid' ? (storage.hybrid?.primary ?? 'local') : storage.type
}

function rolesOf(document: ConfigDocument): Map<string, RepositoryPlan['role']> {
  const roles = new Map<string, RepositoryPlan['role']>()
  for (const { name, enabled } of document.integrations?.cloud_storage ?? []) {
    if (enabled !== false) roles.set(name, 'further')
  }
  for (const { repository } of Object.values(document.schedules ?? {})) {
    if (repository !== undefined) roles.set(repository, 'further')
  }
  const { storage } = document
  const primary = primaryName(document)
  if (storage?.type === 'hybrid')
    roles.set(storage.hybrid?.secondary ?? (storage.cloud ? 'cloud' : 'remote'), 'secondary')
  if (primary !== undefined) roles.set(primary, 'primary')
  return roles
}

/** What a storage says besides where it is. */
type Settings = {
  readonly type?: string | undefined
  readonly compression?: Parameters<typeof compressionPlan>[1] | undefined
  readonly retention_days?: number | undefined
}
type Candidate = {
  readonly name: string
  readonly type: RepositoryType
  readonly location: string
  readonly settings: Settings
}

/** Every storage that the document describes. */
function candidates({ storage, integrations }: ConfigDocument): Candidate[] {
  const found: Candidate[] = []
  if (storage?.local)
    found.push({ name: 'local', type: 'local', location: storage.local.path, settings: storage.local })
  if (storage?.remote)
    found.push({ name: 'remote', type: 'sftp', location: sftpUrl(storage.remote), settings: storage.remote })
  if (storage?.cloud) {
    const { type } = storage.cloud
    found.push({ name: 'cloud', type, location: objectUrl(type, storage.cloud), settings: storage.cloud })
  }
  for (const item of integrations?.cloud_storage ?? []) {
    const type = item.type ?? kindsByName[item.name]
    if (type === undefined || found.some(({ name }) => name === item.name)) continue
    found.push({ name: item.name, type, location: locationOf(type, item), settings: item })
  }
  return found
}

type Target = {
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly username?: string | undefined
  readonly path?: string | undefined
  readonly bucket?: string | undefined
  readonly region?: string | undefined
  readonly prefix?: string | undefined
  readonly endpoint?: string | undefined
  readonly account_name?: string | undefined
  readonly container?: string | undefined
}

function locationOf(type: RepositoryType, target: Target): string {
  if (type === 'local') return target.path ?? ''
  return type === 'sftp' ? sftpUrl(target) : objectUrl(type, target)
}

const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/')

/** sftp://user@host:port/path */
function sftpUrl({ host = '', port, username = '', path = '/' }: Target): string {
  const place = host.includes(':') ? `[${host}]` : host
  return `sftp://${encodeURIComponent(username)}@${place}${port === undefined || port === 22 ? '' : `:${port}`}${encodePath(path)}`
}

const schemes = { s3: 's3', azure_blob: 'azure', google_cloud_storage: 'gs' } as const

/** s3://bucket/prefix?region=..., azure://account/container/prefix, gs://bucket/prefix */
function objectUrl(type: keyof typeof schemes, target: Target): string {
  const { bucket = '', container = '', account_name: account = '', prefix = '', region, endpoint } = target
  const start = type === 'azure_blob' ? `${account}/${container}` : bucket
  const query = new URLSearchParams()
  if (region !== undefined) query.set('region', region)
  if (endpoint !== undefined) query.set('endpoint', endpoint)
  const path = encodePath([start, ...prefix.split('/').filter((part) => part !== '')].join('/'))
  return `${schemes[type]}://${path}${query.size > 0 ? `?${query}` : ''}`
}

function secretSourceOf({ encryption }: ConfigDocument, keyFile: string): SecretSource {
  const { source, file_path, environment_variable, hsm } = encryption?.key_management ?? {}
  if (source === 'environment' && environment_variable !== undefined) {
    return { kind: 'environment', name: environment_variable }
  }
  if (source === 'hsm' && hsm) {
    const { module_path, slot = null, token_label = null, key_label, pin_env_var } = hsm
    return { kind: 'hsm', module: module_path, slot, token: token_label, key: key_label, pinVariable: pin_env_var }
  }
  return { kind: 'key_file', path: file_path ?? keyFile }
}

const variablesOf = (settings: Settings): Record<string, string> =>
  Object.fromEntries(
    Object.entries(settings as Plain).filter(
      (entry): entry is [string, string] => entry[0].endsWith('_env_var') && typeof entry[1] === 'string',
    ),
  )
