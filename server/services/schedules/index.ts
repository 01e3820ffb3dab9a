// Schedules: looking at them, changing them (in the configuration document), pausing them, running one now.
import { z } from 'zod'
import type { Actor } from '../../auth/actor.ts'
import { schedule as settings } from '../../contract/config/blocks/schedules.ts'
import { same } from '../../contract/config/diff.ts'
import type { ConfigDocument, ScheduleSettings } from '../../contract/config/document.ts'
import { HoldfastError } from '../../contract/errors.ts'
import { backupTypes } from '../../contract/jobs.ts'
import type { Catalog, Tx } from '../../db/index.ts'
import { type Clock, dateOf } from '../../lib/clock.ts'
import type { Publish, QueueControl } from '../../runtime/types.ts'
import type { Audit } from '../audit/audit.ts'
import { askedBy, mustBeInUse } from '../runs/commands.ts'
import { queueRun, scheduleKey } from '../runs/new.ts'
import { lastRunsOf } from './last-runs.ts'
import { type ListedSchedule, type ScheduleItem, scheduleInclude, scheduleItem, slotTexts } from './mapping.ts'
import { createMatching, matchInputs } from './matches.ts'
import { backupOf } from './store.ts'

export type { ScheduleItem } from './mapping.ts'
export type { FolderList, MatchState } from './matches.ts'
export { applyDocument } from './projection.ts'
export { createScheduleStore } from './store.ts'

const id = z.string().min(1).max(100)
const name = z.string().min(1).max(100)
const reason = z.string().min(1).max(500)
/** The version of the configuration that the change was made on: it is refused when the schedule is another one since then. */
const expectedVersion = z.int().min(1).optional()

export const scheduleInputs = {
  ...matchInputs,
  list: z.strictObject({
    limit: z.int().min(1).max(200).default(50),
    cursor: z.string().max(200).optional(),
    removed: z.boolean().default(false),
  }),
  id: z.strictObject({ id }),
  create: z.strictObject({ name, settings, reason }),
  update: z.strictObject({ id, settings, reason, expectedVersion }),
  remove: z.strictObject({ id, reason, expectedVersion }),
  runNow: z.strictObject({ id, type: z.enum(backupTypes).optional() }),
  preview: z.strictObject({
    cron: z.string().max(500),
    timezone: z.string().max(100),
    count: z.int().min(1).max(100).default(5),
  }),
}
export type ScheduleInput = { [K in keyof typeof scheduleInputs]: z.output<(typeof scheduleInputs)[K]> }

/** The one way to change the configuration: `services/settings`. */
export type DocumentEditor = {
  current(): Promise<{ readonly version: number; readonly document: ConfigDocument }>
  get(actor: Actor, input: { readonly version: number }): Promise<{ readonly document: ConfigDocument }>
  update(
    actor: Actor,
    change: { readonly document: unknown; readonly reason: string; readonly expectedVersion?: number | undefined },
  ): Promise<unknown>
}

export type SchedulesDeps = {
  readonly catalog: Catalog
  readonly clock: Clock
  readonly audit: Audit
  readonly settings: DocumentEditor
  /** Holdfast's own files and folders as of now, absolute: no backup reads them. */
  readonly protectedPaths: () => readonly string[]
  readonly queue: QueueControl
  readonly publish: Publish
}

const LIST_SLOTS = 1
const GET_SLOTS = 10

export type SchedulesService = ReturnType<typeof createSchedulesService>

