// The environment variables that override the document: which key each stands for, and what it may be.
import { logLevels } from './blocks/monitoring.ts'
import { compressionNames } from './compression-table.ts'
import type { ConfigDocument } from './document.ts'
import { isEmail } from './network.ts'

/** Values from the environment, checked. What is not set is absent. */
export type Overrides = {
  readonly storagePath?: string
  readonly logLevel?: (typeof logLevels)[number]
  readonly encryptionKeyPath?: string
  readonly retentionDays?: number
  readonly compression?: (typeof compressionNames)[number] | 'none'
  readonly verificationEnabled?: boolean
  readonly alertEmail?: string
  readonly consolePort?: number
  readonly apiPort?: number
}

export type Override<K extends keyof Overrides = keyof Overrides> = {
  readonly variable: string
  readonly field: K
  /** Follows "allowed is". */
  readonly allowed: string
  /** The value of the text; undefined for what is not allowed. */
  readonly parse: (text: string) => Overrides[K] | undefined
  /** The keys that it takes the place of, for documentation and the console. */
  readonly keys: string
  readonly apply: (document: ConfigDocument, value: NonNullable<Overrides[K]>) => ConfigDocument
}

/** By the name of the listener: an error about a port says how to choose another. */
export const portVariables = { console: 'HOLDFAST_CONSOLE_PORT', API: 'HOLDFAST_API_PORT' } as const

/** Ties the types of a row to its field. */
const row = <K extends keyof Overrides>(override: Override<K>): Override => override as unknown as Override

const absolute = (text: string): string | undefined =>
  text.startsWith('/') && !text.includes('\0') && !text.split('/').includes('..') ? text : undefined

const oneOf = <T extends string>(values: readonly T[], text: string): T | undefined =>
  values.find((value) => value.toLowerCase() === text.toLowerCase())

/** Digits alone: Number() would take "0x50" and "8e3" as well. */
const port = (text: string): number | undefined =>
  /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined
const allowedPort = 'a port from 1 to 65535'

const truths: Readonly<Record<string, boolean>> = {
  true: true,
  '1': true,
  yes: true,
  false: false,
  '0': false,
  no: false,
}

/** Compression chosen for a storage counts more than the default, so it is overridden there too. */
function withCompression(document: ConfigDocument, algorithm: NonNullable<Overrides['compression']>): ConfigDocument {
  const { storage } = document
  const compression = { ...document.compression, default_algorithm: algorithm }
  if (!storage) return { ...document, compression }
  const changed = { ...storage }
  if (changed.local?.compression) changed.local = { ...changed.local, compression: algorithm }
  if (changed.remote?.compression) changed.remote = { ...changed.remote, compression: algorithm }
  if (changed.cloud?.compression) changed.cloud = { ...changed.cloud, compression: algorithm }
  return { ...document, compression, storage: changed }
}

export const overrides: readonly Override[] = [
  row({
    variable: 'BACKUP_RECOVERY_STORAGE_PATH',
    field: 'storagePath',
    allowed: 'an absolute path such as "/backups/"',
    parse: absolute,
    keys: 'storage.local.path',
    apply: (document, path) => ({
      ...document,
      storage: { type: 'local', ...document.storage, local: { ...document.storage?.local, path } },
    }),
  }),
  row({
    variable: 'BACKUP_RECOVERY_LOG_LEVEL',
    field: 'logLevel',
    allowed: `one of ${logLevels.join(', ')}`,
    parse: (text) => oneOf(logLevels, text),
    keys: 'monitoring.logging.level',
    apply: (document, level) => ({
      ...document,
      monitoring: { ...document.monitoring, logging: { ...document.monitoring?.logging, level } },
    }),
  }),
  row({
    variable: 'BACKUP_RECOVERY_ENCRYPTION_KEY_PATH',
    field: 'encryptionKeyPath',
    allowed: 'an absolute path such as "/secure/backup.key"',
    parse: absolute,
    keys: 'encryption.key_management.file_path, and source is "file"',
    apply: (document, path) => ({
      ...document,
      encryption: {
        ...document.encryption,
        key_management: { ...document.encryption?.key_management, source: 'file', file_path: path },
      },
    }),
  }),
  row({
    variable: 'BACKUP_RECOVERY_RETENTION_DAYS',
    field: 'retentionDays',
    allowed: 'a whole number of days from 1 to 36525',
    parse: (text) => (/^[1-9]\d{0,4}$/.test(text) && Number(text) <= 36_525 ? Number(text) : undefined),
    keys: 'global_settings.backup_retention_days',
    apply: (document, days) => ({
      ...document,
      global_settings: { ...document.global_settings, backup_retention_days: days },
    }),
  }),
  row({
    variable: 'BACKUP_RECOVERY_COMPRESSION',
    field: 'compression',
    allowed: `one of ${[...compressionNames, 'none'].join(', ')}`,
    parse: (text) => oneOf([...compressionNames, 'none'] as const, text),
    keys: 'compression.default_algorithm, and compression of the storages that name one',
    apply: withCompression,
  }),
  row({
    variable: 'BACKUP_RECOVERY_VERIFICATION_ENABLED',
    field: 'verificationEnabled',
    allowed: 'true or false',
    parse: (text) => (Object.hasOwn(truths, text.toLowerCase()) ? truths[text.toLowerCase()] : undefined),
    keys: 'recovery.verification_enabled',
    apply: (document, enabled) => ({ ...document, recovery: { ...document.recovery, verification_enabled: enabled } }),
  }),
  row({
    variable: 'BACKUP_RECOVERY_ALERT_EMAIL',
    field: 'alertEmail',
    allowed: 'a mail address such as "admin@example.com"',
    parse: (text) => (isEmail(text) ? text : undefined),
    keys: 'alerts.default_recipients, and the recipients of every alert_trigger',
    apply: (document, address) => ({
      ...document,
      alerts: {
        ...document.alerts,
        default_recipients: [address],
        ...(document.alerts?.alert_triggers && {
          alert_triggers: document.alerts.alert_triggers.map((trigger) => ({ ...trigger, recipients: [address] })),
        }),
      },
    }),
  }),
  row({
    variable: portVariables.console,
    field: 'consolePort',
    allowed: allowedPort,
    parse: port,
    keys: 'console.port',
    apply: (document, value) => ({ ...document, console: { ...document.console, port: value } }),
  }),
  row({
    variable: portVariables.API,
    field: 'apiPort',
    allowed: allowedPort,
    parse: port,
    keys: 'api.port',
    apply: (document, value) => ({ ...document, api: { ...document.api, port: value } }),
  }),
]

/** The document that counts: the stored one with the environment's values in it. */
export function withOverrides(document: ConfigDocument, values: Overrides): ConfigDocument {
  return overrides.reduce((current, { field, apply }) => {
    const value = values[field]
    return value === undefined ? current : apply(current, value)
  }, document)
}
