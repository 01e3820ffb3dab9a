// Looking at runs: lists, one, its log, how far it is right now.
import { z } from 'zod'
import type { Prisma } from '#generated/sqlite/client.ts'
import { type Actor, can } from '../../auth/actor.ts'
import { HoldfastError } from '../../contract/errors.ts'
import { progressWithoutPath } from '../../contract/events.ts'
import { jobKinds, type LogLevel, type RunState, runStates } from '../../contract/jobs.ts'
import { messageWithoutNames } from '../../contract/names.ts'
import type { Depth } from '../../contract/verification.ts'
import type { Catalog } from '../../db/index.ts'
import { dateOf, isoTime, parseTime } from '../../lib/clock.ts'
import type { LiveRun, QueueControl } from '../../runtime/types.ts'
import { decodeCursor, encodeCursor } from '../snapshots/cursor.ts'
import { aroundOf } from './around.ts'
import {
  depthIn,
  detailColumns,
  errorWithoutNames,
  type ListedRow,
  type LogItem,
  parsed,
  type RunDetails,
  type RunItem,
  runColumns,
  runDetails,
  runItem,
  runWithoutNames,
} from './mapping.ts'

export const runQueries = {
  list: z.strictObject({
    limit: z.int().min(1).max(200).default(50),
    cursor: z.string().max(500).optional(),
    kind: z.enum(jobKinds).optional(),
    states: z.array(z.enum(runStates)).min(1).max(runStates.length).optional(),
    scheduleId: z.string().max(100).optional(),
    repositoryId: z.string().max(100).optional(),
    /** Queued at or after, and before: ISO 8601. */
    from: z.iso.datetime().optional(),
    to: z.iso.datetime().optional(),
  }),
  id: z.strictObject({ id: z.string().max(100) }),
  log: z.strictObject({
    id: z.string().max(100),
    limit: z.int().min(1).max(1000).default(200),
    cursor: z.string().max(500).optional(),
  }),
}
export type RunQuery = { [K in keyof typeof runQueries]: z.output<(typeof runQueries)[K]> }

export type RunPage = { readonly items: RunItem[]; readonly nextCursor: string | null }
export type LogPage = {
  readonly items: LogItem[]
  readonly nextCursor: string | null
  /** The cursor of what is written later, when this was the last page. */
  readonly after: string
}

