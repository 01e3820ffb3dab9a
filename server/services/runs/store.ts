// The queue's rows in the catalog: what the runtime's queue reads and writes, each change in one transaction.
import type { RunEnd } from '../../contract/jobs.ts'
import type { Catalog, Tx } from '../../db/index.ts'
import { dateOf } from '../../lib/clock.ts'
import type { ClaimedRun, HeldRun, RunStore } from '../../runtime/types.ts'
import { noNotices, type RunNotices } from '../notifications/index.ts'
import type { EndedRun, RecordEnd } from './verdicts.ts'

/** Columns of a run that the queue needs. */
const claimed = {
  id: true,
  kind: true,
  payload: true,
  trigger: true,
  attempt: true,
  maxAttempts: true,
  scheduleId: true,
  repositoryId: true,
} as const

/** What a row has no use for once nobody holds it. */
const released = { leaseOwner: null, leaseUntil: null, pid: null } as const

/**
 * @param recordEnd what else is written in the transaction of an end
 * @param notices what people are told
 */
export function createRunStore(catalog: Catalog, recordEnd: RecordEnd, notices: RunNotices = noNotices): RunStore {
  return {
    claim: (owner, now, leaseUntil) => claim(catalog, owner, now, leaseUntil),

    async renew(owner, ids, leaseUntil) {
      const mine = { id: { in: [...ids] }, state: 'running', leaseOwner: owner }
      const rows = await catalog.transaction(async (tx) => {
        await tx.run.updateMany({ where: mine, data: { leaseUntil: dateOf(leaseUntil) } })
        return tx.run.findMany({ where: mine, select: { id: true, cancelRequestedAt: true } })
      })
      return {
        held: rows.map(({ id }) => id),
        cancelled: rows.filter((row) => row.cancelRequestedAt !== null).map(({ id }) => id),
      }
    },

    setPid: (id, owner, pid) => update(catalog, id, owner, { pid }),

    setProgress: (id, owner, progress) => update(catalog, id, owner, { progress: JSON.stringify(progress) }),

    async appendLog(runId, lines) {
      if (lines.length === 0) return
      const data = lines.map(({ at, level, message }) => ({ runId, at: dateOf(at), level, message: storable(message) }))
      await catalog.transaction((tx) => tx.runLog.createMany({ data }))
    },

    async finish(id, owner, end, now) {
      const told = await catalog.transaction(async (tx) => {
        const { count } = await tx.run.updateMany({
          where: { id, state: 'running', leaseOwner: owner },
          data: { ...columnsOf(end), ...released, finishedAt: dateOf(now) },
        })
        if (count === 0) return undefined
        await recordEnd(tx, await endedRun(tx, id), end, now)
        return notices.ended(tx, id, now)
      })
      notices.announce(told ?? [])
      return told !== undefined
    },

    async requeue(id, owner, next) {
      const { state, told } = await catalog.transaction((tx) => requeue(tx, notices, { ...next, id, owner }))
      notices.announce(told)
      return state
    },

    async running() {
      const rows = await catalog.db.run.findMany({
        where: { state: 'running' },
        select: { ...claimed, leaseOwner: true, leaseUntil: true, pid: true },
      })
      return rows.map(
        (row): HeldRun => ({
          ...queueRow(row),
          leaseOwner: row.leaseOwner,
          leaseUntil: row.leaseUntil?.getTime() ?? 0,
          pid: row.pid,
        }),
      )
    },

    async orphan(run, message, again, now) {
      const marked = await catalog.transaction(async (tx) => {
        const done = await orphan(tx, run, message, again, now)
        return done && { ...done, told: await notices.ended(tx, run.id, now, done.queued !== undefined) }
      })
      notices.announce(marked?.told ?? [])
      return marked && { queued: marked.queued }
    },
  }
}

type Requeue = Parameters<RunStore['requeue']>[2] & { readonly id: string; readonly owner: string }

async function requeue(
  tx: Tx,
  notices: RunNotices,
  { id, owner, notBefore, attempt, why, now }: Requeue,
): Promise<{ state: Awaited<ReturnType<RunStore['requeue']>>; told: readonly string[] }> {
  const row = await tx.run.findFirst({
    where: { id, state: 'running', leaseOwner: owner },
    select: { cancelRequestedAt: true, attempt: true },
  })
  if (!row) return { state: 'gone', told: [] }
  const cancelled = row.cancelRequestedAt !== null
  const data = cancelled
    ? { state: 'cancelled', finishedAt: row.cancelRequestedAt }
    : { state: 'queued', notBefore: dateOf(notBefore), attempt, progress: null }
  await tx.run.update({ where: { id }, data: { ...data, ...released } })
  if (cancelled) return { state: 'cancelled', told: [] }
  // A run that was given back for a shutdown has not failed, and of several attempts the first tells enough.
  const isNews = row.attempt === 1 && attempt > 1
  return { state: 'queued', told: isNews ? await notices.retried(tx, id, storable(why), now) : [] }
}

async function endedRun(tx: Tx, id: string): Promise<EndedRun> {
  const select = {
    kind: true,
    repositoryId: true,
    payload: true,
    startedAt: true,
    schedule: { select: { name: true } },
  } as const
  const { startedAt, payload, schedule, ...run } = await tx.run.findUniqueOrThrow({ where: { id }, select })
  return {
    ...run,
    payload: JSON.parse(payload) as unknown,
    startedAt: startedAt?.getTime() ?? null,
    scheduleName: schedule?.name ?? null,
  }
}

