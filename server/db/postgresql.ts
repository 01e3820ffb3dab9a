// The catalog's PostgreSQL database before Prisma sees it, and the locks that make it behave as SQLite does.
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { HoldfastError, messageOf } from '../contract/errors.ts'
import { translated } from './errors.ts'
import { type Applied, historyTable, type Migration, pending } from './migrations.ts'
import { locks } from './place.ts'

async function history(client: pg.Client, where: string): Promise<Applied[]> {
  const { rows } = await client.query<{ history: string | null; tables: string }>(
    `SELECT to_regclass('"_prisma_migrations"')::text AS history,
            (SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema()) AS tables`,
  )
  if (rows[0]?.history != null) {
    const applied = await client.query<{ name: string; checksum: string; finished: boolean }>(
      `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
       FROM "_prisma_migrations" WHERE rolled_back_at IS NULL`,
    )
    return applied.rows
  }
  if (Number(rows[0]?.tables) > 0) {
    throw new HoldfastError('refused', `${where} belongs to another program: it has tables, but no history`)
  }
  return []
}

async function apply(client: pg.Client, known: readonly Migration[], where: string): Promise<void> {
  await client.query(`SELECT pg_advisory_xact_lock(${locks.migrating})`)
  const todo = pending(known, await history(client, where), where)
  if (todo.length === 0) return
  await client.query(historyTable('TIMESTAMPTZ'))
  for (const { name, sql, checksum } of todo) {
    try {
      await client.query(sql)
    } catch (error) {
      if (translated(error) !== error) throw error
      throw new HoldfastError('internal', `Migration ${name} failed: ${messageOf(error)}`, { cause: error })
    }
    await client.query(
      'INSERT INTO "_prisma_migrations" (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ($1, $2, $3, now(), 1)',
      [randomUUID(), checksum, name],
    )
  }
}

/**
 * Applies what is pending, in one transaction and under a lock: of several servers that start at once one migrates.
 *
 * @param shown the address without its password, for messages
 * @throws `unavailable`, `denied`, `refused`, `unsupported`: nothing was changed
 */
export async function preparePostgres(url: string, shown: string, known: readonly Migration[]): Promise<void> {
  const where = `The catalog ${shown}`
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  // A connection that breaks fails the query at hand, and that is where it is reported.
  client.on('error', () => undefined)
  try {
    await client.connect()
    // When this process is killed the server notices within seconds, and gives up the migration.
    await client.query("SET client_connection_check_interval = '2s'")
    await client.query('BEGIN')
    await apply(client, known, where)
    await client.query('COMMIT')
  } catch (error) {
    const known = translated(error)
    if (known === error || !(known instanceof HoldfastError)) throw error
    throw new HoldfastError(known.code, `${where}: ${known.message}`, { cause: error })
  } finally {
    await client.end()
  }
}
