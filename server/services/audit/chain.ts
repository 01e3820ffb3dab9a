// The hash chain of the audit trail: what exactly is hashed. docs/audit.md describes it for others who want to check a trail.
import { hash } from 'node:crypto'
import { isoTime } from '../../lib/clock.ts'

/** An event as it is hashed. */
export type Row = {
  readonly seq: number
  /** Milliseconds since 1970. */
  readonly at: number
  readonly actorKind: string
  readonly actorId: string | null
  readonly actorName: string
  readonly ip: string | null
  readonly action: string
  readonly targetKind: string | null
  readonly targetId: string | null
  readonly targetName: string | null
  readonly result: string
  /** JSON as it is stored. */
  readonly before: string | null
  readonly after: string | null
  readonly details: string | null
  readonly previousHash: string
}

/** Stands for the hash of the event before the first. */
export const GENESIS = '0'.repeat(64)

/** The canonical form: a JSON array of the fields in this order, without white space; the time as ISO 8601 with milliseconds. */
export const canonical = (row: Row, seq: number = row.seq): string =>
  JSON.stringify([
    seq,
    timeText(row.at),
    row.actorKind,
    row.actorId,
    row.actorName,
    row.ip,
    row.action,
    row.targetKind,
    row.targetId,
    row.targetName,
    row.result,
    row.before,
    row.after,
    row.details,
    row.previousHash,
  ])

/** SHA-256 of the canonical form in UTF-8, hexadecimal. `seq`: as if the row stood there. */
export const hashOf = (row: Row, seq?: number): string => hash('sha256', canonical(row, seq), 'hex')

/** Days from -271821 to 275760 have a text; what is beyond was never written by us. */
const MAX_TIME = 8.64e15
const timeText = (ms: number): string => (Math.abs(ms) <= MAX_TIME ? isoTime(ms) : String(ms))
