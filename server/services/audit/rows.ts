// Reads whole events, many at a time, as they are stored: also when somebody has put something of another type into a column.
import type { Catalog } from '../../db/index.ts'
import type { StoredRow } from './checker.ts'
import { millisecondsOf, Sql } from './sql.ts'

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

/** The columns of a StoredRow. */
const columns = (provider: Catalog['provider']): string =>
  [
    provider === 'sqlite' ? '"seq"' : 'CAST("seq" AS double precision) AS "seq"',
    `${millisecondsOf(provider)} AS "at"`,
    ...texts.map((name) => (provider === 'sqlite' ? `CAST("${name}" AS TEXT) AS "${name}"` : `"${name}"`)),
  ].join(', ')

/** Events after `after`, in the order of seq, at most `limit`. */
export async function rowsAfter(catalog: Catalog, after: number, limit: number): Promise<StoredRow[]> {
  const sql = new Sql(catalog.provider)
    .add(`SELECT ${columns(catalog.provider)} FROM "AuditEvent" WHERE "seq" > `)
    .value(after)
    .add(` ORDER BY "seq" LIMIT ${limit}`)
  const rows = await catalog.db.$queryRawUnsafe<Raw[]>(sql.text, ...sql.values)
  return rows.map((row) => ({ ...row, seq: Number(row.seq), at: Number(row.at) }))
}

/** 64-bit columns come as bigint. */
type Raw = Omit<StoredRow, 'seq' | 'at'> & { seq: number | bigint; at: number | bigint }