export function createSchedulesService(deps: SchedulesDeps) {
  const { catalog, clock, audit, queue, publish } = deps
  const { db } = catalog

  async function rowOf(where: { id: string } | { name: string }): Promise<ListedSchedule> {
    const row = await db.schedule.findUnique({ where, include: scheduleInclude })
    if (row) return row
    throw new HoldfastError('not_found', `There is no schedule ${'id' in where ? where.id : `"${where.name}"`}`)
  }

  const itemOf = async (where: { id: string } | { name: string }): Promise<ScheduleItem> => {
    const row = await rowOf(where)
    return scheduleItem(row, (await lastRunsOf(db, [row.id])).get(row.id), clock.now(), GET_SLOTS)
  }

  /** Changes the document's schedules; their rows, and the events of the audit trail, follow in the same transaction. */
  async function edit(
    actor: Actor,
    why: string,
    change: (schedules: Record<string, ScheduleSettings>) => void,
    since?: { readonly name: string; readonly version: number | undefined },
  ): Promise<void> {
    const { version, document } = await deps.settings.current()
    if (since?.version !== undefined && since.version !== version) {
      const { document: then } = await deps.settings.get(actor, { version: since.version })
      if (!same(settingsIn(then, since.name), settingsIn(document, since.name)))
        throw new HoldfastError(
          'exists',
          `Somebody changed the schedule "${since.name}" since version ${since.version}`,
        )
    }
    const schedules = { ...document.schedules }
    change(schedules)
    await deps.settings.update(actor, { document: { ...document, schedules }, reason: why, expectedVersion: version })
  }

  /** Something about the row that no document says, and its event. */
  async function mark(
    actor: Actor,
    verb: 'pause' | 'resume',
    scheduleId: string,
    data: (row: Row) => Partial<Row>,
  ): Promise<ScheduleItem> {
    await catalog.transaction(async (tx) => {
      const row = await inUse(tx, scheduleId)
      await tx.schedule.update({ where: { id: row.id }, data: data(row) })
      await audit.append(tx, {
        actor,
        action: `schedule.${verb}`,
        target: { kind: 'schedule', id: row.id, name: row.name },
        result: 'success',
      })
    })
    publish({ kind: 'schedule', id: scheduleId })
    return itemOf({ id: scheduleId })
  }

  return {
    ...createMatching(deps),

    /** By name. */
    async list(
      _actor: Actor,
      { limit, cursor, removed }: ScheduleInput['list'],
    ): Promise<{ items: ScheduleItem[]; nextCursor: string | null }> {
      const rows = await db.schedule.findMany({
        where: {
          ...(removed ? {} : { removedAt: null }),
          ...(cursor === undefined ? {} : { name: { gt: cursor } }),
        },
        orderBy: { name: 'asc' },
        take: limit + 1,
        include: scheduleInclude,
      })
      const page = rows.slice(0, limit)
      const last = await lastRunsOf(
        db,
        page.map(({ id }) => id),
      )
      const items = page.map((row) => scheduleItem(row, last.get(row.id), clock.now(), LIST_SLOTS))
      return { items, nextCursor: rows.length > limit ? (items.at(-1)?.name ?? null) : null }
    },

    /** With its next ten slots. @throws `not_found` */
    get: (_actor: Actor, input: ScheduleInput['id']): Promise<ScheduleItem> => itemOf({ id: input.id }),

    /** When a schedule like this would run. @throws `usage` for a bad expression or zone */
    async preview(_actor: Actor, { count, ...when }: ScheduleInput['preview']): Promise<{ slots: string[] }> {
      return { slots: slotTexts(when, clock.now(), count) }
    },

    /** @throws `exists` for a name that is taken, or when somebody changed the configuration meanwhile; `usage` */
    async create(actor: Actor, input: ScheduleInput['create']): Promise<ScheduleItem> {
      await edit(actor, input.reason, (schedules) => {
        if (Object.hasOwn(schedules, input.name))
          throw new HoldfastError('exists', `There is already a schedule named "${input.name}"`)
        schedules[input.name] = input.settings
      })
      const item = await itemOf({ name: input.name })
      publish({ kind: 'schedule', id: item.id })
      return item
    },

    /** Its settings are replaced as a whole. @throws `not_found` (also for `expectedVersion`), `exists` when somebody changed it since `expectedVersion`, `usage` */
    async update(actor: Actor, input: ScheduleInput['update']): Promise<ScheduleItem> {
      const { name: known } = await rowOf({ id: input.id })
      await edit(
        actor,
        input.reason,
        (schedules) => {
          if (!Object.hasOwn(schedules, known)) throw wasRemoved(known)
          schedules[known] = input.settings
        },
        { name: known, version: input.expectedVersion },
      )
      publish({ kind: 'schedule', id: input.id })
      return itemOf({ id: input.id })
    },

    /** Its runs and snapshots stay. @throws as `update` */
    async remove(actor: Actor, input: ScheduleInput['remove']): Promise<ScheduleItem> {
      const { name: known } = await rowOf({ id: input.id })
      await edit(
        actor,
        input.reason,
        (schedules) => {
          if (!Object.hasOwn(schedules, known)) throw wasRemoved(known)
          delete schedules[known]
        },
        { name: known, version: input.expectedVersion },
      )
      publish({ kind: 'schedule', id: input.id })
      return itemOf({ id: input.id })
    },

    /** Its slots pass until it is resumed; a run that is at work goes on. @throws `not_found`, `refused` for one that was removed */
    pause: (actor: Actor, input: ScheduleInput['id']): Promise<ScheduleItem> =>
      mark(actor, 'pause', input.id, (row) => ({
        pausedAt: row.pausedAt ?? dateOf(clock.now()),
        pausedBy: row.pausedBy ?? actor.name,
      })),

    /** It goes on with its next slot: those that passed are not caught up. @throws as `pause` */
    resume: (actor: Actor, input: ScheduleInput['id']): Promise<ScheduleItem> =>
      mark(actor, 'resume', input.id, (row) => ({
        pausedAt: null,
        pausedBy: null,
        ...(row.pausedAt !== null && { handledUntil: dateOf(clock.now()), nextSlot: null }),
      })),

    /** A run of it as soon as there is room, whatever the clock says. @throws `not_found`, `exists` while one waits already, `refused` */
    async runNow(actor: Actor, input: ScheduleInput['runNow']): Promise<{ id: string }> {
      const runId = await catalog.transaction(async (tx) => {
        const row = await inUse(tx, input.id)
        const { repositoryId } = row
        if (repositoryId === null)
          throw new HoldfastError('refused', `The schedule "${row.name}" has no repository to back up to`)
        await mustBeInUse(tx, repositoryId)
        const waiting = await tx.run.findFirst({
          where: { concurrencyKey: scheduleKey(row.id), state: 'queued' },
          select: { id: true },
        })
        if (waiting) throw new HoldfastError('exists', `A run of "${row.name}" waits already: ${waiting.id}`)
        const payload = backupOf(row, input.type)
        const asked = { ...askedBy(actor), repositoryId, scheduleId: row.id, now: clock.now() }
        const made = await queueRun(tx, { kind: 'backup', payload, ...asked })
        await audit.append(tx, {
          actor,
          action: 'schedule.run',
          target: { kind: 'schedule', id: row.id, name: row.name },
          result: 'success',
          details: { run: made, type: payload.type },
        })
        return made
      })
      publish({ kind: 'run', id: runId, state: 'queued' })
      queue.wake()
      return { id: runId }
    },
  }
}

const settingsIn = ({ schedules = {} }: ConfigDocument, name: string): ScheduleSettings | undefined =>
  Object.hasOwn(schedules, name) ? schedules[name] : undefined

type Row = Awaited<ReturnType<Tx['schedule']['findUniqueOrThrow']>>

async function inUse(tx: Tx, scheduleId: string): Promise<Row> {
  const row = await tx.schedule.findUnique({ where: { id: scheduleId } })
  if (!row) throw new HoldfastError('not_found', `There is no schedule ${scheduleId}`)
  if (row.removedAt !== null) throw wasRemoved(row.name)
  return row
}

const wasRemoved = (name: string): HoldfastError =>
  new HoldfastError('refused', `The schedule "${name}" was removed from the configuration`)
