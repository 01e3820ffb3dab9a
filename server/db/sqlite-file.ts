// The catalog's SQLite file before Prisma sees it: made, checked for damage, copied, migrated.
import { randomUUID } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import Database from 'better-sqlite3'
import { HoldfastError, messageOf } from '../contract/errors.ts'
import { type Clock, isoTime } from '../lib/clock.ts'
import { translated } from './errors.ts'
import { type Applied, historyTable, type Migration, pending } from './migrations.ts'

/** So many copies from before migrations are kept. */
export const COPIES_KEPT = 5

/** How long a migration of another process is waited for (ms). */
const WAIT = 60_000

/** Where the copies of a catalog are. */
export const copiesFolder = (file: string): string => `${file}.copies`

/** Names of the copies, the newest first. */
export function copiesOf(file: string): string[] {
  if (!fs.existsSync(copiesFolder(file))) return []
  return fs
    .readdirSync(copiesFolder(file))
    .filter((name) => name.endsWith('.db'))
    .sort()
    .reverse()
}

/** Makes the file if there is none; it and what SQLite puts beside it are the owner's alone. */
function make(file: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  // Only when there is none: to close a file drops every lock that this process has on it, those of an open catalog too.
  if (!fs.existsSync(file)) fs.closeSync(fs.openSync(file, 'a', 0o600))
  if ((fs.statSync(file).mode & 0o777) !== 0o600) fs.chmodSync(file, 0o600)
  fs.accessSync(path.dirname(file), fs.constants.W_OK)
}

/** @returns the error that says how a damaged catalog is cured */
export function damaged(file: string, finding: string, options?: ErrorOptions): HoldfastError {
  const [newest] = copiesOf(file)
  const copy =
    newest === undefined
      ? 'there is no older copy of it'
      : `the newest copy is ${path.join(copiesFolder(file), newest)}`
  const cure = `Move it away (with its -wal and -shm), put back a copy (${copy}) or start with none, then "holdfast catalog rebuild" brings the snapshots back from the repositories. The backups themselves are not touched`
  return new HoldfastError('damaged', `The catalog ${file} is damaged: ${finding}. ${cure}`, options)
}

/** Turns what SQLite and the file system say into errors that name the file. */
function onFile<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const known = translated(error)
    if (!(known instanceof HoldfastError)) throw error
    if (known.code === 'damaged' && known !== error) throw damaged(file, messageOf(error), { cause: error })
    throw known === error ? error : new HoldfastError(known.code, `${file}: ${known.message}`, { cause: error })
  }
}

function check(database: Database.Database, file: string): void {
  const findings = database.pragma('quick_check(3)') as { quick_check: string }[]
  const bad = findings.map((row) => row.quick_check).filter((text) => text !== 'ok')
  if (bad.length > 0)
    throw damaged(
      file,
      bad
        .join('; ')
        .replace(/\*\*\* in database main \*\*\*\s*/g, '')
        .replaceAll('\n', '; '),
    )
}

const hasTable = (database: Database.Database, name: string): boolean =>
  database.prepare('SELECT 1 FROM sqlite_schema WHERE type = ? AND name = ?').get('table', name) !== undefined

function history(database: Database.Database, file: string): Applied[] {
  if (hasTable(database, '_prisma_migrations')) {
    const rows = database
      .prepare('SELECT migration_name, checksum, finished_at FROM "_prisma_migrations" WHERE rolled_back_at IS NULL')
      .all() as { migration_name: string; checksum: string; finished_at: unknown }[]
    return rows.map((row) => ({ name: row.migration_name, checksum: row.checksum, finished: row.finished_at !== null }))
  }
  if (database.prepare('SELECT 1 FROM sqlite_schema').get() !== undefined) {
    throw new HoldfastError('refused', `${file} is the database of another program: it has tables, but no history`)
  }
  return []
}

/** A whole, consistent copy of the catalog as it is; it appears under its name only when it is complete. */
function keepCopy(database: Database.Database, file: string, clock: Clock, before: string): void {
  const folder = copiesFolder(file)
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  const time = isoTime(clock.now()).replaceAll(/[-:]|\.\d+/g, '')
  const target = path.join(folder, `${time}-before-${before}.db`)
  const partial = path.join(folder, `${randomUUID()}.partial`)
  try {
    database.prepare('VACUUM INTO ?').run(partial)
    fs.chmodSync(partial, 0o600)
    const descriptor = fs.openSync(partial, 'r+')
    fs.fsyncSync(descriptor)
    fs.closeSync(descriptor)
    fs.renameSync(partial, target)
  } finally {
    fs.rmSync(partial, { force: true })
  }
  for (const old of copiesOf(file).slice(COPIES_KEPT)) fs.rmSync(path.join(folder, old))
}

/** All that is pending in one transaction: a crash leaves the catalog as it was. */
function apply(database: Database.Database, known: readonly Migration[], file: string): void {
  const record =
    'INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at, applied_steps_count) VALUES (?, ?, ?, CURRENT_TIMESTAMP, 1)'
  const work = database.transaction(() => {
    const todo = pending(known, history(database, file), `The catalog ${file}`)
    database.exec(historyTable('DATETIME'))
    for (const { name, sql, checksum } of todo) {
      try {
        database.exec(sql)
      } catch (error) {
        const known = translated(error)
        if (known instanceof HoldfastError) throw error
        throw new HoldfastError('internal', `Migration ${name} failed: ${messageOf(error)}`, { cause: error })
      }
      database.prepare(record).run(randomUUID(), checksum, name)
    }
    const [orphan] = database.pragma('foreign_key_check') as { table: string }[]
    if (orphan)
      throw new HoldfastError('internal', `A migration would leave rows of ${orphan.table} that refer to nothing`)
  })
  work.immediate()
}

/**
 * Makes the file ready for use.
 *
 * @param backup whether a copy is kept before the first migration
 * @throws `damaged`, `denied`, `no_space`, `refused`, `unsupported`: nothing was changed
 */
export function prepareSqlite(file: string, known: readonly Migration[], clock: Clock, backup: boolean): void {
  onFile(file, () => {
    make(file)
    const database = new Database(file, { timeout: WAIT })
    try {
      check(database, file)
      database.pragma('journal_mode = WAL')
      database.pragma('synchronous = FULL')
      // Migrations make tables anew; references are checked when all is done.
      database.pragma('foreign_keys = OFF')
      const applied = history(database, file)
      const [first] = pending(known, applied, `The catalog ${file}`)
      if (!first) return
      if (backup && applied.length > 0) keepCopy(database, file, clock, first.name)
      apply(database, known, file)
    } finally {
      database.close()
    }
  })
}
