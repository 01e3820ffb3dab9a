// Reads whole events, many at a time, as they are stored: also when somebody has put something of another type into a column.
import type { Catalog } from '../../db/index.ts'
import type { StoredRow } from './checker.ts'
import { millisecondsOf, type Provider, Sql } from './sql.ts'

const texts = [
  'actorKind',
  'actorId',
  'actorName',
  'ip',
  'action',
  'targetKind',
  'targetId',
  'targetName',
  'result',
  'before',
  'after',
  'details',
  'previousHash',
  'hash',
] as const

/** Sixteen values as a JSON array: seq, at, then the texts. */
const rowAsJson = (provider: Provider): string =>
  provider === 'sqlite'
    ? `json_array("seq", ${millisecondsOf(provider)}, ${texts.map((name) => `CAST("${name}" AS TEXT)`).join(', ')})`
    : `json_build_array("seq", ${millisecondsOf(provider)}, ${texts.map((name) => `"${name}"`).join(', ')})`

type Packed = readonly [seq: number, at: number, ...texts: (string | null)[]]

/**
 * Events after `after`, in the order of seq, at most `limit`. They come from the database as one JSON text: to make objects of columns takes Prisma
 * several times as long, and a million of them are read when the trail is checked.
 */
export async function rowsAfter(catalog: Catalog, after: number, limit: number): Promise<StoredRow[]> {
  const { provider, db } = catalog
  const all =
    provider === 'sqlite' ? 'json_group_array(json(e."row"))' : 'CAST(json_agg(e."row" ORDER BY e."seq") AS text)'
  const sql = new Sql(provider)
    .add(`SELECT ${all} AS "rows" FROM (SELECT "seq", ${rowAsJson(provider)} AS "row" FROM "AuditEvent" WHERE "seq" > `)
    .value(after)
    .add(` ORDER BY "seq" LIMIT ${limit}) e`)
  const [found] = await db.$queryRawUnsafe<{ rows: string | null }[]>(sql.text, ...sql.values)
  const rows = JSON.parse(found?.rows ?? '[]') as Packed[]
  return rows.map(unpack).sort((a, b) => a.seq - b.seq)
}

function unpack([seq, at, ...values]: Packed): StoredRow {
  const row: Record<string, unknown> = { seq, at }
  for (const [index, name] of texts.entries()) row[name] = values[index]
  return row as StoredRow
}
