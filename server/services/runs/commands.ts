// Starting, cancelling and repeating runs.
import { z } from 'zod'
import { type Actor, demand } from '../../auth/actor.ts'
import { HoldfastError } from '../../contract/errors.ts'
import { endStates, jobPayloads, type Trigger } from '../../contract/jobs.ts'
import type { Catalog, Tx } from '../../db/index.ts'
import { type Clock, dateOf } from '../../lib/clock.ts'
import type { Publish, QueueControl } from '../../runtime/types.ts'
import type { Audit } from '../audit/audit.ts'
import { type NewRun, queueRun } from './new.ts'
import { noSuchRun } from './queries.ts'

const id = z.string().min(1).max(100)

export const runCommands = {
  start: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('backup'),
      repositoryId: id,
      ...jobPayloads.backup.pick({ type: true, paths: true, excludes: true, tags: true, allowEmpty: true }).shape,
    }),
    z.strictObject({ kind: z.literal('verify'), repositoryId: id, ...jobPayloads.verify.shape }),
  ]),
  id: z.strictObject({ id }),
}
export type RunCommand = { [K in keyof typeof runCommands]: z.output<(typeof runCommands)[K]> }

export type RunCommandDeps = {
  readonly catalog: Catalog
  readonly clock: Clock
  readonly audit: Audit
  readonly queue: QueueControl
  readonly publish: Publish
}

/** Words that only the server puts on snapshots. */
const OWN_TAG = /^(schedule|run):/

export function createRunCommands(deps: RunCommandDeps) {
  const { catalog, clock, audit, queue, publish } = deps

  const queued = (runId: string): { id: string } => {
    publish({ kind: 'run', id: runId, state: 'queued' })
    queue.wake()
    return { id: runId }
  }

  return {
    /** A backup of these paths, or a verification, as soon as there is room. @throws `not_found` for the repository, `refused`, `usage` */
    async start(actor: Actor, input: RunCommand['start']): Promise<{ id: string }> {
      const { kind, repositoryId, ...payload } = input
      const tag = kind === 'backup' ? input.tags.find((each) => OWN_TAG.test(each)) : undefined
      if (tag !== undefined) throw new HoldfastError('usage', `The tag "${tag}" is one that only the server gives`)
      const asked = { ...askedBy(actor), repositoryId, now: clock.now() }
      const run = { kind, payload, ...asked } as NewRun
      const runId = await catalog.transaction(async (tx) => {
        await mustBeInUse(tx, repositoryId)
        const made = await queueRun(tx, run)
        await audit.append(tx, {
          actor,
          action: 'run.start',
          target: { kind: 'run', id: made, name: kind },
          result: 'success',
          after: { kind, repositoryId, ...payload },
        })
        return made
      })
      return queued(runId)
    },

    /** One that waits ends at once, one that works as soon as it reached a safe point. @throws `not_found`, `refused` for one that has ended */
    async cancel(actor: Actor, input: RunCommand['id']): Promise<{ state: 'cancelled' | 'running' }> {
      const now = dateOf(clock.now())
      const state = await catalog.transaction(async (tx) => {
        const row = await tx.run.findUnique({ where: { id: input.id }, select: { state: true, kind: true } })
        if (!row) throw noSuchRun(input.id)
        if (row.state !== 'queued' && row.state !== 'running')
          throw new HoldfastError('refused', `Run ${input.id} has ended (${row.state}): there is nothing to cancel`)
        const asked = { cancelRequestedAt: now, cancelRequestedBy: actor.name }
        const ended = {
          state: 'cancelled',
          finishedAt: now,
          errorCode: 'interrupted',
          errorMessage: `${actor.name} cancelled it before it began`,
        }
        await tx.run.update({ where: { id: input.id }, data: row.state === 'queued' ? { ...asked, ...ended } : asked })
        await audit.append(tx, {
          actor,
          action: 'run.cancel',
          target: { kind: 'run', id: input.id, name: row.kind },
          result: 'success',
          before: { state: row.state },
        })
        return row.state === 'queued' ? ('cancelled' as const) : ('running' as const)
      })
      queue.cancel(input.id)
      publish({ kind: 'run', id: input.id, state })
      return { state }
    },

    /**
     * The same once more, as a run of its own.
     * @throws `not_found`, `refused` for one that has not ended, `forbidden` for a restore by somebody who may not start one
     */
    async retry(actor: Actor, input: RunCommand['id']): Promise<{ id: string }> {
      const runId = await catalog.transaction(async (tx) => {
        const row = await tx.run.findUnique({ where: { id: input.id } })
        if (!row) throw noSuchRun(input.id)
        if (!(endStates as readonly string[]).includes(row.state))
          throw new HoldfastError('refused', `Run ${input.id} is ${row.state}: only one that has ended can be repeated`)
        await mustBeInUse(tx, row.repositoryId ?? '')
        const made = await queueRun(tx, again(row, actor, clock.now()))
        if (row.kind === 'restore') demand(actor, 'restores.start')
        if (row.kind === 'restore') await copyRestore(tx, row.id, made, actor, clock.now())
        await audit.append(tx, {
          actor,
          action: 'run.retry',
          target: { kind: 'run', id: made, name: row.kind },
          result: 'success',
          details: { of: row.id },
        })
        return made
      })
      return queued(runId)
    },
  }
}

/** Who stands on a run that somebody asked for. */
export const askedBy = (actor: Actor): { trigger: Trigger; requestedById: string | null; requestedByName: string } => ({
  trigger: actor.kind === 'api_key' ? 'api' : 'manual',
  requestedById: actor.userId,
  requestedByName: actor.name,
})

/** @throws `not_found`, `refused` for one that is archived */
export async function mustBeInUse(tx: Tx, repositoryId: string): Promise<void> {
  const row = await tx.repository.findUnique({ where: { id: repositoryId }, select: { name: true, archivedAt: true } })
  if (!row) throw new HoldfastError('not_found', `There is no repository ${repositoryId}`)
  if (row.archivedAt !== null) throw new HoldfastError('refused', `The repository "${row.name}" is archived`)
}

type Row = NonNullable<Awaited<ReturnType<Tx['run']['findUnique']>>>

function again(row: Row, actor: Actor, now: number): NewRun {
  // Somebody wants it done anew, whatever an attempt before has committed.
  const { origin: _, ...payload } = JSON.parse(row.payload) as Record<string, unknown>
  return {
    kind: row.kind,
    payload,
    ...askedBy(actor),
    repositoryId: row.repositoryId ?? '',
    ...(row.scheduleId !== null && { scheduleId: row.scheduleId }),
    now,
  } as NewRun
}

/** A repeated restore is a restore, too. */
async function copyRestore(tx: Tx, from: string, to: string, actor: Actor, now: number): Promise<void> {
  const row = await tx.restore.findUnique({ where: { runId: from } })
  if (!row) return
  const { id: _, ...same } = row
  const asked = { requestedById: actor.userId, requestedByName: actor.name, createdAt: dateOf(now) }
  await tx.restore.create({ data: { ...same, ...asked, runId: to } })
}
