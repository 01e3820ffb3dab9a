// Lists snapshots: newest first, with filters, in pages that cost the same wherever they are.
import type { Prisma } from '#generated/sqlite/client.ts'
import { HoldfastError } from '../../contract/errors.ts'
import type { Catalog, Db } from '../../db/index.ts'
import { dateOf, parseTime } from '../../lib/clock.ts'
import { Sql } from '../audit/sql.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { type SnapshotItem, type SnapshotRow, snapshotItem } from './mapping.ts'

/** All must hold. */
export type SnapshotFilter = {
  readonly repositoryId?: string | undefined
  readonly scheduleName?: string | undefined
  readonly host?: string | undefined
  /** One of the paths that were backed up is this one, or lies below it, or holds it. */
  readonly path?: string | undefined
  readonly tag?: string | undefined
  /** ISO 8601: not before, and before. */
  readonly from?: string | undefined
  readonly until?: string | undefined
}

export type SnapshotPage = { readonly items: SnapshotItem[]; readonly nextCursor: string | null }

/** A place in the list. `t` in milliseconds. */
export type Place = { readonly t: number; readonly id: string }

const placeOf = ({ time, id }: Pick<SnapshotRow, 'time' | 'id'>): Place => ({ t: time.getTime(), id })

/** @throws `usage` for a cursor that is none, or a time that is none */
export async function listSnapshots(
  catalog: Catalog,
  filter: SnapshotFilter,
  limit: number,
  cursor: string | undefined,
): Promise<SnapshotPage> {
  let after = cursor === undefined ? undefined : decodeCursor(cursor, { t: 'number', id: 'string' })
  const needles = filter.path !== undefined || filter.tag !== undefined
  const fits = matcher(filter)
  const found: SnapshotRow[] = []
  for (;;) {
    const wanted = limit + 1 - found.length
    const rows = needles
      ? await search(catalog, filter, after, wanted)
      : await selectAfter(catalog.db, filter, after, wanted)
    found.push(...rows.filter((row) => !needles || fits(snapshotItem(row))))
    const last = rows.at(-1)
    if (found.length > limit || !last || rows.length < wanted) break
    after = placeOf(last)
  }
  const items = found.slice(0, limit)
  const end = items.at(-1)
  return {
    items: items.map(snapshotItem),
    nextCursor: found.length > limit && end ? encodeCursor(placeOf(end)) : null,
  }
}

/** Rows behind a place, newest first, by what columns say. */
export function selectAfter(
  db: Db,
  filter: SnapshotFilter,
  after: Place | undefined,
  take: number,
): Promise<SnapshotRow[]> {
  return db.snapshot.findMany({ where: whereOf(filter, after), orderBy: [{ time: 'desc' }, { id: 'desc' }], take })
}

function whereOf(filter: SnapshotFilter, after: Place | undefined): Prisma.SnapshotWhereInput {
  const { repositoryId, scheduleName, host } = filter
  const { from, until } = rangeOf(filter)
  const and: Prisma.SnapshotWhereInput[] = []
  if (from !== undefined) and.push({ time: { gte: dateOf(from) } })
  if (until !== undefined) and.push({ time: { lt: dateOf(until) } })
  if (after) {
    // Two conditions that both hold, so that the index is gone along; "time < t OR (time = t AND ...)" would be two searches and a sort.
    const time = dateOf(after.t)
    and.push({ time: { lte: time } }, { OR: [{ time: { lt: time } }, { id: { lt: after.id } }] })
  }
  return {
    ...(repositoryId === undefined ? {} : { repositoryId }),
    ...(scheduleName === undefined ? {} : { scheduleName }),
    ...(host === undefined ? {} : { host }),
    ...(and.length > 0 ? { AND: and } : {}),
  }
}

/**
 * The same, looking into the lists of paths and tags as well, which are JSON: the database finds rows that hold the text (and a few more, such as
 * a tag that is a part of two), and only those leave it.
 */
async function search(
  { db, provider }: Catalog,
  filter: SnapshotFilter,
  after: Place | undefined,
  take: number,
): Promise<SnapshotRow[]> {
  const sql = new Sql(provider).add('SELECT "id" FROM "Snapshot" WHERE 1 = 1')
  for (const column of ['repositoryId', 'scheduleName', 'host'] as const) {
    const value = filter[column]
    if (value !== undefined) sql.add(` AND "${column}" = `).value(value)
  }
  const { from, until } = rangeOf(filter)
  if (from !== undefined) sql.add(' AND "time" >= ').time(from)
  if (until !== undefined) sql.add(' AND "time" < ').time(until)
  if (after) sql.add(' AND ("time", "id") < (').time(after.t).add(', ').value(after.id).add(')')
  if (filter.path !== undefined) oneOf(sql, 'paths', pathNeedles(filter.path))
  if (filter.tag !== undefined) oneOf(sql, 'tags', [JSON.stringify(filter.tag)])
  sql.add(` ORDER BY "time" DESC, "id" DESC LIMIT ${take}`)
  const found = await db.$queryRawUnsafe<{ id: string }[]>(sql.text, ...sql.values)
  return rowsById(
    db,
    found.map(({ id }) => id),
  )
}

/** Rows in the order of their ids; one that is gone meanwhile is left out. */
export async function rowsById(db: Db, ids: readonly string[]): Promise<SnapshotRow[]> {
  if (ids.length === 0) return []
  const rows = await db.snapshot.findMany({ where: { id: { in: [...ids] } } })
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.map((id) => byId.get(id)).filter((row) => row !== undefined)
}

/** The column holds one of the texts. */
function oneOf(sql: Sql, column: 'paths' | 'tags', needles: readonly string[]): void {
  const find = sql.provider === 'sqlite' ? 'instr' : 'strpos'
  for (const [i, needle] of needles.entries()) {
    sql
      .add(`${i === 0 ? ' AND (' : ' OR '}${find}("${column}", `)
      .value(needle)
      .add(') > 0')
  }
  if (needles.length > 0) sql.add(')')
}

/** How `paths` looks when it holds the path, one below it, or one above it. */
function pathNeedles(path: string): string[] {
  const clean = path.replace(/\/+$/, '')
  const names = clean.split('/')
  const above = names.slice(1).map((_, i) => names.slice(0, i + 1).join('/'))
  const field = (text: string): string => `"path":${JSON.stringify(text)}`
  return [
    field(clean).slice(0, -1),
    ...above.flatMap((each) => (each === '' ? [field('/')] : [field(each), field(`${each}/`)])),
  ]
}

/** What the needles mean, exactly. */
function matcher({ path, tag }: SnapshotFilter): (item: SnapshotItem) => boolean {
  const wanted = path?.replace(/\/+$/, '') ?? ''
  const related = (each: string): boolean => within(each, wanted) || within(wanted, each)
  return ({ paths, tags }) =>
    (path === undefined || paths.some((each) => related(each.path.replace(/\/+$/, '')))) &&
    (tag === undefined || tags.includes(tag))
}

/** Whether a path is another, or lies below it; "" is the top. */
const within = (path: string, of: string): boolean => path === of || path.startsWith(`${of}/`)

const rangeOf = ({ from, until }: SnapshotFilter): { from: number | undefined; until: number | undefined } => ({
  from: from === undefined ? undefined : timeOf('from', from),
  until: until === undefined ? undefined : timeOf('until', until),
})

function timeOf(name: string, text: string): number {
  const ms = parseTime(text)
  if (Number.isFinite(ms)) return ms
  throw new HoldfastError('usage', `"${name}" is ${JSON.stringify(text)}; a time as 2026-05-04T03:02:01Z is allowed`)
}
