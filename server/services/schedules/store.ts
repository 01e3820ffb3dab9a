// The scheduler's rows in the catalog: which schedules have come due, and the runs that their slots get.
import type { ConfigDocument } from '../../contract/config/document.ts'
import { schedulePlans } from '../../contract/config/plans/schedules.ts'
import type { JobPayload } from '../../contract/jobs.ts'
import type { Catalog, Tx } from '../../db/index.ts'
import { type Clock, dateOf } from '../../lib/clock.ts'
import type { Advance, CatchUp, ScheduleRow, ScheduleStore, SlotDecision } from '../../runtime/types.ts'
import { noNotices, type RunNotices } from '../notifications/index.ts'
import { scheduleTag } from '../runs/inputs.ts'
import { rowOf as newRun, scheduleKey, slotKeyOf } from '../runs/new.ts'

type Row = Awaited<ReturnType<Tx['schedule']['findUniqueOrThrow']>>

const MINUTE = 60_000

export function createScheduleStore(deps: {
  readonly catalog: Catalog
  readonly clock: Clock
  /** The configuration that counts now: what a row has no column for is read there. */
  readonly document: () => Promise<ConfigDocument> | ConfigDocument
  /** What people are told; absent: nothing. */
  readonly notices?: RunNotices | undefined
}): ScheduleStore {
  const { catalog, clock, notices = noNotices } = deps
  return {
    async due(now, ahead) {
      const rows = await catalog.db.schedule.findMany({
        where: {
          removedAt: null,
          enabled: true,
          OR: [{ nextSlot: { lte: dateOf(now) } }, { nextSlot: null }, { handledUntil: { gt: dateOf(ahead) } }],
        },
        orderBy: { name: 'asc' },
      })
      if (rows.length === 0) return []
      const plans = schedulePlans(await deps.document())
      const windows = new Map(plans.map((plan) => [plan.name, plan.catchUpWindowMinutes * MINUTE]))
      return rows.map((row) => toScheduleRow(row, windows.get(row.name) ?? 0))
    },
    async advance(row, decide) {
      const now = clock.now()
      const { made, told } = await catalog.transaction(async (tx) => {
        const runs = await advance(tx, row, decide, now)
        const missed = runs.filter(({ state }) => state === 'missed').map(({ id }) => id)
        return { made: runs, told: await notices.missed(tx, missed, now) }
      })
      notices.announce(told)
      return made
    },
  }
}

const toScheduleRow = (row: Row, windowMs: number): ScheduleRow => ({
  id: row.id,
  name: row.name,
  cron: row.cron,
  timezone: row.timezone,
  catchUp: row.catchUp as CatchUp,
  windowMs,
  paused: row.pausedAt !== null,
  handledUntil: row.handledUntil?.getTime() ?? null,
})

const timeOf = (ms: number | null): Date | null => (ms === null ? null : dateOf(ms))

async function advance(
  tx: Tx,
  { id, handledUntil }: ScheduleRow,
  decide: (busy: 'queued' | 'running' | undefined) => Advance,
  now: number,
): Promise<{ id: string; state: 'queued' | 'missed' }[]> {
  // Another server may have looked meanwhile, or the schedule may have been changed.
  const row = await tx.schedule.findFirst({ where: { id, removedAt: null, handledUntil: timeOf(handledUntil) } })
  if (!row) return []
  const next = decide(await busyState(tx, id))
  await tx.schedule.update({
    where: { id },
    data: { handledUntil: dateOf(next.handledUntil), nextSlot: timeOf(next.nextSlot) },
  })
  // After the clock was put back: these slots have not been missed yet.
  if (handledUntil !== null && handledUntil > next.handledUntil)
    await tx.run.deleteMany({ where: { scheduleId: id, state: 'missed', slot: { gt: dateOf(next.handledUntil) } } })
  const keys = next.decisions.map(({ slot }) => slotKeyOf(id, slot))
  const there = await tx.run.findMany({ where: { slotKey: { in: keys } }, select: { slotKey: true } })
  const taken = new Set(there.map(({ slotKey }) => slotKey))
  const made: { id: string; state: 'queued' | 'missed' }[] = []
  for (const decision of next.decisions) {
    if (taken.has(slotKeyOf(id, decision.slot))) continue
    const data = rowFor(row, decision, now)
    made.push({ id: (await tx.run.create({ data, select: { id: true } })).id, state: data.state })
  }
  return made
}

async function busyState(tx: Tx, id: string): Promise<'queued' | 'running' | undefined> {
  const runs = await tx.run.findMany({
    where: { concurrencyKey: scheduleKey(id), state: { in: ['queued', 'running'] } },
    select: { state: true },
  })
  if (runs.some(({ state }) => state === 'running')) return 'running'
  return runs.length > 0 ? 'queued' : undefined
}

function rowFor(schedule: Row, decision: SlotDecision, now: number) {
  const { slot } = decision
  const trigger = decision.action === 'run' ? decision.trigger : 'schedule'
  const run = newRun({
    kind: 'backup',
    trigger,
    repositoryId: schedule.repositoryId ?? '',
    scheduleId: schedule.id,
    slot,
    now,
    payload: backupOf(schedule),
  })
  const missing = schedule.repositoryId === null ? 'The schedule has no repository to back up to' : undefined
  const reason = decision.action === 'miss' ? decision.reason : missing
  const repositoryId = schedule.repositoryId
  if (reason === undefined) return { ...run, repositoryId, state: 'queued' as const }
  return { ...run, repositoryId, state: 'missed' as const, finishedAt: dateOf(now), errorMessage: reason }
}

/** What a run of the schedule is asked to do. `type`: another than the schedule's, once. */
export function backupOf(
  schedule: Pick<Row, 'name' | 'type' | 'includePaths' | 'excludePatterns'>,
  type = schedule.type,
): JobPayload<'backup'> {
  return {
    type: type as JobPayload<'backup'>['type'],
    paths: JSON.parse(schedule.includePaths) as string[],
    excludes: JSON.parse(schedule.excludePatterns) as string[],
    tags: [scheduleTag(schedule.name)],
    allowEmpty: false,
  }
}
