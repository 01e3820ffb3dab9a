// What is told of runs that did not go well. It is written in the transaction that records how the run went, so each is told once, whoever records it.
import { roleHas, roles } from '../../contract/permissions.ts'
import type { Tx } from '../../db/index.ts'
import { dateOf } from '../../lib/clock.ts'
import type { NewNotification, NotificationsService } from './index.ts'

export type RunNotices = {
  /** Of a run whose row says that it has ended; `again`: another run does its work. What is returned is for `announce`. */
  ended(tx: Tx, runId: string, now: number, again?: boolean): Promise<readonly string[]>
  /** Of a run whose first attempt failed, and that is tried again. */
  retried(tx: Tx, runId: string, why: string, now: number): Promise<readonly string[]>
  /** Of slots of one schedule that got no run, the newest last. */
  missed(tx: Tx, runIds: readonly string[], now: number): Promise<readonly string[]>
  /** Tells listeners, once it is committed. */
  announce(ids: readonly string[]): void
}

/** For who does not tell: tests of the queue alone. */
export const noNotices: RunNotices = {
  ended: async () => [],
  retried: async () => [],
  missed: async () => [],
  announce: () => undefined,
}

const columns = {
  id: true,
  kind: true,
  state: true,
  payload: true,
  errorCode: true,
  errorMessage: true,
  cancelRequestedAt: true,
  requestedById: true,
  schedule: { select: { name: true } },
  repository: { select: { name: true } },
} as const

const runOf = (tx: Tx, id: string) => tx.run.findUniqueOrThrow({ where: { id }, select: columns })
type Row = Awaited<ReturnType<typeof runOf>>

/** What went wrong with a run, after its name: "nightly" and "failed". */
type Wrong = Pick<NewNotification, 'kind' | 'severity'> & { readonly title: string }

/** @param notifications where they are kept */
export function createRunNotices(notifications: Pick<NotificationsService, 'add' | 'announce'>): RunNotices {
  const { add } = notifications

  const tell = async (tx: Tx, row: Row, wrong: Wrong, now: number, times = 1): Promise<string> => {
    const notice = { ...wrong, body: row.errorMessage ?? '', link: `/runs/${row.id}` }
    // Each restore is somebody's own act; the others come again and again.
    return row.kind === 'restore' ? add(tx, notice) : addOrCount(tx, add, notice, now, times)
  }

  return {
    async ended(tx, runId, now, again = false) {
      const row = await runOf(tx, runId)
      const wrong = wrongWith(row, again)
      if (wrong === undefined || isQuiet(row)) return []
      if (row.state === 'failed') await dropRetried(tx, row.id, now)
      const shared = await tell(tx, row, wrong, now)
      const own = row.kind === 'restore' ? await ownOf(tx, row) : undefined
      if (own === undefined) return [shared]
      return [shared, await add(tx, { ...wrong, body: row.errorMessage ?? '', ...own })]
    },
    async retried(tx, runId, why, now) {
      const row = { ...(await runOf(tx, runId)), errorMessage: why }
      if (isQuiet(row)) return []
      const title = `${nameOf(row)} failed at first, and is tried again`
      return [await tell(tx, row, { kind: RETRIED, severity: 'warning', title }, now)]
    },
    async missed(tx, runIds, now) {
      const last = runIds.at(-1)
      if (last === undefined) return []
      const row = await runOf(tx, last)
      const wrong = { kind: 'run.missed', severity: 'warning', title: `${nameOf(row)} was missed` } as const
      return [await tell(tx, row, wrong, now, runIds.length)]
    },
    announce: (ids) => {
      for (const id of ids) notifications.announce(id)
    },
  }
}

const RETRIED = 'run.retried'

/** A dry run changes nothing for anybody, and who cancelled knows. */
const isQuiet = ({ kind, payload, cancelRequestedAt }: Row): boolean =>
  cancelRequestedAt !== null || (kind === 'restore' && (JSON.parse(payload) as { dryRun?: boolean }).dryRun === true)

function nameOf({ kind, schedule, repository }: Row): string {
  if (schedule) return schedule.name
  const name = repository?.name ?? 'a repository'
  return { backup: `A backup to ${name}`, verify: `The verification of ${name}`, restore: 'A restore' }[kind] ?? kind
}

function wrongWith(row: Row, again: boolean): Wrong | undefined {
  const { kind, state, errorCode, repository } = row
  const name = nameOf(row)
  if (state === 'failed') {
    const damage = kind === 'verify' && errorCode === 'damaged'
    const title = damage ? `Damage was found in ${repository?.name ?? 'a repository'}` : `${name} failed`
    return { kind: 'run.failed', severity: 'critical', title }
  }
  if (state === 'warning') {
    const title = kind === 'restore' ? `${name} is not complete` : `${name} ended with a warning`
    return { kind: 'run.warning', severity: 'warning', title }
  }
  if (state !== 'orphaned') return undefined
  return { kind: 'run.orphaned', severity: again ? 'warning' : 'critical', title: `${name} was lost` }
}

/** Who asked for a restore and does not see what is told to everybody is told as well, with the way to what he may see of it. */
async function ownOf(tx: Tx, { id, requestedById }: Row): Promise<{ userId: string; link: string } | undefined> {
  if (requestedById === null) return undefined
  const user = await tx.user.findUnique({ where: { id: requestedById }, select: { role: true } })
  const role = roles.find((each) => each === user?.role)
  const restore = await tx.restore.findUnique({ where: { runId: id }, select: { id: true } })
  if (role === undefined || restore === null || roleHas(role, 'overview.read')) return undefined
  return { userId: requestedById, link: `/restores/${restore.id}` }
}

/** So long after the last one of its kind another one is news of its own. */
const LIKE_MS = 2 * 86_400_000

const unread = (now: number) => ({ userId: null, at: { gte: dateOf(now - LIKE_MS) }, reads: { none: {} } }) as const

/** That the first attempt failed is no news any more once the last one did, unless it stands for others as well. */
async function dropRetried(tx: Tx, runId: string, now: number): Promise<void> {
  const where = { ...unread(now), kind: RETRIED, link: `/runs/${runId}` }
  const row = await tx.notification.findFirst({ where, select: { id: true, body: true } })
  if (row && timesOf(row.body) === 1) await tx.notification.delete({ where: { id: row.id } })
}

/** A schedule of every five minutes that fails all night is one thing to read, not a hundred: until somebody has read it, it counts. */
async function addOrCount(
  tx: Tx,
  add: NotificationsService['add'],
  notice: NewNotification,
  now: number,
  times: number,
): Promise<string> {
  const { kind, title, severity, link = null } = notice
  const like = await tx.notification.findFirst({
    where: { ...unread(now), kind, title },
    orderBy: { at: 'desc' },
    select: { id: true, body: true },
  })
  const body = counted(times + (like ? timesOf(like.body) : 0), notice.body)
  if (!like) return add(tx, { ...notice, body })
  await tx.notification.update({ where: { id: like.id }, data: { at: dateOf(now), severity, link, body } })
  return like.id
}

const counted = (times: number, body: string): string =>
  times === 1 ? body : `${times} times by now. The last time: ${body}`

const timesOf = (body: string): number => Number(/^(\d+) times by now\. The last time: /.exec(body)?.[1] ?? 1)
