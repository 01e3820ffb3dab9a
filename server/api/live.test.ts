// Streams of live events: who sees what, and how they end.
import { expect, test } from 'vitest'
import { type Actor, systemActor } from '../auth/actor.ts'
import type { LiveEvent, NewEvent } from '../contract/events.ts'
import { permissionsOf, type Role } from '../contract/permissions.ts'
import { systemClock } from '../lib/clock.ts'
import { silentLogger } from '../lib/logger.ts'
import type { Context, Pace } from './context.ts'
import { liveEvents } from './live.ts'

/** A source that gives these events, then waits until it is left. */
function sourceOf(events: readonly NewEvent[]) {
  return {
    seq: 0,
    async *subscribe(signal?: AbortSignal): AsyncGenerator<LiveEvent> {
      for (const [index, event] of events.entries()) {
        yield { ...event, at: '2026-01-01T00:00:00.000Z', seq: index + 1 } as LiveEvent
      }
      if (signal !== undefined && !signal.aborted) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      }
    },
  }
}

const actorOf = (role: Role): Actor => ({
  ...systemActor(role),
  kind: 'user',
  id: role,
  userId: role,
  role,
  permissions: new Set(permissionsOf(role)),
})

type Given = {
  readonly actor?: Actor
  readonly events?: readonly NewEvent[]
  readonly stillValid?: () => Promise<boolean>
  readonly cutOff?: (grace: number) => void
  readonly pace?: Partial<Pace>
}

const contextOf = ({ actor = actorOf('operator'), events = [], stillValid, cutOff, pace }: Given): Context =>
  ({
    actor,
    clock: systemClock,
    log: silentLogger,
    requestId: 'test',
    pace: { check: 60_000, stall: 60_000, ...pace },
    stillValid: stillValid ?? (async () => true),
    cutOff: cutOff ?? (() => undefined),
    services: {
      events: sourceOf(events),
      notifications: { concerns: async (_actor: Actor, id: string) => id === 'mine' },
      restores: { isOwnRun: async (_actor: Actor, id: string) => id === 'mine' },
    },
  }) as unknown as Context

/** So many events of a stream; then it is left. */
async function take(stream: AsyncGenerator<readonly [string, LiveEvent]>, count: number): Promise<LiveEvent[]> {
  const taken: LiveEvent[] = []
  for await (const [, event] of stream) if (taken.push(event) === count) break
  return taken
}

const shown = (event: LiveEvent): string => `${event.kind}:${event.id}`

const events: NewEvent[] = [
  { kind: 'run', id: 'theirs', state: 'running' },
  { kind: 'run', id: 'mine', state: 'running' },
  { kind: 'schedule', id: 's' },
  { kind: 'snapshot', id: 's' },
  { kind: 'config', id: '2' },
  { kind: 'notification', id: 'theirs' },
  { kind: 'notification', id: 'mine' },
]

test.each([
  ['administrator', ['run:theirs', 'run:mine', 'schedule:s', 'snapshot:s', 'config:2', 'notification:mine']],
  ['operator', ['run:theirs', 'run:mine', 'schedule:s', 'snapshot:s', 'notification:mine']],
  ['requester', ['run:mine', 'notification:mine']],
] as const)('%s sees what the role may', async (role, wanted) => {
  const stream = liveEvents(contextOf({ actor: actorOf(role), events }), undefined, undefined)
  expect((await take(stream, wanted.length + 1)).map(shown)).toEqual(['resync:', ...wanted])
})

test.each([
  ['operator', { files: 3, path: '/home/ada', pathBytes: '' }],
  ['auditor', { files: 3 }],
  ['requester', { files: 3, path: '/home/ada', pathBytes: '' }],
] as const)('which file a run is at, as %s', async (role, wanted) => {
  const progress = { files: 3, path: '/home/ada', pathBytes: '' }
  const given = { actor: actorOf(role), events: [{ kind: 'run' as const, id: 'mine', state: 'running', progress }] }
  const [, event] = await take(liveEvents(contextOf(given), undefined, undefined), 2)
  expect(event).toMatchObject({ kind: 'run', id: 'mine' })
  expect(event).toHaveProperty('progress', wanted)
})

test('who missed nothing is not told to resync', async () => {
  const [first] = await Array.fromAsync(limited(liveEvents(contextOf({}), undefined, undefined), 1))
  const id = first?.[0]
  const next = liveEvents(contextOf({ events: [{ kind: 'run', id: 'r', state: 'queued' }] }), id, undefined)
  expect((await take(next, 1)).map(shown)).toEqual(['run:r'])
  const stale = liveEvents(contextOf({}), `${id}9`, undefined)
  expect((await take(stale, 1)).map(shown)).toEqual(['resync:'])
  const elsewhere = liveEvents(contextOf({}), 'another.0', undefined)
  expect((await take(elsewhere, 1)).map(shown)).toEqual(['resync:'])
})

async function* limited<T>(stream: AsyncGenerator<T>, count: number): AsyncGenerator<T> {
  let left = count
  for await (const each of stream) {
    yield each
    if (--left === 0) return
  }
}

test('a stream ends when the session does', async () => {
  let valid = true
  const stream = liveEvents(contextOf({ stillValid: async () => valid, pace: { check: 5 } }), undefined, undefined)
  expect((await stream.next()).done).toBe(false)
  valid = false
  await expect(stream.next()).rejects.toMatchObject({ code: 'unauthenticated' })
})

test('a catalog that cannot be asked for a while ends no stream', async () => {
  let asked = 0
  const stillValid = async (): Promise<boolean> => {
    asked++
    if (asked === 1) throw new Error('no catalog')
    return asked < 3
  }
  const stream = liveEvents(contextOf({ stillValid, pace: { check: 5 } }), undefined, undefined)
  await stream.next()
  await expect(stream.next()).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(asked).toBe(3)
})

test('a stream ends when its reader leaves', async () => {
  const leaving = new AbortController()
  const stream = liveEvents(contextOf({}), undefined, leaving.signal)
  await stream.next()
  leaving.abort()
  expect(await stream.next()).toMatchObject({ done: true })
})

test('a reader who takes nothing any more is cut off', async () => {
  const { promise, resolve } = Promise.withResolvers<number>()
  const context = contextOf({
    events: [{ kind: 'run', id: 'r', state: 'queued' }],
    cutOff: resolve,
    pace: { stall: 5 },
  })
  const stream = liveEvents(context, undefined, undefined)
  await stream.next()
  await stream.next()
  expect(await promise).toBe(0)
  await stream.return(undefined)
})

test('one user has ten streams at most, and gets a new one for each that ended', async () => {
  const open = async () => {
    const stream = liveEvents(contextOf({ actor: { ...actorOf('auditor'), id: 'many' } }), undefined, undefined)
    await stream.next()
    return stream
  }
  const streams = await Promise.all(Array.from({ length: 10 }, open))
  await expect(open()).rejects.toMatchObject({ code: 'rate_limited' })
  await streams.pop()?.return(undefined)
  streams.push(await open())
  for (const stream of streams) await stream.return(undefined)
})
