// How a run comes into the queue: the one place that knows each kind's priority, attempts and concurrency key.
import type { JobKind, JobPayload, Trigger } from '../../contract/jobs.ts'
import type { Tx } from '../../db/index.ts'
import { dateOf } from '../../lib/clock.ts'

type Asked = {
  readonly trigger: Trigger
  readonly repositoryId: string
  readonly now: number
  readonly scheduleId?: string | undefined
  /** The slot that the run is for, in milliseconds since 1970. */
  readonly slot?: number | undefined
  readonly requestedById?: string | null | undefined
  readonly requestedByName?: string | undefined
}

export type NewRun<K extends JobKind = JobKind> = {
  [Kind in K]: Asked & { readonly kind: Kind; readonly payload: JobPayload<Kind> }
}[K]

/** People wait for restores; what the clock asked for can wait. */
const priorities: Readonly<Record<JobKind, number>> = { restore: 20, backup: 0, verify: -10 }
/** A person waits for what he started. */
const BY_HAND = 10
/** Of what fails for a reason that may pass, such as a server that does not answer. */
const attempts: Readonly<Record<JobKind, number>> = { restore: 2, backup: 4, verify: 2 }

export const slotKeyOf = (scheduleId: string, slot: number): string => `${scheduleId}@${slot}`

/** The key of all runs of a schedule. */
export const scheduleKey = (scheduleId: string): string => `schedule:${scheduleId}`

/** What may not go on twice at the same time. */
export function concurrencyKeyOf(run: NewRun): string {
  if (run.scheduleId !== undefined) return scheduleKey(run.scheduleId)
  if (run.kind === 'restore') return `restore:${run.payload.target}`
  if (run.kind === 'verify') return `verify:${run.repositoryId}`
  return `backup:${run.repositoryId}:${[...run.payload.paths].sort().join('\0')}`.replaceAll('\0', ' ')
}

/** The row of a new run, waiting. */
export function rowOf(run: NewRun) {
  const byHand = run.trigger === 'manual' || run.trigger === 'api'
  return {
    kind: run.kind,
    state: 'queued',
    trigger: run.trigger,
    repositoryId: run.repositoryId,
    scheduleId: run.scheduleId ?? null,
    slot: run.slot === undefined ? null : dateOf(run.slot),
    slotKey: run.slot === undefined || run.scheduleId === undefined ? null : slotKeyOf(run.scheduleId, run.slot),
    concurrencyKey: concurrencyKeyOf(run),
    priority: priorities[run.kind] + (byHand ? BY_HAND : 0),
    payload: JSON.stringify(run.payload),
    maxAttempts: attempts[run.kind],
    notBefore: dateOf(run.now),
    queuedAt: dateOf(run.now),
    requestedById: run.requestedById ?? null,
    requestedByName: run.requestedByName ?? null,
  }
}

/** Queues a run. @returns its id */
export async function queueRun(tx: Tx, run: NewRun): Promise<string> {
  const { id } = await tx.run.create({ data: rowOf(run), select: { id: true } })
  return id
}
