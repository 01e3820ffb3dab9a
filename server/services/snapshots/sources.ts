// The newest snapshot of each source, newest first, in pages. However many snapshots there are, one look at the table finds them all.
import { type SourceFields, sourceOf } from '../../contract/sources.ts'
import type { Catalog } from '../../db/index.ts'
import { millisecondsOf, Sql } from '../audit/sql.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { type Place, rowsById, type SnapshotPage } from './list.ts'
import { snapshotItem } from './mapping.ts'

/**
 * Pages after the first show what was the newest when the first was asked for: a source that gets a snapshot meanwhile would else go
 * from a page to come to one that was given, and be in none.
 *
 * @throws `usage` for a cursor that is none
 */
export async function newestOfSources(
  catalog: Catalog,
  limit: number,
  cursor: string | undefined,
): Promise<SnapshotPage> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, { t: 'number', id: 'string', asOf: 'number' })
  const all = merged(await newestOfGroups(catalog, after?.asOf))
  const rest = after === undefined ? all : all.filter((each) => comesAfter(each, after))
  const page = rest.slice(0, limit)
  const end = page.at(-1)
  const asOf = after?.asOf ?? all[0]?.t
  const rows = await rowsById(
    catalog.db,
    page.map(({ id }) => id),
  )
  return {
    items: rows.map(snapshotItem),
    nextCursor: rest.length > limit && end && asOf !== undefined ? encodeCursor({ t: end.t, id: end.id, asOf }) : null,
  }
}

const comesAfter = ({ t, id }: Place, place: Place): boolean => t < place.t || (t === place.t && id < place.id)

type Group = Place & Omit<SourceFields, 'paths'> & { readonly paths: string }

/** One place for each source: the first, of groups that are newest first. */
function merged(groups: readonly Group[]): Place[] {
  const found = new Map<string, Place>()
  for (const { t, id, paths, ...fields } of groups) {
    const source = sourceOf({ ...fields, paths: JSON.parse(paths) as SourceFields['paths'] })
    if (!found.has(source)) found.set(source, { t, id })
  }
  return [...found.values()]
}

/**
 * Newest first: the newest snapshot, of those up to an instant, of each group that has the same in all that a source is made of. Several groups may be
 * one source, as when the paths of a schedule were changed.
 *
 * No index has these columns, and along any other the table is read in a worse order, so SQLite is told to read it as it lies. Ties are decided by a
 * hop along an index for each group: a window function would sort all rows, and takes four times as long.
 */
async function newestOfGroups({ db, provider }: Catalog, asOf: number | undefined): Promise<Group[]> {
  const sql = new Sql(provider).add(`
    SELECT g."repositoryId", g."scheduleName", g."host", g."paths", ${millisecondsOf(provider, 'g."time"')} AS "t", (
      SELECT MAX(s."id") FROM "Snapshot" s
      WHERE s."time" = g."time" AND s."repositoryId" = g."repositoryId" AND s."host" = g."host" AND s."paths" = g."paths"
        AND s."scheduleName" IS NOT DISTINCT FROM g."scheduleName"
    ) AS "id"
    FROM (
      SELECT "paths", "scheduleName", "repositoryId", "host", MAX("time") AS "time"
      FROM "Snapshot"${provider === 'sqlite' ? ' NOT INDEXED' : ''}`)
  if (asOf !== undefined) sql.add(' WHERE "time" <= ').time(asOf)
  sql.add(' GROUP BY "paths", "scheduleName", "repositoryId", "host") g ORDER BY "t" DESC, "id" DESC')
  const rows = await db.$queryRawUnsafe<Group[]>(sql.text, ...sql.values)
  // 64-bit columns come as bigint.
  return rows.map((row) => ({ ...row, t: Number(row.t) }))
}