async function claim(
  catalog: Catalog,
  owner: string,
  now: number,
  leaseUntil: number,
): Promise<ClaimedRun | undefined> {
  const due = { state: 'queued', notBefore: { lte: dateOf(now) } }
  // Most looks find nothing, and need not keep others from writing.
  if (!(await catalog.db.run.findFirst({ where: due, select: { id: true } }))) return undefined
  return catalog.transaction(async (tx) => {
    const atWork = await tx.run.findMany({
      where: { state: 'running', concurrencyKey: { not: null } },
      select: { concurrencyKey: true },
    })
    const keys = atWork.map(({ concurrencyKey }) => concurrencyKey ?? '')
    const row = await tx.run.findFirst({
      where: { ...due, OR: [{ concurrencyKey: null }, { concurrencyKey: { notIn: keys } }] },
      orderBy: [{ priority: 'desc' }, { notBefore: 'asc' }, { queuedAt: 'asc' }, { id: 'asc' }],
      select: { ...claimed, startedAt: true },
    })
    if (!row) return undefined
    const data = {
      state: 'running',
      leaseOwner: owner,
      leaseUntil: dateOf(leaseUntil),
      startedAt: row.startedAt ?? dateOf(now),
      pid: null,
    }
    // One transaction writes at a time, so the row is still as it was read.
    await tx.run.update({ where: { id: row.id }, data })
    return { ...queueRow(row), startedBefore: row.startedAt !== null }
  })
}

async function orphan(
  tx: Tx,
  run: HeldRun,
  message: string,
  again: boolean,
  now: number,
): Promise<{ queued: string | undefined } | undefined> {
  const { count } = await tx.run.updateMany({
    where: {
      id: run.id,
      state: 'running',
      leaseOwner: run.leaseOwner,
      leaseUntil: run.leaseUntil === 0 ? null : dateOf(run.leaseUntil),
    },
    data: { state: 'orphaned', finishedAt: dateOf(now), errorCode: 'interrupted', errorMessage: message, ...released },
  })
  if (count === 0) return undefined
  await tx.runLog.create({ data: { runId: run.id, at: dateOf(now), level: 'error', message } })
  const row = await tx.run.findUniqueOrThrow({ where: { id: run.id } })
  if (!again || row.cancelRequestedAt !== null) return { queued: undefined }
  const { id } = await tx.run.create({ data: retryOf(row, now), select: { id: true } })
  return { queued: id }
}

/**
 * A run like one that was lost: the same work, in a row of its own. What the lost one may have committed is not done again. The slot's key stays with
 * the first one.
 */
function retryOf(row: LostRow, now: number) {
  const payload = JSON.parse(row.payload) as { origin?: string }
  return {
    kind: row.kind,
    state: 'queued',
    trigger: 'retry',
    scheduleId: row.scheduleId,
    repositoryId: row.repositoryId,
    slot: row.slot,
    concurrencyKey: row.concurrencyKey,
    priority: row.priority,
    payload: JSON.stringify(row.kind === 'backup' ? { ...payload, origin: payload.origin ?? row.id } : payload),
    maxAttempts: row.maxAttempts,
    notBefore: dateOf(now),
    queuedAt: dateOf(now),
    requestedById: row.requestedById,
    requestedByName: row.requestedByName,
  }
}

type LostRow = Pick<
  Awaited<ReturnType<Tx['run']['findUniqueOrThrow']>>,
  | 'id'
  | 'kind'
  | 'scheduleId'
  | 'repositoryId'
  | 'slot'
  | 'concurrencyKey'
  | 'priority'
  | 'payload'
  | 'maxAttempts'
  | 'requestedById'
  | 'requestedByName'
>

async function update(
  catalog: Catalog,
  id: string,
  owner: string,
  data: { pid: number } | { progress: string },
): Promise<void> {
  await catalog.transaction((tx) =>
    tx.run.updateMany({ where: { id, state: 'running', leaseOwner: owner }, data }).then(() => undefined),
  )
}

type QueueRow = Omit<ClaimedRun, 'startedBefore'>

const queueRow = (row: Omit<QueueRow, 'payload'> & { payload: string }): QueueRow => ({
  id: row.id,
  kind: row.kind,
  payload: JSON.parse(row.payload) as unknown,
  trigger: row.trigger,
  attempt: row.attempt,
  maxAttempts: row.maxAttempts,
  scheduleId: row.scheduleId,
  repositoryId: row.repositoryId,
})

/** PostgreSQL stores no NUL; file names in messages may hold anything else. */
const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd')

const whole = (bytes: number | undefined): bigint | null => (bytes === undefined ? null : BigInt(Math.round(bytes)))

function columnsOf(end: RunEnd) {
  return {
    state: end.state,
    errorCode: end.error?.code ?? null,
    errorMessage: end.error ? storable(end.error.message) : null,
    statistics: end.statistics ? storable(JSON.stringify(end.statistics)) : null,
    snapshotId: end.snapshotId ?? null,
    filesRead: end.filesRead ?? null,
    bytesRead: whole(end.bytesRead),
    bytesStored: whole(end.bytesStored),
  }
}
