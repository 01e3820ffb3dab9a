// Which migrations there are, which of them a catalog has, and what follows from that. The table is Prisma's own.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'
import { HoldfastError } from '../contract/errors.ts'

export type Migration = { readonly name: string; readonly sql: string; readonly checksum: string }

/** A row of the history; `finished` is false when one was begun and never ended. */
export type Applied = { readonly name: string; readonly checksum: string; readonly finished: boolean }

/** Holds sqlite/migrations and postgresql/migrations. */
export const migrationsRoot = fileURLToPath(new URL('../../prisma/', import.meta.url))

/** All migrations for the database, in the order in which they are applied. */
export function knownMigrations(root: string, provider: 'sqlite' | 'postgresql'): Migration[] {
  const folder = path.join(root, provider, 'migrations')
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const sql = readFileSync(path.join(folder, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    })
}

/** What is still to apply.
 *
 * @param where the catalog, for messages
 * @throws `unsupported` when a newer Holdfast made it, `refused` when its history is not what it should be
 */
export function pending(known: readonly Migration[], applied: readonly Applied[], where: string): Migration[] {
  const byName = new Map(known.map((migration) => [migration.name, migration]))
  for (const { name, checksum, finished } of applied) {
    const migration = byName.get(name)
    if (!migration) {
      const message = `${where} was made by a newer Holdfast: this one does not know its migration ${name}. Start the newer one again, or put back a copy that was kept before it`
      throw new HoldfastError('unsupported', message)
    }
    if (!finished) {
      throw new HoldfastError('refused', `${where}: its migration ${name} was begun by another tool and never ended`)
    }
    if (migration.checksum !== checksum) {
      const message = `${where}: its migration ${name} is not the one that this Holdfast has; a migration must never change once it was applied`
      throw new HoldfastError('refused', message)
    }
  }
  const done = new Set(applied.map(({ name }) => name))
  return known.filter(({ name }) => !done.has(name))
}

/** The statement that makes the history, as `prisma migrate` does. */
export const historyTable = (
  time: 'DATETIME' | 'TIMESTAMPTZ',
): string => `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL, "checksum" VARCHAR(64) NOT NULL, "finished_at" ${time},
  "migration_name" VARCHAR(255) NOT NULL, "logs" TEXT, "rolled_back_at" ${time},
  "started_at" ${time} NOT NULL DEFAULT CURRENT_TIMESTAMP, "applied_steps_count" INTEGER NOT NULL DEFAULT 0)`
