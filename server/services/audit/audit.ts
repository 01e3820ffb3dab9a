// Writing to the audit trail: each event is hashed together with the one before, inside the transaction of the change that it tells of.
import type { Actor } from '../../auth/actor.ts'
import type { AuditAction } from '../../contract/audit-actions.ts'
import type { Catalog, Tx } from '../../db/index.ts'
import { type Clock, dateOf } from '../../lib/clock.ts'
import { GENESIS, hashOf, type Row } from './chain.ts'
import { documentsOf } from './documents.ts'

export type AuditResult = 'success' | 'denied' | 'failure'

export type AuditEntry = {
  readonly actor: Actor
  /** Noun and verb. A new one needs its words in the contract. */
  readonly action: AuditAction
  readonly target?:
    | { readonly kind: string; readonly id?: string | undefined; readonly name?: string | undefined }
    | undefined
  readonly result: AuditResult
  /** The thing before and after the change, as plain values. Secrets are masked, large documents are reduced to what differs. */
  readonly before?: unknown
  readonly after?: unknown
  readonly details?: unknown
}

/** An event as it can be stored. A refusal's action is the path of the procedure, from a fixed set, never from a request's text. */
export type StorableEntry = Omit<AuditEntry, 'action'> & { readonly action: string }

export type Audit = {
  /** Adds an event inside the transaction of the change: it is there when the change is, and neither is without the other. */
  append(tx: Tx, entry: AuditEntry): Promise<void>
  /** Adds an event in a transaction of its own: for what changes nothing in the catalog. */
  record(entry: AuditEntry): Promise<void>
  /** The same for a call that was refused before anything was done: `action` is the path of its procedure. */
  recordRefusal(entry: Omit<StorableEntry, 'result'>): Promise<void>
}

export type AuditOptions = {
  /** Told the number of each event that was appended, before its transaction is committed: the anchor follows. */
  readonly onAppend?: ((seq: number) => void) | undefined
}

export function createAudit(catalog: Catalog, clock: Clock, { onAppend }: AuditOptions = {}): Audit {
  const append = async (tx: Tx, entry: StorableEntry): Promise<void> => {
    // One transaction writes at a time, so this is the last event until the commit.
    const last = await tx.auditEvent.findFirst({ orderBy: { seq: 'desc' }, select: { seq: true, hash: true } })
    const row = rowOf(entry, { seq: (last?.seq ?? 0) + 1, previousHash: last?.hash ?? GENESIS, at: clock.now() })
    await tx.auditEvent.create({ data: { ...row, at: dateOf(row.at), hash: hashOf(row) }, select: { seq: true } })
    onAppend?.(row.seq)
  }
  const record = (entry: StorableEntry): Promise<void> => catalog.transaction((tx) => append(tx, entry))
  return { append, record, recordRefusal: (entry) => record({ ...entry, result: 'denied' }) }
}

type Place = Pick<Row, 'seq' | 'previousHash' | 'at'>

/** The event as it is stored and hashed. */
export function rowOf({ actor, action, target, result, ...rest }: StorableEntry, place: Place): Row {
  return {
    seq: place.seq,
    at: place.at,
    actorKind: actor.kind,
    actorId: storable(actor.id),
    actorName: storable(actor.name),
    ip: storable(actor.ip),
    action: storable(action),
    targetKind: storable(target?.kind),
    targetId: storable(target?.id),
    targetName: storable(target?.name),
    result,
    ...documentsOf(rest),
    previousHash: place.previousHash,
  }
}

/** The text as both databases give it back: PostgreSQL stores no NUL, neither stores half a surrogate pair. */
function storable(text: string): string
function storable(text: string | null | undefined): string | null
function storable(text: string | null | undefined): string | null {
  return text?.toWellFormed().replaceAll('\0', '\ufffd') ?? null
}
