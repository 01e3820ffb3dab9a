// Lists the audit trail: newest first by time, with filters, in pages that cost the same wherever they are and however rare a match is.
import { isWholeAction } from '../../contract/audit-actions.ts'
import type { Catalog } from '../../db/index.ts'
import type { AuditResult } from './audit.ts'
import { type AuditItem, type ItemRow, itemOf } from './mapping.ts'
import { areaOf, millisecondsOf, Sql } from './sql.ts'

/** All must hold. */
export type AuditFilter = {
  readonly actorId?: string | undefined
  /** An action ('schedule.update'), which means no other, or the beginning of some: 'schedule.' or 'sched'. */
  readonly action?: string | undefined
  readonly targetKind?: string | undefined
  readonly targetId?: string | undefined
  readonly result?: AuditResult | undefined
  /** Milliseconds since 1970: not before, and before. */
  readonly from?: number | undefined
  readonly until?: number | undefined
}

export type AuditPage = {
  /** May be fewer than asked for, or none, while there is a cursor: so much was looked through, the rest is behind the cursor. */
  readonly items: AuditItem[]
  readonly nextCursor: string | null
}

/** A place in the list: a time and a number. */
export type Key = { readonly at: number; readonly seq: number }

/** So many events of the narrowest index are looked through for the other filters in one go, and so many goes are made for a page. */
const WINDOW = 2500
const GOES = 2
/** Beginnings of actions stand for this many areas at most ('' would stand for all: then there is no filter). */
const MAX_AREAS = 24

/** One page. `limit` > 0. */
export async function listEvents(
  catalog: Catalog,
  filter: AuditFilter,
  limit: number,
  after: Key | undefined,
): Promise<AuditPage> {
  const ways = await waysTo(catalog, filter)
  const found = await Promise.all(ways.map((way) => walk(catalog, way, filter, limit, after)))
  // Beyond the nearest place that a way has got to, another way's rows may be missing.
  const reached = found.map((each) => each.reached).filter((key) => key !== undefined)
  const horizon = reached.reduce<Key | undefined>((near, key) => (near && isAfter(key, near) ? near : key), undefined)
  const rows = found
    .flatMap((each) => each.rows)
    .filter((row) => !horizon || !isAfter(row, horizon))
    .sort((a, b) => (isAfter(a, b) ? 1 : -1))
  const items = rows.slice(0, limit)
  const next = rows.length > limit ? items.at(-1) : horizon
  return { items: items.map(itemOf), nextCursor: next ? cursorOf(next) : null }
}

/** Whether `key` comes later in the list than `other`. */
const isAfter = (key: Key, other: Key): boolean => (key.at === other.at ? key.seq < other.seq : key.at < other.at)

export const cursorOf = ({ at, seq }: Key): string => `${at}.${seq}`

/** The place that a cursor names; undefined when it is none of ours. */
export function keyOf(cursor: string): Key | undefined {
  const match = /^(-?\d{1,15})\.(\d{1,15})$/.exec(cursor)
  return match ? { at: Number(match[1]), seq: Number(match[2]) } : undefined
}

// --- ways: which index to go along ---

/** A condition on an expression that an index begins with, before time and number. */
type Way = {
  readonly conditions: readonly (readonly [expression: string, value: string])[]
  readonly covers: ReadonlySet<keyof AuditFilter>
}

async function waysTo(catalog: Catalog, filter: AuditFilter): Promise<Way[]> {
  const { targetKind, targetId, actorId, action, result } = filter
  const way = (names: (keyof AuditFilter)[], ...conditions: [string, string][]): Way[] => [
    { conditions, covers: new Set(names) },
  ]
  if (targetKind !== undefined && targetId !== undefined)
    return way(['targetKind', 'targetId'], ['"targetKind"', targetKind], ['"targetId"', targetId])
  if (actorId !== undefined) return way(['actorId'], ['"actorId"', actorId])
  if (result !== undefined && result !== 'success') return way(['result'], ['"result"', result])
  if (action !== undefined && action !== '') {
    if (isWholeAction(action)) return way(['action'], ['"action"', action])
    const areas = await areasOf(catalog, action)
    const covers = new Set<keyof AuditFilter>(areas.whole ? ['action'] : [])
    if (areas.names.length <= MAX_AREAS)
      return areas.names.map((name) => ({ conditions: [[areaOf(catalog.provider), name]], covers }))
  }
  if (targetKind !== undefined) return way(['targetKind'], ['"targetKind"', targetKind])
  if (result !== undefined) return way(['result'], ['"result"', result])
  return way([])
}

type Areas = {
  readonly names: string[]
  /** Everything in these areas matches. */
  readonly whole: boolean
}

