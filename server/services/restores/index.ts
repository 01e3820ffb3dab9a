// Restores: what is brought back, for whom and where to. Each is a run with a row of its own beside it.
import { z } from 'zod'
import type { Prisma } from '#generated/sqlite/client.ts'
import { type Actor, can } from '../../auth/actor.ts'
import type { ConfigDocument } from '../../contract/config/document.ts'
import { workPlan } from '../../contract/config/plans/work.ts'
import { HoldfastError } from '../../contract/errors.ts'
import { absolutePath, jobPayloads, lines, type RunState, runStates } from '../../contract/jobs.ts'
import type { Catalog, Tx } from '../../db/index.ts'
import { type Clock, dateOf, isoTime } from '../../lib/clock.ts'
import type { Publish, QueueControl } from '../../runtime/types.ts'
import type { Audit } from '../audit/audit.ts'
import { askedBy, mustBeInUse } from '../runs/commands.ts'
import { errorOf, errorWithoutNames, parsed, timeText, wantedWithoutNames, withoutNames } from '../runs/mapping.ts'
import { queueRun } from '../runs/new.ts'
import { decodeCursor, encodeCursor } from '../snapshots/cursor.ts'
import { byteFields } from '../snapshots/names.ts'

const id = z.string().min(1).max(100)
const what = {
  /** The id of the snapshot's row. */
  snapshot: id,
  path: jobPayloads.restore.shape.path,
  pathBytes: jobPayloads.restore.shape.pathBytes,
  include: lines.default([]),
  target: absolutePath,
  overwrite: jobPayloads.restore.shape.overwrite,
}

export const restoreInputs = {
  start: z.strictObject({
    ...what,
    /** Read every file back; absent: as the configuration says. */
    verify: z.boolean().optional(),
  }),
  plan: z.strictObject(what),
  list: z.strictObject({
    limit: z.int().min(1).max(200).default(50),
    cursor: z.string().max(500).optional(),
    state: z.enum(runStates).optional(),
    dryRun: z.boolean().optional(),
  }),
  id: z.strictObject({ id }),
}
export type RestoreInput = { [K in keyof typeof restoreInputs]: z.output<(typeof restoreInputs)[K]> }

export type RestoreItem = {
  readonly id: string
  readonly runId: string
  readonly state: RunState
  readonly repositoryId: string
  /** The engine's id. */
  readonly snapshotId: string
  /** '' for all of the snapshot; null for a part of it whose names the caller may not know, with no `include`. */
  readonly path: string | null
  /** Base64, when the path is no text. */
  readonly pathBytes?: string | undefined
  readonly include: readonly string[]
  readonly target: string
  readonly overwrite: string
  readonly dryRun: boolean
  readonly verify: boolean
  readonly requestedById: string | null
  readonly requestedByName: string | null
  /** All times are ISO 8601. */
  readonly createdAt: string
  readonly startedAt: string | null
  readonly finishedAt: string | null
  /** It was cancelled, and ends at the next safe point. */
  readonly cancelRequestedAt: string | null
  readonly error: { readonly code: string; readonly message: string } | null
  /** It ended, and left everything as it was that it found there. */
  readonly wroteNothing: boolean
}

export type RestoreDetails = RestoreItem & {
  /** The id of the snapshot's row; null once there is none any more. */
  readonly snapshot: string | null
  readonly progress: Readonly<Record<string, unknown>> | null
  /** Counts; for who may know names, too, what failed and differs, and of a dry run the first thousand steps with their reasons. */
  readonly statistics: Readonly<Record<string, unknown>> | null
}

export type RestoresDeps = {
  readonly catalog: Catalog
  readonly clock: Clock
  readonly audit: Audit
  /** The configuration that counts now. */
  readonly document: () => Promise<ConfigDocument> | ConfigDocument
  readonly queue: QueueControl
  readonly publish: Publish
  /** Where restores go that were told no other place: a folder for each in it. Not in the data folder, into which nothing is restored. */
  readonly folder: string
}

const include = {
  run: {
    select: {
      state: true,
      startedAt: true,
      finishedAt: true,
      cancelRequestedAt: true,
      errorCode: true,
      errorMessage: true,
      payload: true,
      filesRead: true,
    },
  },
} as const satisfies Prisma.RestoreInclude
type Row = Prisma.RestoreGetPayload<{ include: typeof include }>

