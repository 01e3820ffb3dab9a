// The rows of a demo many times over, for measuring the console: what is added has no files behind it. It lies in the three years before.
import { randomUUID } from 'node:crypto'
import Database from 'better-sqlite3'
import { openCatalog } from '#server/db/index.ts'
import { systemClock } from '#server/lib/clock.ts'
import { chainOf, testActor } from '#server/services/audit/testing.ts'
import { actions, eventColumns } from '../bench/api/fill.ts'
import { openLoader } from '../bench/api/insert.ts'
import { DAY } from './clock.ts'
import type { Places } from './document.ts'

type Size = { readonly days: number; readonly scale: number }

const YEARS = 3 * 365 * DAY
/** Of the audit trail, in a day of a company of this size. */
const EVENTS_A_DAY = 12

/** The beginning of the audit trail, which nothing can be put into later on: before the server starts for the first time. */
export async function makeHistory({ catalog }: Places, size: Size & { readonly begin: number }): Promise<void> {
  const url = `file:${catalog}`
  await (await openCatalog({ url, clock: systemClock })).close()
  const count = Math.ceil(size.days * EVENTS_A_DAY * (size.scale - 1))
  const loader = await openLoader(url)
  try {
    const first = size.begin - YEARS
    const rows = chainOf(count, (seq) => ({
      at: first + Math.floor((YEARS * seq) / (count + 1)),
      actor: {
        ...testActor,
        id: `former-${seq % 9}`,
        userId: `former-${seq % 9}`,
        name: `Former colleague ${seq % 9}`,
      },
      action: actions[(seq * 7) % actions.length] ?? actions[0],
      result: seq % 97 === 0 ? 'denied' : 'success',
      details: { number: seq },
    }))
    await loader.insert('AuditEvent', eventColumns, rows)
  } finally {
    await loader.close()
  }
}

/** The tables that are multiplied, parents first. */
const tables = ['Run', 'RunLog', 'Restore', 'Snapshot', 'Notification', 'Metric'] as const
type Table = (typeof tables)[number]

/** Columns that are ids of rows which are multiplied as well; a snapshot's id of the engine is as good. */
const identities: readonly string[] = ['id', 'runId', 'snapshotId', 'parentId']

/** Copies what the days left behind, `scale` - 1 times, each copy further back. @returns how many rows were added */
export async function multiply({ catalog, folder }: Places, { scale }: Size): Promise<number> {
  const database = new Database(catalog)
  try {
    database.exec('PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON; BEGIN')
    const repository = addRepository(database, folder)
    const last = new Map(tables.map((table) => [table, countOf(database, table)]))
    let added = 0
    for (let copy = 1; copy < scale; copy++)
      for (const table of tables) added += copyRows(database, table, copy, (YEARS / scale) * copy, repository, last)
    database.exec('COMMIT; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)')
    return added
  } finally {
    database.close()
  }
}

/** Snapshots without files need a repository that nobody looks into: one that was archived, and that no driver of this server opens. */
function addRepository(database: Database.Database, folder: string): string {
  const id = randomUUID()
  const secret = JSON.stringify({ kind: 'environment', name: 'NO_SUCH_KEY' })
  const sql = `INSERT INTO "Repository" ("id", "name", "type", "location", "secretSource", "settings", "createdAt", "archivedAt")
    SELECT ?, 'former years', 'sftp', ?, ?, '{"origin":"manual"}', MIN("createdAt"), MIN("createdAt") FROM "Repository"`
  database.prepare(sql).run(id, `sftp://demo@backup.invalid${folder}`, secret)
  return id
}

const countOf = (database: Database.Database, table: Table): number =>
  Number(database.prepare(`SELECT MAX(rowid) FROM "${table}"`).pluck().get() ?? 0)

function copyRows(
  database: Database.Database,
  table: Table,
  copy: number,
  back: number,
  repository: string,
  last: ReadonlyMap<Table, number>,
): number {
  const columns = database.prepare(`PRAGMA table_info("${table}")`).all() as {
    name: string
    type: string
    pk: number
  }[]
  const copied = columns.filter(({ type, pk }) => pk === 0 || type !== 'INTEGER')
  const values = copied.map(({ name, type }) => {
    if (name === 'slotKey') return 'NULL'
    if (identities.includes(name)) return `printf('%08x', ${copy}) || substr("${name}", 9)`
    if (type === 'DATETIME') return `"${name}" - ${Math.round(back)}`
    return table === 'Snapshot' && name === 'repositoryId' ? `'${repository}'` : `"${name}"`
  })
  const names = copied.map(({ name }) => `"${name}"`).join(', ')
  const ended = table === 'Run' ? ` AND "finishedAt" IS NOT NULL` : ''
  const of = `FROM "${table}" WHERE rowid <= ${last.get(table) ?? 0}${ended}`
  return Number(database.prepare(`INSERT INTO "${table}" (${names}) SELECT ${values.join(', ')} ${of}`).run().changes)
}
