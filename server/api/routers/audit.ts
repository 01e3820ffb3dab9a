// The audit trail: list, one event, the check of its chain, and the whole of it to take away.
import { z } from 'zod'
import { id, nothing, pageOf, paging, streamOf, time } from '../schemas.ts'
import { permission, router } from '../trpc.ts'
import { whileValid } from '../while-valid.ts'

const result = z.enum(['success', 'denied', 'failure'])

const item = z.object({
  seq: z.int(),
  at: time,
  actor: z.object({ kind: z.string(), id: z.string().nullable(), name: z.string(), ip: z.string().nullable() }),
  action: z.string(),
  target: z.object({ kind: z.string(), id: z.string().nullable(), name: z.string().nullable() }).nullable(),
  result,
})

const detail = item.extend({
  before: z.unknown(),
  after: z.unknown(),
  details: z.unknown(),
  previousHash: z.string(),
  hash: z.string(),
})

const point = z.object({ seq: z.int(), hash: z.string() }).nullable()

const verification = z.object({
  events: z.int(),
  newest: point,
  /** What the end was compared with; null: an end that was cut off would not have been noticed. */
  anchor: point,
  findings: z.array(
    z.object({
      seq: z.int(),
      kind: z.enum(['changed', 'missing', 'inserted', 'moved', 'truncated']),
      message: z.string(),
    }),
  ),
  /** Findings beyond the first hundred. */
  omitted: z.int(),
})

const filter = {
  actorId: id.optional(),
  /** An action such as `schedule.update`, which means no other, or the beginning of some. */
  action: z.string().max(200).optional(),
  targetKind: z.string().max(50).optional(),
  targetId: id.optional(),
  result: result.optional(),
  /** Not before, and before. */
  from: time.optional(),
  until: time.optional(),
}

export const auditRouter = router({
  list: permission('audit.read', 'read', 'Events, newest first')
    .input(z.strictObject({ ...paging, ...filter }))
    .output(pageOf(item))
    .query(({ ctx, input }) => ctx.services.audit.list(ctx.actor, input)),
  get: permission('audit.read', 'read', 'One event with what was before and after')
    .input(z.strictObject({ seq: z.int().min(1) }))
    .output(detail)
    .query(({ ctx, input }) => ctx.services.audit.get(ctx.actor, input.seq)),
  verify: permission('audit.read', 'change', 'Check every event and the chain of their hashes')
    .input(nothing)
    .output(verification)
    .mutation(({ ctx, signal }) => ctx.services.audit.verify(ctx.actor, signal === undefined ? {} : { signal })),
  export: permission('audit.export', 'stream', 'All matching events, oldest first, as pieces of text')
    .input(z.strictObject({ ...filter, format: z.enum(['csv', 'jsonl']) }))
    .output(streamOf(z.string()))
    .subscription(({ ctx, input }) => whileValid(ctx, ctx.services.audit.export(ctx.actor, input))),
})
