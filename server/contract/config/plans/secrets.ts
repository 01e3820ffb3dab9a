// Which environment variables a document needs, and which of them are not set.
import type { ConfigDocument } from '../document.ts'
import { isObject } from '../paths.ts'
import { oidcPlan } from './access.ts'
import { storageRoles } from './storages.ts'

export type SecretUse = {
  /** The key that names the variable, e.g. "notifications.channels.slack.webhook_url_env_var". */
  readonly path: string
  readonly variable: string
  /** What can't work without it. */
  readonly purpose: string
  /** Whether what needs it is built already, or comes with a later issue. */
  readonly effective: 'now' | 'later'
}

/** The variables that what is enabled needs. */
export const secretUses = (document: ConfigDocument): SecretUse[] => [
  ...keyUses(document),
  ...storageUses(document),
  ...accessUses(document),
  ...channelUses(document),
  ...toolUses(document),
]

/** Those of them that are not set, or empty. */
export const missingSecrets = (
  document: ConfigDocument,
  env: { secret(name: string): string | undefined },
): SecretUse[] => secretUses(document).filter(({ variable }) => !env.secret(variable))

/** Every key of `settings` that names a variable. */
function usesIn(path: string, settings: unknown, purpose: string, effective: SecretUse['effective']): SecretUse[] {
  if (!isObject(settings)) return []
  return Object.entries(settings).flatMap(([key, value]) =>
    key.endsWith('_env_var') && typeof value === 'string'
      ? [{ path: `${path}.${key}`, variable: value, purpose, effective }]
      : [],
  )
}

function keyUses({ encryption }: ConfigDocument): SecretUse[] {
  const keys = encryption?.key_management
  if (keys?.source === 'environment' && keys.environment_variable !== undefined) {
    const path = 'encryption.key_management.environment_variable'
    return [{ path, variable: keys.environment_variable, purpose: 'the key of the repositories', effective: 'now' }]
  }
  return keys?.source === 'hsm' ? usesIn('encryption.key_management.hsm', keys.hsm, 'the PIN of the HSM', 'later') : []
}

function storageUses(document: ConfigDocument): SecretUse[] {
  const used = storageRoles(document)
  const { storage, integrations } = document
  const purposeOf = (name: string): string => `the credentials of the storage "${name}"`
  const blocks = (['remote', 'cloud'] as const).filter((name) => used.has(name))
  return [
    ...blocks.flatMap((name) => usesIn(`storage.${name}`, storage?.[name], purposeOf(name), 'later')),
    ...(integrations?.cloud_storage ?? []).flatMap((item, i) =>
      used.has(item.name) && item.enabled !== false
        ? usesIn(`integrations.cloud_storage[${i}]`, item, purposeOf(item.name), 'later')
        : [],
    ),
  ]
}

function accessUses({ api, authentication, ...rest }: ConfigDocument): SecretUse[] {
  const withApi = api?.enabled !== false && api?.authentication?.enabled !== false
  const oidc = oidcPlan({ ...rest, authentication })
  return [
    ...(withApi ? usesIn('api.authentication', api?.authentication, 'the API key of programs', 'now') : []),
    ...(oidc ? usesIn('authentication.oidc', authentication?.oidc, `sign-in through ${oidc.name}`, 'now') : []),
  ]
}

function channelUses({ notifications }: ConfigDocument): SecretUse[] {
  return Object.entries(notifications?.channels ?? {}).flatMap(([name, channel]) =>
    channel?.enabled === false ? [] : usesIn(`notifications.channels.${name}`, channel, `messages by ${name}`, 'later'),
  )
}

function toolUses({ integrations }: ConfigDocument): SecretUse[] {
  return (integrations?.monitoring_tools ?? []).flatMap((tool, i) =>
    tool.enabled === false
      ? []
      : usesIn(`integrations.monitoring_tools[${i}]`, tool, `metrics for ${tool.name}`, 'later'),
  )
}
