// Lists snapshots: newest first, with filters, in pages that cost the same wherever they are.
import type { Prisma } from '#generated/sqlite/client.ts'
import { HoldfastError } from '../../contract/errors.ts'
import type { Db } from '../../db/index.ts'
import { dateOf, parseTime } from '../../lib/clock.ts'
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

export type SnapshotPage = {
  /** May be fewer than asked for while there is a cursor: so many were looked through. */
  readonly items: SnapshotItem[]
  readonly nextCursor: string | null
}

/** A place in the list. `t` in milliseconds. */
export type Place = { readonly t: number; readonly id: string }

/** So many rows are looked through for paths and tags for one page. */
const LOOK_THROUGH = 2000

export const cursorAt = ({ time, id }: Pick<SnapshotRow, 'time' | 'id'>): string =>
  encodeCursor({ t: time.getTime(), id })
export const placeAt = (cursor: string): Place => decodeCursor(cursor, { t: 'number', id: 'string' })

export async function listSnapshots(
  db: Db,
  filter: SnapshotFilter,
  limit: number,
  cursor: string | undefined,
): Promise<SnapshotPage> {
  const fits = matcher(filter)
  let after = cursor === undefined ? undefined : placeAt(cursor)
  if (!fits) {
    const rows = await selectAfter(db, filter, after, limit + 1)
    return {
      items: rows.slice(0, limit).map(snapshotItem),
      nextCursor: rows.length > limit ? cursorAt(rows[limit - 1]!) : null,
    }
  }
  const found: SnapshotItem[] = []
  for (let looked = 0; looked < LOOK_THROUGH; ) {
    const rows = await selectAfter(db, filter, after, 200)
    looked += rows.length
    for (const row of rows) {
      const item = snapshotItem(row)
      if (!fits(item)) continue
      found.push(item)
      if (found.length === limit) return { items: found, nextCursor: cursorAt(row) }
    }
    const last = rows.at(-1)
    if (!last || rows.length < 200) return { items: found, nextCursor: null }
    after = { t: last.time.getTime(), id: last.id }
  }
  return { items: found, nextCursor: after ? encodeCursor(after) : null }
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
  const from = filter.from === undefined ? undefined : timeOf('from', filter.from)
  const until = filter.until === undefined ? undefined : timeOf('until', filter.until)
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

/** For what no column says; undefined when nothing of it is asked. */
function matcher({ path, tag }: SnapshotFilter): ((item: SnapshotItem) => boolean) | undefined {
  if (path === undefined && tag === undefined) return undefined
  const wanted = path?.replace(/\/+$/, '') ?? ''
  const related = (each: string): boolean => within(each, wanted) || within(wanted, each)
  return ({ paths, tags }) =>
    (path === undefined || paths.some((each) => related(each.path.replace(/\/+$/, '')))) &&
    (tag === undefined || tags.includes(tag))
}

/** Whether a path is another, or lies below it; "" is the top. */
const within = (path: string, of: string): boolean => path === of || path.startsWith(`${of}/`)

function timeOf(name: string, text: string): number {
  const ms = parseTime(text)
  if (Number.isFinite(ms)) return ms
  throw new HoldfastError('usage', `"${name}" is ${JSON.stringify(text)}; a time as 2026-05-04T03:02:01Z is allowed`)
}
