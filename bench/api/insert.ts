// Puts many rows into a catalog quickly, past Prisma: it is the reading that is measured.
import Database from 'better-sqlite3'
import pg from 'pg'

/** `time` is milliseconds since 1970. */
export type ColumnType = 'text' | 'int' | 'big' | 'float' | 'bool' | 'time'
export type Columns = Readonly<Record<string, ColumnType>>
export type Value = string | number | boolean | null
export type Rows = Iterable<Readonly<Record<string, Value>>>

export type Loader = {
  insert(table: string, columns: Columns, rows: Rows): Promise<number>
  /** Lets the database know what there is, as it does by itself sooner or later (autovacuum). */
  analyze(): Promise<void>
  close(): Promise<void>
}

/** @param url the catalog's address; it must have been opened (migrated) before, and be closed */
export const openLoader = async (url: string): Promise<Loader> =>
  url.startsWith('file:') ? sqliteLoader(url.slice('file:'.length)) : postgresLoader(url)

const BATCH = 5000

function sqliteLoader(file: string): Loader {
  const database = new Database(file)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000')
  return {
    async insert(table, columns, rows) {
      const names = Object.keys(columns)
      const quoted = names.map((name) => `"${name}"`).join(', ')
      const statement = database.prepare(
        `INSERT INTO "${table}" (${quoted}) VALUES (${names.map(() => '?').join(', ')})`,
      )
      let count = 0
      for (const batch of batches(rows)) {
        database.exec('BEGIN')
        for (const row of batch) statement.run(...names.map((name) => plain(row[name] ?? null)))
        database.exec('COMMIT')
        count += batch.length
      }
      return count
    },
    analyze: async () => void database.exec('ANALYZE'),
    close: async () => {
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      database.close()
    },
  }
}

const plain = (value: Value): string | number | null => (typeof value === 'boolean' ? Number(value) : value)

const postgresTypes: Readonly<Record<ColumnType, string>> = {
  text: 'text',
  int: 'int',
  big: 'bigint',
  float: 'float8',
  bool: 'bool',
  time: 'float8',
}

async function postgresLoader(url: string): Promise<Loader> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('SET synchronous_commit = off')
  return {
    async insert(table, columns, rows) {
      const names = Object.keys(columns)
      const types = Object.values(columns)
      const arrays = types.map((type, index) => `$${index + 1}::${postgresTypes[type]}[]`)
      const values = types.map((type, index) =>
        type === 'time' ? `to_timestamp(c${index} / 1000.0) AT TIME ZONE 'UTC'` : `c${index}`,
      )
      const text = `INSERT INTO "${table}" (${names.map((name) => `"${name}"`).join(', ')}) SELECT ${values.join(', ')}
        FROM unnest(${arrays.join(', ')}) AS t(${names.map((_, index) => `c${index}`).join(', ')})`
      let count = 0
      for (const batch of batches(rows)) {
        await client.query(
          text,
          names.map((name) => batch.map((row) => row[name] ?? null)),
        )
        count += batch.length
      }
      return count
    },
    analyze: async () => {
      await client.query('VACUUM ANALYZE')
    },
    close: () => client.end(),
  }
}

function* batches(rows: Rows): Generator<Readonly<Record<string, Value>>[]> {
  let batch: Readonly<Record<string, Value>>[] = []
  for (const row of rows) {
    batch.push(row)
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