export type RestoresService = ReturnType<typeof createRestoresService>

export function createRestoresService(deps: RestoresDeps) {
  const { catalog, clock, audit, queue, publish } = deps
  const { db } = catalog

  /** Who may not see all restores sees the own ones; others do not exist for him. */
  const visible = (actor: Actor): Prisma.RestoreWhereInput =>
    can(actor, 'restores.read') ? {} : { requestedById: actor.userId ?? '' }

  /** Names of files are for who may browse snapshots, and for who asked for the restore. */
  const mayName = (actor: Actor, { requestedById }: { requestedById: string | null }): boolean =>
    can(actor, 'snapshots.browse') || (requestedById !== null && requestedById === actor.userId)

  async function begin(actor: Actor, input: RestoreInput['start'], dryRun: boolean): Promise<RestoreItem> {
    const { snapshot: rowId, ...asked } = input
    const verify = input.verify ?? workPlan(await deps.document()).readBack
    const now = clock.now()
    const made = await catalog.transaction(async (tx) => {
      const { repositoryId, snapshotId } = await snapshotOf(tx, rowId)
      const payload = { ...asked, snapshotId, dryRun, verify }
      const who = askedBy(actor)
      const runId = await queueRun(tx, { kind: 'restore', payload, ...who, repositoryId, now })
      const { id: restoreId } = await tx.restore.create({
        data: {
          runId,
          repositoryId,
          snapshotId,
          requestedById: who.requestedById,
          requestedByName: who.requestedByName,
          path: asked.path,
          include: JSON.stringify(asked.include),
          target: asked.target,
          overwrite: asked.overwrite,
          dryRun,
          verify,
          createdAt: dateOf(now),
        },
        select: { id: true },
      })
      await audit.append(tx, {
        actor,
        action: dryRun ? 'restore.plan' : 'restore.start',
        target: { kind: 'restore', id: restoreId, name: asked.target },
        result: 'success',
        details: { run: runId, repositoryId, ...payload },
      })
      return { runId, restoreId }
    })
    publish({ kind: 'run', id: made.runId, state: 'queued' })
    queue.wake()
    return item(await db.restore.findUniqueOrThrow({ where: { id: made.restoreId }, include }), false)
  }

  return {
    /** A folder that is not there yet: the safe place for a restore. */
    suggest: (): { target: string } => ({
      target: `${deps.folder}/${isoTime(clock.now()).slice(0, 19).replaceAll(':', '-')}`,
    }),

    /** Brings files back to a place of the server. @throws `not_found` for the snapshot, `refused` for an archived repository */
    start: (actor: Actor, input: RestoreInput['start']): Promise<RestoreItem> => begin(actor, input, false),

    /** The same as a dry run: `get` then shows what would be done, with the reasons. @throws as `start` */
    plan: (actor: Actor, input: RestoreInput['plan']): Promise<RestoreItem> => begin(actor, input, true),

    /** Newest first; the own ones only, for who may not see all. @throws `usage` for a cursor of another list */
    async list(
      actor: Actor,
      { limit, cursor, state, dryRun }: RestoreInput['list'],
    ): Promise<{ items: RestoreItem[]; nextCursor: string | null }> {
      const rows = await db.restore.findMany({
        where: {
          AND: [visible(actor), after(cursor)],
          ...(dryRun !== undefined && { dryRun }),
          ...(state !== undefined && { run: { state } }),
        },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
        include,
      })
      const last = rows[limit - 1]
      const more = rows.length > limit && last
      const nextCursor = more ? encodeCursor({ t: last.createdAt.getTime(), id: last.id }) : null
      const shown = rows.slice(0, limit)
      const idle = await idleAmong(db, shown)
      const items = shown
        .map((row) => item(row, idle.has(row.runId)))
        .map((each) =>
          mayName(actor, each) ? each : { ...wantedWithoutNames(each), error: errorWithoutNames(each.error) },
        )
      return { items, nextCursor }
    },

    /** Whether the run is that of a restore which the actor asked for: for live events. */
    async isOwnRun(actor: Actor, runId: string): Promise<boolean> {
      const row = await db.restore.findUnique({ where: { runId }, select: { requestedById: true } })
      return row !== null && row.requestedById !== null && row.requestedById === actor.userId
    },

    /** @throws `not_found`, also for one of somebody else that the actor may not see */
    async get(actor: Actor, input: RestoreInput['id']): Promise<RestoreDetails> {
      const row = await db.restore.findFirst({
        where: { AND: [{ id: input.id }, visible(actor)] },
        include: { run: { select: { ...include.run.select, progress: true, statistics: true } } },
      })
      if (!row) throw new HoldfastError('not_found', `There is no restore ${input.id}`)
      const progress = queue.live(row.runId)?.progress ?? parsed<Record<string, unknown>>(row.run.progress)
      const { repositoryId, snapshotId } = row
      const snapshot = await db.snapshot.findFirst({ where: { repositoryId, snapshotId }, select: { id: true } })
      const details: RestoreDetails = {
        ...item(row, wroteNothing(row)),
        snapshot: snapshot?.id ?? null,
        progress,
        statistics: parsed(row.run.statistics),
      }
      return mayName(actor, row) ? details : withoutNames(wantedWithoutNames(details))
    },
  }
}

