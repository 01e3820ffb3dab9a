// Schedules are in the configuration document; their rows follow it, in the transaction that stores the document.
import type { Actor } from '../../auth/actor.ts'
import type { ConfigDocument } from '../../contract/config/document.ts'
import { type SchedulePlan, schedulePlans } from '../../contract/config/plans/schedules.ts'
import type { Tx } from '../../db/index.ts'
import { dateOf } from '../../lib/clock.ts'
import type { Audit } from '../audit/audit.ts'

type Row = Awaited<ReturnType<Tx['schedule']['findUniqueOrThrow']>>

/** The columns that the document says. */
const columnsOf = (plan: SchedulePlan, repositoryId: string | null) => ({
  type: plan.type,
  cron: plan.cron,
  timezone: plan.timezone,
  includePaths: JSON.stringify(plan.includePaths),
  excludePatterns: JSON.stringify(plan.excludePatterns),
  retentionDays: plan.retentionDays,
  policyName: plan.policyName,
  repositoryId,
  catchUp: plan.catchUp,
  enabled: plan.enabled,
  removedAt: null,
})
type Columns = ReturnType<typeof columnsOf>

/** A schedule that begins anew, or at other times, counts from now: its past slots are none. */
const restarts = (row: Row, columns: Columns): boolean =>
  row.removedAt !== null || row.cron !== columns.cron || row.timezone !== columns.timezone || !row.enabled

/**
 * Makes the rows of schedules as the document says. The repositories' rows must follow it already. Each schedule that was made, changed or removed is an
 * event of the audit trail. What was left out stays as a removed row, for its runs.
 *
 * @param now milliseconds since 1970
 */
export async function applyDocument(
  tx: Tx,
  document: ConfigDocument,
  { actor, audit, now }: { readonly actor: Actor; readonly audit: Audit; readonly now: number },
): Promise<void> {
  const plans = schedulePlans(document)
  const rows = new Map((await tx.schedule.findMany()).map((row) => [row.name, row]))
  const repositories = new Map(
    (await tx.repository.findMany({ select: { id: true, name: true } })).map(({ id, name }) => [name, id]),
  )
  const fresh = { handledUntil: dateOf(now), nextSlot: null }
  const tell = (verb: 'create' | 'update' | 'remove', row: Row, before: unknown, after: unknown): Promise<void> =>
    audit.append(tx, {
      actor,
      action: `schedule.${verb}`,
      target: { kind: 'schedule', id: row.id, name: row.name },
      result: 'success',
      before,
      after,
    })
  for (const plan of plans) {
    const columns = columnsOf(plan, repositories.get(plan.repositoryName ?? '') ?? null)
    const row = rows.get(plan.name)
    rows.delete(plan.name)
    if (!row) {
      const data = { ...columns, name: plan.name, ...fresh, createdAt: dateOf(now) }
      await tell('create', await tx.schedule.create({ data }), undefined, plan)
      continue
    }
    const keys = Object.keys(columns) as (keyof Columns)[]
    if (keys.every((key) => row[key] === columns[key])) continue
    const data = { ...columns, ...(restarts(row, columns) ? fresh : {}) }
    await tx.schedule.update({ where: { id: row.id }, data })
    await tell(row.removedAt === null ? 'update' : 'create', row, planOf(row), plan)
  }
  for (const row of rows.values()) {
    if (row.removedAt !== null) continue
    await remove(tx, row, now)
    await tell('remove', row, planOf(row), undefined)
  }
}

async function remove(tx: Tx, { id, name }: Row, now: number): Promise<void> {
  await tx.schedule.update({ where: { id }, data: { removedAt: dateOf(now), nextSlot: null } })
  await tx.run.updateMany({
    where: { scheduleId: id, state: 'queued' },
    data: {
      state: 'cancelled',
      finishedAt: dateOf(now),
      errorCode: 'interrupted',
      errorMessage: `The schedule ${name} was removed`,
    },
  })
}

/** As much of the plan as the row still knows. */
const planOf = (row: Row) => ({
  name: row.name,
  type: row.type,
  cron: row.cron,
  timezone: row.timezone,
  includePaths: JSON.parse(row.includePaths) as unknown,
  excludePatterns: JSON.parse(row.excludePatterns) as unknown,
  retentionDays: row.retentionDays,
  policyName: row.policyName,
  catchUp: row.catchUp,
  enabled: row.enabled,
})