async function areasOf(catalog: Catalog, prefix: string): Promise<Areas> {
  const dot = prefix.indexOf('.')
  if (dot >= 0) return { names: [prefix.slice(0, dot)], whole: dot === prefix.length - 1 }
  // Hops from one area to the next, however many events there are in each.
  const area = areaOf(catalog.provider)
  const first = (condition: string): string => `(SELECT min(${area}) FROM "AuditEvent" WHERE ${area} ${condition})`
  const sql = new Sql(catalog.provider).add('WITH RECURSIVE areas(name) AS (SELECT (SELECT min(').add(area)
  sql.add(`) FROM "AuditEvent" WHERE ${area} >= `).value(prefix).add(')')
  sql.add(
    ` UNION ALL SELECT ${first('> areas.name')} FROM areas WHERE areas.name IS NOT NULL AND substr(areas.name, 1, ${prefix.length}) = `,
  )
  sql.value(prefix).add(`) SELECT name FROM areas WHERE name IS NOT NULL LIMIT ${MAX_AREAS + 2}`)
  const rows = await catalog.db.$queryRawUnsafe<{ name: string }[]>(sql.text, ...sql.values)
  return { names: rows.map(({ name }) => name).filter((name) => name.startsWith(prefix)), whole: true }
}

// --- walking one of them ---

type Row = ItemRow & Key
type Walked = {
  /** In the order of the list, at most one more than the limit. */
  readonly rows: Row[]
  /** How far was looked; undefined: to the end. */
  readonly reached: Key | undefined
}

async function walk(
  catalog: Catalog,
  way: Way,
  filter: AuditFilter,
  limit: number,
  after: Key | undefined,
): Promise<Walked> {
  const others = [...otherConditions(way, filter)]
  const rows: Row[] = []
  let from = after
  for (let go = 0; go < GOES; go++) {
    const until = others.length === 0 ? undefined : await skip(catalog, way, filter, from)
    rows.push(...(await select(catalog, { way, filter, others, from, until, limit: limit + 1 - rows.length })))
    if (rows.length > limit) return { rows, reached: rows.at(-1) }
    if (until === undefined) return { rows, reached: undefined }
    from = until
  }
  return { rows, reached: from }
}

/** The place a window further on; undefined when the list ends within it. */
async function skip(catalog: Catalog, way: Way, filter: AuditFilter, from: Key | undefined): Promise<Key | undefined> {
  const sql = new Sql(catalog.provider).add(`SELECT ${keyColumns(catalog)} FROM "AuditEvent"`)
  range(sql, way, filter, from).add(
    ` ORDER BY "AuditEvent"."at" DESC, "AuditEvent"."seq" DESC LIMIT 1 OFFSET ${WINDOW - 1}`,
  )
  return (await query<Key>(catalog, sql))[0]
}

const keyColumns = ({ provider }: Catalog): string => `"seq", ${millisecondsOf(provider)} AS "at"`

type Selection = {
  readonly way: Way
  readonly filter: AuditFilter
  readonly others: readonly (readonly [expression: string, value: string])[]
  readonly from: Key | undefined
  readonly until: Key | undefined
  readonly limit: number
}

async function select(catalog: Catalog, { way, filter, others, from, until, limit }: Selection): Promise<Row[]> {
  const columns =
    '"actorKind", "actorId", "actorName", "ip", "action", "targetKind", "targetId", "targetName", "result"'
  const sql = new Sql(catalog.provider).add(`SELECT ${keyColumns(catalog)}, ${columns} FROM "AuditEvent"`)
  range(sql, way, filter, from)
  if (until) sql.add(' AND ("at", "seq") >= (').time(until.at).add(', ').value(until.seq).add(')')
  // A plus keeps SQLite from going along another index, in which the window is wider.
  const off = catalog.provider === 'sqlite' ? '+' : ''
  for (const [expression, value] of others) sql.add(` AND ${off}${expression} = `).value(value)
  sql.add(` ORDER BY "AuditEvent"."at" DESC, "AuditEvent"."seq" DESC LIMIT ${limit}`)
  return query<Row>(catalog, sql)
}

/** What the index alone answers. */
function range(sql: Sql, way: Way, filter: AuditFilter, from: Key | undefined): Sql {
  sql.add(' WHERE 1 = 1')
  for (const [expression, value] of way.conditions) sql.add(` AND ${expression} = `).value(value)
  if (from) sql.add(' AND ("at", "seq") < (').time(from.at).add(', ').value(from.seq).add(')')
  if (filter.until !== undefined && !(from && from.at < filter.until)) sql.add(' AND "at" < ').time(filter.until)
  if (filter.from !== undefined) sql.add(' AND "at" >= ').time(filter.from)
  return sql
}

function* otherConditions(way: Way, filter: AuditFilter): Generator<readonly [string, string]> {
  const { actorId, targetKind, targetId, result, action } = filter
  const open = (name: keyof AuditFilter): boolean => !way.covers.has(name)
  if (actorId !== undefined && open('actorId')) yield ['"actorId"', actorId]
  if (targetKind !== undefined && open('targetKind')) yield ['"targetKind"', targetKind]
  if (targetId !== undefined && open('targetId')) yield ['"targetId"', targetId]
  if (result !== undefined && open('result')) yield ['"result"', result]
  if (action !== undefined && action !== '' && open('action'))
    yield [isWholeAction(action) ? '"action"' : `substr("action", 1, ${action.length})`, action]
}

async function query<T extends Key>(catalog: Catalog, sql: Sql): Promise<T[]> {
  const rows = await catalog.db.$queryRawUnsafe<T[]>(sql.text, ...sql.values)
  // 64-bit columns come as bigint.
  return rows.map((row) => ({ ...row, seq: Number(row.seq), at: Number(row.at) }))
}
