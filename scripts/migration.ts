// Writes the migration that takes the catalog from prisma/migrated.prisma (what the last migration left) to prisma/models.prisma, for
// both databases: node scripts/migration.ts NAME. Look at what it wrote, mend what loses data, and commit it with the models.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bindMigrationAwareSqlAdapterFactory, type SqlDriverAdapter } from '@prisma/driver-adapter-utils'
import type { DiffParams, DiffResult, DiffTarget } from '@prisma/schema-engine-wasm'
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg'

const PRISMA = fileURLToPath(new URL('../prisma/', import.meta.url))
const MODELS = join(PRISMA, 'models.prisma')
const MIGRATED = join(PRISMA, 'migrated.prisma')

export const providers = ['sqlite', 'postgresql'] as const
export type Provider = (typeof providers)[number]

type Engine = { diff(params: DiffParams): Promise<DiffResult> }

/** What the package exports beside its types: it is made for bundlers, which load the WebAssembly themselves. */
type Glue = {
  __wbg_set_wasm(exports: WebAssembly.Exports): void
  SchemaEngine: {
    new: (
      options: { datamodels?: [string, string][] },
      onLog: (line: string) => void,
      adapter: unknown,
    ) => Promise<Engine>
  }
}

let loaded: Glue | undefined

function load(): Glue {
  if (loaded) return loaded
  const require = createRequire(import.meta.url)
  const file = require.resolve('@prisma/schema-engine-wasm').replace(/schema_engine\.js$/, 'schema_engine_bg.wasm')
  const imports = { './schema_engine_bg.js': glue as unknown as WebAssembly.ModuleImports }
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), imports)
  loaded = glue as unknown as Glue
  loaded.__wbg_set_wasm(exports)
  ;(exports.__wbindgen_start as () => void)()
  return loaded
}

const target = (provider: Provider, models: string): DiffTarget => ({
  tag: 'schemaDatamodel',
  files: [
    { path: 'schema.prisma', content: readFileSync(join(PRISMA, provider, 'schema.prisma'), 'utf8') },
    { path: 'models.prisma', content: models },
  ],
})

/** A connection to no database: models are compared with models, but the engine wants to have one, and asks for its version. */
function nowhere(provider: Provider) {
  const info = { provider: provider === 'sqlite' ? 'sqlite' : 'postgres', adapterName: 'nowhere' } as const
  const adapter: SqlDriverAdapter = {
    ...info,
    queryRaw: async () => ({ columnNames: [], columnTypes: [], rows: [] }),
    executeRaw: async () => 0,
    executeScript: async () => undefined,
    startTransaction: () => Promise.reject(new Error('there is no database to begin a transaction in')),
    getConnectionInfo: () => ({ supportsRelationJoins: false }),
    dispose: async () => undefined,
  }
  const connect = async () => adapter
  return { ...info, connect, connectToShadowDb: connect }
}

/** Which schema the tables are in is the connection's to say. */
const withoutSchema = (sql: string): string => sql.replace(/^-- CreateSchema\nCREATE SCHEMA.*\n\n/m, '')

/** Byte order, as SQLite has it: otherwise lists would be sorted, and paged, by the rules of whatever language the server was set up in. */
const byteOrder = (sql: string): string => sql.replace(/^(\s+"\w+" TEXT)\b/gm, '$1 COLLATE "C"')

/**
 * The SQL that turns the tables of one set of models into those of another; '' when they are the same.
 *
 * @param from the models before, undefined for none
 */
export async function difference(provider: Provider, from: string | undefined, to: string): Promise<string> {
  const engine = await load().SchemaEngine.new(
    {},
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(nowhere(provider)),
  )
  const { stdout } = await engine.diff({
    from: from === undefined ? { tag: 'empty' } : target(provider, from),
    to: target(provider, to),
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  })
  const sql = stdout ?? ''
  if (/^-- This is an empty migration/m.test(sql)) return ''
  return provider === 'postgresql' ? withoutSchema(byteOrder(sql)) : sql
}

/** 20260504030201, after every migration that there is. */
function stamp(): string {
  const now = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  const last = providers
    .flatMap((provider) => readdirSync(join(PRISMA, provider, 'migrations')))
    .map((name) => name.slice(0, 14))
    .sort()
    .at(-1)
  return last !== undefined && last >= now ? String(BigInt(last) + 1n) : now
}

async function main(name: string | undefined): Promise<void> {
  if (name === undefined || !/^[a-z][a-z0-9_]*$/.test(name)) {
    console.error('usage: node scripts/migration.ts NAME (lower case letters, digits and _, e.g. runs_have_hosts)')
    process.exitCode = 2
    return
  }
  const from = existsSync(MIGRATED) ? readFileSync(MIGRATED, 'utf8') : undefined
  const to = readFileSync(MODELS, 'utf8')
  const folder = `${stamp()}_${name}`
  for (const provider of providers) {
    const sql = await difference(provider, from, to)
    if (sql === '') return console.log('The tables are what the models say: there is nothing to migrate.')
    const path = join(PRISMA, provider, 'migrations', folder)
    mkdirSync(path, { recursive: true })
    writeFileSync(join(path, 'migration.sql'), sql)
    console.log(join(path, 'migration.sql'))
  }
  copyFileSync(MODELS, MIGRATED)
}

if (import.meta.main) await main(process.argv[2])
