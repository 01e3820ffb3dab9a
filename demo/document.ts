// The configuration of the simulated company: three local repositories and the schedules that fill them.
import path from 'node:path'
import { type DataPaths, dataPaths, defaultDocument } from '#server/config/defaults.ts'
import type { ConfigDocument } from '#server/contract/config/document.ts'

/** Where everything of a demo lies. */
export type Places = DataPaths & {
  readonly folder: string
  /** The data folder of its server. */
  readonly dataDir: string
  readonly files: string
  readonly repositories: string
  readonly restored: string
  readonly accounts: string
}

export function placesOf(folder: string): Places {
  const dataDir = path.join(folder, 'server')
  return {
    ...dataPaths(dataDir),
    folder,
    dataDir,
    files: path.join(folder, 'files'),
    repositories: path.join(folder, 'repositories'),
    restored: path.join(folder, 'restored'),
    accounts: path.join(folder, 'accounts.json'),
  }
}

export type Ports = { readonly console: number; readonly api: number }

type Schedules = NonNullable<ConfigDocument['schedules']>

/** The names of the repositories; a document calls the first local one "local". */
export const LOCAL = 'local'
export const WORKSHOP = 'workshop'
export const ARCHIVE = 'archive'
export const repositoryNames = [LOCAL, WORKSHOP, ARCHIVE] as const
export type RepositoryName = (typeof repositoryNames)[number]

/** The name of the schedule that comes last. */
export const HOURLY = 'templates-hourly'

export function demoDocument(places: Places, ports: Ports): ConfigDocument {
  const base = defaultDocument({ dataDir: places.dataDir })
  return {
    ...base,
    metadata: { organization: 'Demo Company' },
    storage: { type: 'local', local: { path: path.join(places.repositories, LOCAL), compression: 'zstd' } },
    encryption: {
      ...base.encryption,
      // The least that is allowed: the demo opens its repositories a thousand times.
      key_derivation: { algorithm: 'PBKDF2', iterations: 100_000 },
    },
    compression: { default_algorithm: 'gzip' },
    schedules: schedulesOf(places),
    integrations: {
      cloud_storage: [WORKSHOP, ARCHIVE].map((name) => ({
        name,
        type: 'local' as const,
        path: path.join(places.repositories, name),
      })),
    },
    console: {
      host: '127.0.0.1',
      port: ports.console,
      public_url: `http://127.0.0.1:${ports.console}/backups`,
    },
    api: { ...base.api, port: ports.api },
  }
}

function schedulesOf({ files }: Places): Schedules {
  const source = (name: string): string[] => [path.join(files, name)]
  return {
    'finance-nightly': {
      type: 'incremental',
      cron_expression: '10 1 * * *',
      include_paths: source('finance'),
      exclude_patterns: ['*.tmp'],
      description: 'Invoices, ledgers and reports',
    },
    'engineering-nightly': {
      type: 'incremental',
      cron_expression: '40 1 * * *',
      include_paths: source('engineering'),
      repository: WORKSHOP,
      exclude_patterns: ['node_modules/', '*.log'],
      description: 'Source code and documents of the engineers',
    },
    'mail-nightly': {
      type: 'incremental',
      cron_expression: '5 2 * * *',
      include_paths: source('mail'),
      description: 'All mailboxes',
    },
    'webshop-nightly': {
      type: 'differential',
      cron_expression: '30 22 * * *',
      time_zone: 'America/New_York',
      include_paths: source('webshop'),
      repository: WORKSHOP,
      description: 'Pages and pictures of the shop, whose team is in New York',
    },
    'databases-daily': {
      type: 'incremental',
      cron_expression: '0 5 * * *',
      include_paths: source('databases'),
      catch_up: 'skip',
      description: 'Dumps of the databases, which are made anew every night',
    },
    'hr-weekly': {
      type: 'full',
      cron_expression: '0 4 * * 0',
      include_paths: source('hr'),
      repository: WORKSHOP,
      description: 'Contracts and applications',
    },
    'legacy-weekly': {
      type: 'full',
      cron_expression: '30 4 * * 6',
      include_paths: source('legacy'),
      description: 'The old file server, until it is switched off',
    },
    'company-weekly': {
      type: 'full',
      cron_expression: '0 7 * * 0',
      include_paths: ['finance', 'engineering', 'webshop', 'hr'].flatMap(source),
      repository: ARCHIVE,
      description: 'Everything that has to be kept for years, in a place of its own',
    },
  }
}

/** The schedule that comes later on: every hour of work. */
export const hourly = ({ files }: Places): Schedules[string] => ({
  type: 'incremental',
  cron_expression: '20 8-17 * * 1-5',
  include_paths: [path.join(files, 'webshop/templates')],
  repository: WORKSHOP,
  catch_up: 'skip',
  description: 'Templates of the shop, every hour of work',
})