/** @throws `not_found`, `refused` */
async function snapshotOf(tx: Tx, rowId: string): Promise<{ repositoryId: string; snapshotId: string }> {
  const row = await tx.snapshot.findUnique({
    where: { id: rowId },
    select: { repositoryId: true, snapshotId: true },
  })
  if (!row) throw new HoldfastError('not_found', `There is no snapshot ${rowId}`)
  await mustBeInUse(tx, row.repositoryId)
  return row
}

/** What comes after the cursor's row; the first condition lets the index be used. */
function after(cursor: string | undefined): Prisma.RestoreWhereInput {
  if (cursor === undefined) return {}
  const { t, id: last } = decodeCursor(cursor, { t: 'number', id: 'string' })
  const createdAt = dateOf(t)
  return { createdAt: { lte: createdAt }, OR: [{ createdAt: { lt: createdAt } }, { id: { lt: last } }] }
}

/** As it was asked for: bytes count more than the text beside them. */
function pathFields({ path, run }: Row): { path: string; pathBytes?: string } {
  const bytes = parsed<{ pathBytes?: string }>(run.payload)?.pathBytes
  return bytes === undefined
    ? { path: path ?? '' }
    : byteFields('path', Buffer.from(bytes, 'base64').toString('latin1'))
}

type Ended = { readonly dryRun: boolean; readonly run: { readonly statistics: string | null } }

/** A file that is there and was left as it was is no file that came back. */
function wroteNothing({ dryRun, run }: Ended): boolean {
  const { files, links, others, kept } = parsed<Readonly<Record<string, unknown>>>(run.statistics) ?? {}
  return !dryRun && files === 0 && links === 0 && others === 0 && typeof kept === 'number' && kept > 0
}

/** The runs among them that wrote nothing. Statistics can be long: only those are read that may say so. */
async function idleAmong(db: Catalog['db'], rows: readonly Row[]): Promise<ReadonlySet<string>> {
  const maybe = rows.filter(({ dryRun, run }) => !dryRun && run.filesRead === 0).map(({ runId }) => runId)
  if (maybe.length === 0) return new Set()
  const runs = await db.run.findMany({ where: { id: { in: maybe } }, select: { id: true, statistics: true } })
  return new Set(runs.filter((run) => wroteNothing({ dryRun: false, run })).map((run) => run.id))
}

const item = (row: Row, wroteNothing: boolean): RestoreItem => ({
  id: row.id,
  runId: row.runId,
  state: row.run.state as RunState,
  repositoryId: row.repositoryId,
  snapshotId: row.snapshotId,
  ...pathFields(row),
  include: JSON.parse(row.include) as string[],
  target: row.target,
  overwrite: row.overwrite,
  dryRun: row.dryRun,
  verify: row.verify,
  requestedById: row.requestedById,
  requestedByName: row.requestedByName,
  createdAt: isoTime(row.createdAt.getTime()),
  startedAt: timeText(row.run.startedAt),
  finishedAt: timeText(row.run.finishedAt),
  cancelRequestedAt: timeText(row.run.cancelRequestedAt),
  error: errorOf(row.run),
  wroteNothing,
})
