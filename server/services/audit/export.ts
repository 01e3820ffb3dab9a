// The audit trail as a stream of text: CSV for spreadsheets, JSON lines for programs and for checking the chain elsewhere.

import { isWholeAction } from '../../contract/audit-actions.ts'
import type { Catalog } from '../../db/index.ts'
import { isoTime } from '../../lib/clock.ts'
import type { StoredRow } from './checker.ts'
import type { AuditFilter } from './list.ts'
import { detailOf } from './mapping.ts'
import { rowsAfter } from './rows.ts'

export const exportFormats = ['csv', 'jsonl'] as const
export type ExportFormat = (typeof exportFormats)[number]

const BATCH = 1000
/** By this, before anything else, spreadsheets know that the text is UTF-8. */
const BYTE_ORDER_MARK = '\ufeff'

/** All events that match, in the order of their numbers, as pieces of text. Events that are written meanwhile are included. */
export async function* exportEvents(
  catalog: Catalog,
  format: ExportFormat,
  filter: AuditFilter,
): AsyncGenerator<string> {
  if (format === 'csv') yield `${BYTE_ORDER_MARK}${columns.map(([name]) => name).join(',')}\r\n`
  const lineOf = format === 'csv' ? csvLine : (row: StoredRow): string => `${JSON.stringify(detailOf(row))}\n`
  for (let after = Number.MIN_SAFE_INTEGER; ; ) {
    const rows = await rowsAfter(catalog, after, BATCH)
    const last = rows.at(-1)
    if (!last) return
    after = last.seq
    const text = rows
      .filter((row) => matches(row, filter))
      .map(lineOf)
      .join('')
    if (text !== '') yield text
  }
}

function matches(row: StoredRow, filter: AuditFilter): boolean {
  const { actorId, action, targetKind, targetId, result, from, until } = filter
  return (
    (actorId === undefined || row.actorId === actorId) &&
    (action === undefined || (isWholeAction(action) ? row.action === action : row.action.startsWith(action))) &&
    (targetKind === undefined || row.targetKind === targetKind) &&
    (targetId === undefined || row.targetId === targetId) &&
    (result === undefined || row.result === result) &&
    (from === undefined || row.at >= from) &&
    (until === undefined || row.at < until)
  )
}

const columns: readonly (readonly [string, (row: StoredRow) => string | number | null])[] = [
  ['seq', (row) => row.seq],
  ['at', (row) => isoTime(row.at)],
  ['actor_kind', (row) => row.actorKind],
  ['actor_id', (row) => row.actorId],
  ['actor_name', (row) => row.actorName],
  ['ip', (row) => row.ip],
  ['action', (row) => row.action],
  ['target_kind', (row) => row.targetKind],
  ['target_id', (row) => row.targetId],
  ['target_name', (row) => row.targetName],
  ['result', (row) => row.result],
  ['before', (row) => row.before],
  ['after', (row) => row.after],
  ['details', (row) => row.details],
  ['previous_hash', (row) => row.previousHash],
  ['hash', (row) => row.hash],
]

const csvLine = (row: StoredRow): string => `${columns.map(([, value]) => csvField(value(row))).join(',')}\r\n`

/** RFC 4180. What a spreadsheet would take for a formula gets an apostrophe in front. */
function csvField(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
