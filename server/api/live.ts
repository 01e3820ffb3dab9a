// One caller's stream of live events: only what they may know, ended when their session ends, cut when they stop reading.
import { randomUUID } from 'node:crypto'
import { type Actor, can } from '../auth/actor.ts'
import { HoldfastError, messageOf } from '../contract/errors.ts'
import { type LiveEvent, progressWithoutPath } from '../contract/events.ts'
import type { Permission } from '../contract/permissions.ts'
import { isoTime } from '../lib/clock.ts'
import type { Context } from './context.ts'

/** Streams at once of one user or key: as many tabs as a person has eyes for. */
const STREAMS = 10

/** Tells the numbers of this process from those of the one before. */
const epoch = randomUUID().slice(0, 8)

const open = new Map<string, number>()

/**
 * Events with their ids. The first is `resync`, unless `lastEventId` says that nothing was missed.
 * @throws `rate_limited` for too many streams, `unauthenticated` once the session is over, `unavailable` for a reader who does not read
 */
export async function* liveEvents(
  ctx: Context,
  lastEventId: string | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly [id: string, event: LiveEvent]> {
  const { pace } = ctx
  const { events } = ctx.services
  const leave = enter(ctx.actor)
  const over = new AbortController()
  const watch = setInterval(() => void checkValidity(ctx, over), pace.check)
  watch.unref()
  try {
    const incoming = events.subscribe(AbortSignal.any([over.signal, ...(signal === undefined ? [] : [signal])]))
    const seq = events.seq
    if (lastEventId !== idOf(seq)) yield [idOf(seq), { kind: 'resync', id: '', at: isoTime(ctx.clock.now()), seq }]
    for await (const event of incoming) {
      if (!(await mayKnow(ctx, event))) continue
      const stalled = setTimeout(() => dropStalled(ctx), pace.stall)
      try {
        yield [idOf(event.seq), shownTo(ctx.actor, event)]
      } finally {
        clearTimeout(stalled)
      }
    }
    if (over.signal.aborted) throw new HoldfastError('unauthenticated', 'The session is over: sign in again')
  } finally {
    clearInterval(watch)
    leave()
  }
}

/** What a stream is begun with that goes on where an answer of now ends. */
export const lastEventIdOf = ({ seq }: { readonly seq: number }): string => idOf(seq)

const idOf = (seq: number): string => `${epoch}.${seq}`

/** Counts the stream in; the result counts it out. */
function enter(actor: Actor): () => void {
  const who = `${actor.kind}:${actor.id}`
  const count = open.get(who) ?? 0
  if (count >= STREAMS) {
    throw new HoldfastError('rate_limited', `${actor.name} has ${count} streams open; allowed are ${STREAMS}`)
  }
  open.set(who, count + 1)
  return () => {
    const left = (open.get(who) ?? 1) - 1
    if (left === 0) open.delete(who)
    else open.set(who, left)
  }
}

async function checkValidity(ctx: Context, over: AbortController): Promise<void> {
  try {
    if (!(await ctx.stillValid())) over.abort()
  } catch (error) {
    ctx.log.warn('It could not be asked whether a session still holds; it is asked again', { error: messageOf(error) })
  }
}

function dropStalled(ctx: Context): void {
  ctx.log.info('A reader of live events does not read; its connection is closed', { actor: ctx.actor.name })
  ctx.cutOff(0)
}

const needed: Readonly<Record<'run' | 'schedule' | 'snapshot' | 'config', Permission>> = {
  run: 'runs.read',
  schedule: 'schedules.read',
  snapshot: 'snapshots.read',
  config: 'settings.read',
}

/** Whether the caller may know of what an event is about: by permission, or because it is their own. */
async function mayKnow(ctx: Context, event: LiveEvent): Promise<boolean> {
  const { actor, services } = ctx
  if (event.kind === 'resync') return true
  if (event.kind === 'notification') return services.notifications.concerns(actor, event.id)
  if (can(actor, needed[event.kind])) return true
  return event.kind === 'run' && services.restores.isOwnRun(actor, event.id)
}

/** The file that a run is at is a name in a backup: for who may browse snapshots, and for whose own restore it is, who sees the events of no other run. */
function shownTo(actor: Actor, event: LiveEvent): LiveEvent {
  if (event.kind !== 'run' || event.progress === undefined) return event
  if (can(actor, 'snapshots.browse') || !can(actor, 'runs.read')) return event
  return { ...event, progress: progressWithoutPath(event.progress) }
}
