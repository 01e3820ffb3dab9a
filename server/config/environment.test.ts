// The environment over the document: what each variable does, and what is said of a wrong one.
import { describe, expect, it } from 'vitest'
import { checkDocument } from '../contract/config/check.ts'
import type { ConfigDocument } from '../contract/config/document.ts'
import { effectOf } from '../contract/config/effect.ts'
import { overrides } from '../contract/config/environment.ts'
import { listenerPlans } from '../contract/config/plans/listeners.ts'
import { missingSecrets } from '../contract/config/plans/secrets.ts'
import { guideText } from '../contract/config/testing.ts'
import { catalogUrl, dataPaths, defaultDocument } from './defaults.ts'
import { effective } from './effective.ts'
import { readEnvironment } from './environment.ts'
import { readDocument } from './read.ts'
import { demandSecrets } from './secrets.ts'

const home = '/srv/holdfast'
const read = (variables: Record<string, string>) => readEnvironment({ home, variables })
const guide = readDocument(guideText()).document ?? {}
const over = (variables: Record<string, string>, document: ConfigDocument = guide): ConfigDocument =>
  effective(document, read(variables)).document

describe('a variable over the document', () => {
  it('changes what it stands for', () => {
    const path = over({ BACKUP_RECOVERY_STORAGE_PATH: '/elsewhere/' })
    expect(path.storage?.local).toEqual({ ...guide.storage?.local, path: '/elsewhere/' })
    expect(path.storage?.type).toBe('hybrid')
    expect(over({ BACKUP_RECOVERY_LOG_LEVEL: 'debug' }).monitoring?.logging?.level).toBe('DEBUG')
    expect(over({ BACKUP_RECOVERY_ENCRYPTION_KEY_PATH: '/k' }).encryption?.key_management).toMatchObject({
      source: 'file',
      file_path: '/k',
    })
    expect(over({ BACKUP_RECOVERY_RETENTION_DAYS: '9' }).global_settings?.backup_retention_days).toBe(9)
    expect(over({ BACKUP_RECOVERY_VERIFICATION_ENABLED: 'false' }).recovery?.verification_enabled).toBe(false)
  })

  it('for compression holds for storages that name one as well', () => {
    const { compression, storage } = over({ BACKUP_RECOVERY_COMPRESSION: 'xz' })
    expect(compression).toEqual({ ...guide.compression, default_algorithm: 'xz' })
    expect([storage?.local?.compression, storage?.cloud?.compression]).toEqual(['xz', undefined])
  })

  it('for retention leaves schedules, policies and storages that name one alone', () => {
    const { schedules, retention_policies, storage } = over({ BACKUP_RECOVERY_RETENTION_DAYS: '1' })
    expect({ schedules, retention_policies, storage }).toEqual({
      schedules: guide.schedules,
      retention_policies: guide.retention_policies,
      storage: guide.storage,
    })
  })

  it('for alerts is whom every alert goes to', () => {
    const { alerts } = over({ BACKUP_RECOVERY_ALERT_EMAIL: 'me@example.com' })
    expect(alerts?.default_recipients).toEqual(['me@example.com'])
    expect(alerts?.alert_triggers?.map(({ recipients }) => recipients)).toEqual(Array(4).fill(['me@example.com']))
  })

  it('for a port moves a listener, and the address of the console with it unless one is given', () => {
    const ports = { HOLDFAST_CONSOLE_PORT: '3100', HOLDFAST_API_PORT: ' 65535 ' }
    const { console, api } = listenerPlans(over(ports, {}))
    expect([console.port, console.publicUrl, api.port]).toEqual([3100, 'http://localhost:3100/backups', 65_535])
    const given = listenerPlans(over(ports, { console: { port: 4000, public_url: 'https://backups.acme.com' } }))
    expect([given.console.port, given.console.publicUrl]).toEqual([3100, 'https://backups.acme.com/backups'])
  })

  it('works on an empty document, and what comes out is a document', () => {
    const all = {
      BACKUP_RECOVERY_STORAGE_PATH: '/backups/',
      BACKUP_RECOVERY_LOG_LEVEL: 'INFO',
      BACKUP_RECOVERY_ENCRYPTION_KEY_PATH: '/secure/backup.key',
      BACKUP_RECOVERY_RETENTION_DAYS: '30',
      BACKUP_RECOVERY_COMPRESSION: 'gzip',
      BACKUP_RECOVERY_VERIFICATION_ENABLED: 'true',
      BACKUP_RECOVERY_ALERT_EMAIL: 'admin@example.com',
      HOLDFAST_CONSOLE_PORT: '3100',
      HOLDFAST_API_PORT: '8181',
    }
    expect(Object.keys(all)).toEqual(overrides.map(({ variable }) => variable))
    for (const document of [{}, guide]) {
      const result = effective(document, read(all))
      expect(checkDocument(result.document).problems.filter(({ severity }) => severity === 'error')).toEqual([])
      expect(result.overridden).toHaveLength(9)
    }
    expect(over(all, {}).storage).toEqual({ type: 'local', local: { path: '/backups/' } })
  })

  it('changes nothing in the document itself', () => {
    const before = structuredClone(guide)
    over({ BACKUP_RECOVERY_COMPRESSION: 'xz', BACKUP_RECOVERY_ALERT_EMAIL: 'a@b.c' })
    expect(guide).toEqual(before)
    expect(over({})).toBe(guide)
  })

  it.each([
    ['BACKUP_RECOVERY_STORAGE_PATH', 'backups'],
    ['BACKUP_RECOVERY_STORAGE_PATH', '/a/../b'],
    ['BACKUP_RECOVERY_LOG_LEVEL', 'LOUD'],
    ['BACKUP_RECOVERY_ENCRYPTION_KEY_PATH', './key'],
    ['BACKUP_RECOVERY_RETENTION_DAYS', '0'],
    ['BACKUP_RECOVERY_RETENTION_DAYS', '30 days'],
    ['BACKUP_RECOVERY_COMPRESSION', 'lzma'],
    ['BACKUP_RECOVERY_VERIFICATION_ENABLED', 'maybe'],
    ['BACKUP_RECOVERY_ALERT_EMAIL', 'admin'],
    ...['0', '65536', '-1', '3000.5', '0x50', '8e3', '030', '3000 4000', 'http'].map((port): [string, string] => [
      'HOLDFAST_CONSOLE_PORT',
      port,
    ]),
    ['HOLDFAST_API_PORT', '99999'],
    ['BACKUP_RECOVERY_DATABASE_PATH', 'mysql://root:secret@host/db'],
  ])('%s=%s is refused by name', (variable, value) => {
    expect(() => read({ [variable]: value })).toThrow(expect.objectContaining({ code: 'usage' }))
    expect(() => read({ [variable]: value })).toThrow(variable)
  })

  it('that is wrong is told together with the others, and one that is empty is not set', () => {
    const variables = { BACKUP_RECOVERY_LOG_LEVEL: 'LOUD', BACKUP_RECOVERY_RETENTION_DAYS: 'x' }
    expect(() => read(variables)).toThrow(/LOG_LEVEL is "LOUD"; allowed is one of .*RETENTION_DAYS/)
    expect(read({ BACKUP_RECOVERY_LOG_LEVEL: '' }).overrides).toEqual({})
  })
})

