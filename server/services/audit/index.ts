// The audit trail as a service: what happened, whether the record is whole, and the record itself for others to check.

import type { Actor } from '../../auth/actor.ts'
import { HoldfastError } from '../../contract/errors.ts'
import type { Catalog } from '../../db/index.ts'
import { type Clock, isoTime, parseTime } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import { type AnchorKeeper, createAnchorKeeper } from './anchor.ts'
import { type Audit, type AuditResult, createAudit } from './audit.ts'
import type { AnchorPoint } from './checker.ts'
import { type ExportFormat, exportEvents } from './export.ts'
import { type AuditFilter, type AuditPage, keyOf, listEvents } from './list.ts'
import { type AuditDetail, detailOf } from './mapping.ts'
import { rowsAfter } from './rows.ts'
import { type Verification, type VerifyOptions, verifyTrail } from './verify.ts'

export type { Audit, AuditEntry, AuditResult } from './audit.ts'
export type { AnchorPoint, Finding } from './checker.ts'
export type { AuditPage } from './list.ts'
export type { AuditDetail, AuditItem } from './mapping.ts'

/** All must hold; times are ISO 8601. */
export type AuditQuery = {
  readonly actorId?: string | undefined
  /** An action ('schedule.update'), which means no other, or the beginning of some: 'schedule.' or 'sched'. */
  readonly action?: string | undefined
  readonly targetKind?: string | undefined
  readonly targetId?: string | undefined
  readonly result?: AuditResult | undefined
  /** Not before. */
  readonly from?: string | undefined
  /** Before. */
  readonly until?: string | undefined
}

export type AuditVerification = Omit<Verification, 'anchors'> & {
  /** What the end was compared with; null: an end that was cut off would not have been noticed. */
  readonly anchor: AnchorPoint | null
}

export type AuditListInput = AuditQuery & { readonly limit?: number | undefined; readonly cursor?: string | undefined }

export type AuditService = {
  /** For the commands of other services. */
  readonly trail: Audit
  /** For health: brings the anchor up to date and compares it with the trail. */
  readonly anchor: AnchorKeeper
  /** Newest first. A page may have fewer items than asked for while `nextCursor` is set. @throws `usage` */
  list(actor: Actor, input: AuditListInput): Promise<AuditPage>
  /** One event with all that it says. @throws `not_found` */
  get(actor: Actor, seq: number): Promise<AuditDetail>
  /** Checks every event and the anchor, and records that it was done. */
  verify(actor: Actor, options?: Pick<VerifyOptions, 'signal' | 'onProgress'>): Promise<AuditVerification>
  /** The matching events, oldest first, as pieces of text; that it was taken is an event, too. @throws `usage` */
  export(actor: Actor, input: AuditQuery & { readonly format: ExportFormat }): AsyncGenerator<string>
  close(): Promise<void>
}

export type AuditServiceOptions = {
  readonly catalog: Catalog
  readonly clock: Clock
  readonly log: Logger
  /** Where the anchor is kept: a file outside of the database. */
  readonly anchorPath: string
}

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 200

export function createAuditService({ catalog, clock, log, anchorPath }: AuditServiceOptions): AuditService {
  const anchor = createAnchorKeeper({ catalog, clock, log, path: anchorPath })
  const trail = createAudit(catalog, clock, { onAppend: anchor.follow })
  return {
    trail,
    anchor,
    async list(_actor, { limit = DEFAULT_LIMIT, cursor, ...query }) {
      const after = cursor === undefined ? undefined : keyOf(cursor)
      if (cursor !== undefined && !after) throw new HoldfastError('usage', 'The cursor is none of this list')
      return listEvents(catalog, filterOf(query), Math.max(1, Math.min(limit, MAX_LIMIT)), after)
    },
    async get(_actor, seq) {
      const [row] = await rowsAfter(catalog, seq - 1, 1)
      if (row?.seq === seq) return detailOf(row)
      throw new HoldfastError('not_found', `There is no event ${seq} in the audit trail`)
    },
    async verify(actor, options = {}) {
      const started = clock.now()
      const known = anchor.read()
      const { anchors: _, ...outcome } = await verifyTrail(catalog, { ...options, anchors: [known], batch: 1000 })
      const { events, findings, omitted } = outcome
      const wrong = findings.length + omitted
      const details = { events, problems: wrong, milliseconds: clock.now() - started }
      await trail.record({ actor, action: 'audit.verify', result: wrong === 0 ? 'success' : 'failure', details })
      return { ...outcome, anchor: known && { seq: known.seq, hash: known.hash } }
    },
    async *export(actor, { format, ...query }) {
      const filter = filterOf(query)
      const asked = { format, ...query }
      await trail.record({ actor, action: 'audit.export', result: 'success', details: asked })
      yield* exportEvents(catalog, format, filter)
    },
    close: () => anchor.close(),
  }
}

function filterOf({ from, until, ...rest }: AuditQuery): AuditFilter {
  return { ...rest, from: timeOf('from', from), until: timeOf('until', until) }
}

function timeOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = parseTime(text)
  if (Number.isFinite(ms)) return ms
  throw new HoldfastError('usage', `"${name}" is ${JSON.stringify(text)}; a time as ${isoTime(0)} is allowed`)
}
