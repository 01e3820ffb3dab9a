// Events as the API shows them.
import { isoTime } from '../../lib/clock.ts'
import type { AuditResult } from './audit.ts'
import type { StoredRow } from './checker.ts'

/** An event in a list; `get` tells the rest. */
export type AuditItem = {
  readonly seq: number
  readonly at: string
  readonly actor: {
    readonly kind: string
    readonly id: string | null
    readonly name: string
    readonly ip: string | null
  }
  readonly action: string
  readonly target: { readonly kind: string; readonly id: string | null; readonly name: string | null } | null
  readonly result: AuditResult
}

export type AuditDetail = AuditItem & {
  /** Plain values without secrets; null when there was nothing to say. */
  readonly before: unknown
  readonly after: unknown
  readonly details: unknown
  readonly previousHash: string
  readonly hash: string
}

export type ItemRow = Omit<StoredRow, 'before' | 'after' | 'details' | 'previousHash' | 'hash'>

export const itemOf = (row: ItemRow): AuditItem => ({
  seq: row.seq,
  at: isoTime(row.at),
  actor: { kind: row.actorKind, id: row.actorId, name: row.actorName, ip: row.ip },
  action: row.action,
  target: row.targetKind === null ? null : { kind: row.targetKind, id: row.targetId, name: row.targetName },
  result: row.result as AuditResult,
})

export const detailOf = (row: StoredRow): AuditDetail => ({
  ...itemOf(row),
  before: parsed(row.before),
  after: parsed(row.after),
  details: parsed(row.details),
  previousHash: row.previousHash,
  hash: row.hash,
})

/** What somebody wrote into the database by hand need not be JSON; it is shown as it is. */
function parsed(json: string | null): unknown {
  if (json === null) return null
  try {
    return JSON.parse(json) as unknown
  } catch (error) {
    if (error instanceof SyntaxError) return json
    throw error
  }
}