describe('the catalog', () => {
  it.each([
    [{}, 'file:/srv/holdfast/data/catalog.db'],
    [{ BACKUP_RECOVERY_DATABASE_PATH: '/data/backup_catalog.db' }, 'file:/data/backup_catalog.db'],
    [{ BACKUP_RECOVERY_DATABASE_PATH: 'c.db' }, 'file:/srv/holdfast/c.db'],
    [{ BACKUP_RECOVERY_DATABASE_PATH: 'postgresql://a:b@c:5432/d' }, 'postgresql://a:b@c:5432/d'],
    [{ HOLDFAST_DATA_DIR: '/var/lib/holdfast' }, 'file:/var/lib/holdfast/catalog.db'],
  ])('of %j is %s', (variables, url) => expect(catalogUrl(read(variables))).toBe(url))

  it('with a password is not shown in a message', () => {
    expect(() => read({ BACKUP_RECOVERY_DATABASE_PATH: 'mysql://root:hush@h/d' })).toThrow(/^(?!.*hush)/)
  })
})

describe('variables that the document names', () => {
  const all = [
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'BACKUP_API_KEY',
    'SMTP_USERNAME',
    'SMTP_PASSWORD',
    'SLACK_WEBHOOK_URL',
  ]
  const env = (set: readonly string[]) => ({ secret: (name: string) => (set.includes(name) ? 'x' : undefined) })

  it('are missed only for what is enabled: not SFTP, Azure, Datadog', () => {
    expect(new Set(missingSecrets(guide, env([])).map(({ variable }) => variable))).toEqual(new Set(all))
    expect(missingSecrets(guide, env(all))).toEqual([])
  })

  it('are told with the key that names them and what needs them', () => {
    expect(missingSecrets(guide, env(all.filter((name) => name !== 'SLACK_WEBHOOK_URL')))).toEqual([
      {
        path: 'notifications.channels.slack.webhook_url_env_var',
        variable: 'SLACK_WEBHOOK_URL',
        purpose: 'messages by slack',
        effective: 'later',
      },
    ])
  })

  it('stop the start when what needs them works already', () => {
    expect(() => demandSecrets(guide, env([]))).toThrow(
      /BACKUP_API_KEY \(api\.authentication\.api_key_env_var: the API key/,
    )
    expect(demandSecrets(guide, env(['BACKUP_API_KEY']))).toHaveLength(7)
    const document: ConfigDocument = {
      encryption: { key_management: { source: 'environment', environment_variable: 'MY_KEY' } },
    }
    expect(() => demandSecrets(document, env([]))).toThrow(/MY_KEY \(encryption\.key_management\.environment_variable/)
  })

  it('are those of keys that say so in the table of keys', () => {
    for (const { path, effective: state } of missingSecrets(guide, env([]))) {
      expect(effectOf(path)?.effective, path).toBe(state)
    }
  })
})

describe('the first document', () => {
  it('is right, for this machine only, and all in the data folder', () => {
    const document = defaultDocument({ dataDir: '/srv/data' })
    expect(checkDocument(document)).toEqual({ document, problems: [] })
    expect(dataPaths('/srv/data')).toEqual({
      repository: '/srv/data/repository',
      keyFile: '/srv/data/keys/backup.key',
      catalog: '/srv/data/catalog.db',
      log: '/srv/data/logs/holdfast.log',
    })
    expect(document).toMatchObject({
      storage: { type: 'local', local: { path: '/srv/data/repository' } },
      encryption: { key_management: { source: 'file', file_path: '/srv/data/keys/backup.key' } },
      schedules: {},
      console: { host: '127.0.0.1' },
      api: { host: '127.0.0.1', ssl: { enabled: true } },
    })
    expect(demandSecrets(document, { secret: () => undefined })).toEqual([])
  })
})