export function createRunQueries({ catalog, queue }: { readonly catalog: Catalog; readonly queue: QueueControl }) {
  const { db } = catalog

  /** Payloads of verifications are short: those of the others, which may be long, are not read. */
  async function depthsOf(rows: readonly ListedRow[]): Promise<ReadonlyMap<string, Depth | null>> {
    const ids = rows.filter(({ kind }) => kind === 'verify').map(({ id }) => id)
    if (ids.length === 0) return new Map()
    const found = await db.run.findMany({ where: { id: { in: ids } }, select: { id: true, payload: true } })
    return new Map(found.map(({ id, payload }) => [id, depthIn(payload)]))
  }

  return {
    /** Newest first. @throws `usage` for a cursor of another list */
    async list(actor: Actor, { limit, cursor, states, ...filter }: RunQuery['list']): Promise<RunPage> {
      const where = { AND: [whereOf(filter), after(cursor)] }
      const pageOf = (state?: string): Promise<ListedRow[]> =>
        db.run.findMany({
          where: state === undefined ? where : { ...where, state },
          orderBy: [{ queuedAt: 'desc' }, { id: 'desc' }],
          take: limit + 1,
          select: runColumns,
        })
      // A list for each state comes from its index; all of them at once would have to be sorted.
      const wanted: (string | undefined)[] = states ? [...new Set(states)] : [undefined]
      const rows = (await Promise.all(wanted.map(pageOf)))
        .flat()
        .sort(newestFirst)
        .slice(0, limit + 1)
      const named = can(actor, 'snapshots.browse')
      const shown = rows.slice(0, limit)
      const depths = await depthsOf(shown)
      const items = shown
        .map((row) => runItem(row, depths.get(row.id) ?? null))
        .map((item) => (named ? item : { ...item, error: errorWithoutNames(item.error) }))
      const last = rows[limit - 1]
      const more = rows.length > limit && last
      return { items, nextCursor: more ? encodeCursor({ t: last.queuedAt.getTime(), id: last.id }) : null }
    },

    /** Names of files are for who may browse snapshots, and of a restore for who asked for it. @throws `not_found` */
    async get(actor: Actor, { id }: RunQuery['id']): Promise<RunDetails> {
      const row = await db.run.findUnique({ where: { id }, select: { ...detailColumns, requestedById: true } })
      if (!row) throw noSuchRun(id)
      const own = row.kind === 'restore' && row.requestedById !== null && row.requestedById === actor.userId
      const stored = runDetails(row, await aroundOf(db, row))
      const live = row.state === 'running' ? queue.live(id) : undefined
      const details = live ? { ...stored, progress: live.progress } : stored
      return own || can(actor, 'snapshots.browse') ? details : runWithoutNames(details)
    },

    /** Oldest first; a page after the last one shows what came since. @throws `not_found`, `usage` */
    async log(actor: Actor, { id, limit, cursor }: RunQuery['log']): Promise<LogPage> {
      const from = cursor === undefined ? 0 : decodeCursor(cursor, { n: 'number' }).n
      const rows = await db.runLog.findMany({
        where: { runId: id, id: { gt: from } },
        orderBy: { id: 'asc' },
        take: limit + 1,
      })
      if (rows.length === 0 && !(await db.run.findUnique({ where: { id }, select: { id: true } }))) throw noSuchRun(id)
      const items = rows.slice(0, limit).map((row) => ({
        id: row.id,
        at: isoTime(row.at.getTime()),
        level: row.level as LogLevel,
        message: can(actor, 'snapshots.browse') ? row.message : messageWithoutNames(row.message),
      }))
      const end = encodeCursor({ n: items.at(-1)?.id ?? from })
      return { items, nextCursor: rows.length > limit ? end : null, after: end }
    },

    /**
     * The state and all the progress of a run, and the number of the last event that is in it: events with a higher number lay over it. A run of another
     * server is as its row was a few seconds ago. The file that it is at is for who may browse snapshots.
     * @throws `not_found`
     */
    async live(actor: Actor, { id }: RunQuery['id']): Promise<LiveRun> {
      const here = queue.live(id)
      if (here && can(actor, 'snapshots.browse')) return here
      if (here) return { ...here, progress: progressWithoutPath(here.progress) }
      const { seq } = queue
      const row = await db.run.findUnique({ where: { id }, select: { state: true, progress: true } })
      if (!row) throw noSuchRun(id)
      return { id, state: row.state as RunState, progress: parsed(row.progress) ?? {}, seq }
    },
  }
}

type Filter = Omit<RunQuery['list'], 'limit' | 'cursor' | 'states'>

function whereOf({ kind, scheduleId, repositoryId, from, to }: Filter): Prisma.RunWhereInput {
  return {
    ...(kind !== undefined && { kind }),
    ...(scheduleId !== undefined && { scheduleId }),
    ...(repositoryId !== undefined && { repositoryId }),
    ...((from !== undefined || to !== undefined) && {
      queuedAt: {
        ...(from !== undefined && { gte: dateOf(parseTime(from)) }),
        ...(to !== undefined && { lt: dateOf(parseTime(to)) }),
      },
    }),
  }
}

/** What comes after the cursor's row; the first condition lets the index be used. */
function after(cursor: string | undefined): Prisma.RunWhereInput {
  if (cursor === undefined) return {}
  const { t, id } = decodeCursor(cursor, { t: 'number', id: 'string' })
  const queuedAt = dateOf(t)
  return { queuedAt: { lte: queuedAt }, OR: [{ queuedAt: { lt: queuedAt } }, { id: { lt: id } }] }
}

function newestFirst(a: ListedRow, b: ListedRow): number {
  const byTime = b.queuedAt.getTime() - a.queuedAt.getTime()
  return byTime !== 0 ? byTime : a.id < b.id ? 1 : -1
}

export const noSuchRun = (id: string): HoldfastError => new HoldfastError('not_found', `There is no run ${id}`)
