// The environment of the server, read here and nowhere else: overrides of the document, and the secrets that the document names.
import path from 'node:path'
import { type Overrides, overrides } from '../contract/config/environment.ts'
import { HoldfastError } from '../contract/errors.ts'

export type Environment = {
  /** What the BACKUP_RECOVERY_* variables say, to be put over the document. */
  readonly overrides: Overrides
  /** Where the catalog is: "file:/absolute/path.db" or "postgresql://..."; undefined for the default. May hold a password: never show it. */
  readonly databaseUrl: string | undefined
  /** The folder for everything that Holdfast itself keeps. */
  readonly dataDir: string
  /** What a job's process gets of the environment: nothing that could hold a secret. */
  readonly forJobs: Readonly<Record<string, string>>
  /** A file whose configuration is to be taken over at the start. */
  readonly configFile: string | undefined
  /** Pages of the console are compiled as they are asked for. */
  readonly consoleDev: boolean
  /** The value of a variable that the document names; undefined when it is not set, or empty. */
  secret(name: string): string | undefined
}

/** Variables besides the overrides, for --help and the documentation. */
export const otherVariables = {
  BACKUP_RECOVERY_DATABASE_PATH:
    'the catalog: the path of an SQLite file, or a postgresql:// URL (default catalog.db in the data folder)',
  HOLDFAST_CONFIG:
    'a configuration file that is taken over when the server starts, when it differs from what was taken over last',
  HOLDFAST_CONSOLE_DEV: '1: pages of the console are compiled as they are asked for, for those who work on them',
  HOLDFAST_DATA_DIR: 'the data folder (default data, in the folder of the program)',
} as const

/** Where programs and caches are found, and in which zone times are shown. */
const passedOn = ['PATH', 'HOME', 'TZ', 'LANG', 'TMPDIR', 'XDG_CACHE_HOME', 'NODE_COMPILE_CACHE'] as const

type Variables = Readonly<Record<string, string | undefined>>

/**
 * Reads and checks all variables. `home`: what relative paths and the default data folder are relative to.
 * @throws `usage` naming every variable that is wrong
 */
export function readEnvironment({
  home,
  variables = process.env,
}: {
  home: string
  variables?: Variables
}): Environment {
  const get = (name: string): string | undefined => variables[name] || undefined
  const values: Record<string, unknown> = {}
  const wrong: string[] = []
  for (const { variable, field, parse, allowed } of overrides) {
    const text = get(variable)
    if (text === undefined) continue
    const value = parse(text.trim())
    if (value === undefined) wrong.push(`${variable} is ${JSON.stringify(text.slice(0, 100))}; allowed is ${allowed}`)
    else values[field] = value
  }
  const database = get('BACKUP_RECOVERY_DATABASE_PATH')
  const databaseUrl = database === undefined ? undefined : urlOf(database, home)
  if (database !== undefined && databaseUrl === undefined) {
    // Not shown: it may hold a password.
    wrong.push('BACKUP_RECOVERY_DATABASE_PATH is neither a path nor a "postgresql://user@host:5432/name" URL')
  }
  if (wrong.length > 0) throw new HoldfastError('usage', `The environment is wrong: ${wrong.join('; ')}`)
  const dataDir = path.resolve(home, get('HOLDFAST_DATA_DIR') ?? 'data')
  const config = get('HOLDFAST_CONFIG')
  return {
    overrides: values as Overrides,
    databaseUrl,
    dataDir,
    forJobs: Object.fromEntries(passedOn.flatMap((name) => [[name, get(name)]]).filter(([, value]) => value)),
    configFile: config && path.resolve(home, config),
    consoleDev: get('HOLDFAST_CONSOLE_DEV') === '1',
    secret: get,
  }
}

function urlOf(given: string, home: string): string | undefined {
  if (/^postgres(ql)?:\/\//i.test(given)) return URL.canParse(given) ? given : undefined
  const file = given.replace(/^file:(\/\/)?/i, '')
  return /^[a-z][a-z0-9+.-]*:/i.test(file) || file === '' || file.includes('\0')
    ? undefined
    : `file:${path.resolve(home, file)}`
}
