import { describe, expect, it } from 'vitest'
import { type LiveEvent, liveEventSchema } from '../contract/events.ts'
import { createEvents } from './events.ts'

const clock = { now: () => 1_777_000_000_000 }

async function take(events: AsyncIterable<LiveEvent>, count: number): Promise<LiveEvent[]> {
  const taken: LiveEvent[] = []
  for await (const event of events) {
    taken.push(event)
    if (taken.length === count) break
  }
  return taken
}

describe('events', () => {
  it('come in order, numbered, from the moment of subscribing on', async () => {
    const events = createEvents(clock)
    events.publish({ kind: 'config', id: '1' })
    const subscription = events.subscribe()
    expect(events.publish({ kind: 'run', id: 'a', state: 'queued' })).toBe(2)
    events.publish({ kind: 'snapshot', id: 'b' })
    expect(events.seq).toBe(3)
    const at = '2026-04-24T03:06:40.000Z'
    const taken = await take(subscription, 2)
    expect(taken).toEqual([
      { kind: 'run', id: 'a', state: 'queued', at, seq: 2 },
      { kind: 'snapshot', id: 'b', at, seq: 3 },
    ])
    for (const event of taken) expect(liveEventSchema.parse(event)).toEqual(event)
  })

  it('wait for whoever comes later, and reach every subscriber', async () => {
    const events = createEvents(clock)
    const both = [take(events.subscribe(), 1), take(events.subscribe(), 1)]
    events.publish({ kind: 'schedule', id: 's' })
    expect((await Promise.all(both)).flat().map(({ id }) => id)).toEqual(['s', 's'])
  })

  it('about the same run become one for who is slow, with the progress of all', async () => {
    const events = createEvents(clock)
    const subscription = events.subscribe()
    events.publish({ kind: 'run', id: 'a', state: 'running', progress: { files: 1, bytes: 10 } })
    events.publish({ kind: 'run', id: 'b', state: 'running', progress: { files: 7 } })
    events.publish({ kind: 'run', id: 'a', state: 'running', progress: { files: 2 } })
    events.publish({ kind: 'run', id: 'a', state: 'succeeded' })
    const [first, second] = await take(subscription, 2)
    expect(first).toMatchObject({ id: 'b', seq: 2 })
    expect(second).toMatchObject({ id: 'a', seq: 4, state: 'succeeded', progress: { files: 2, bytes: 10 } })
  })

  it('that are too many become one call to resync', async () => {
    const events = createEvents(clock)
    const subscription = events.subscribe()
    for (let i = 0; i < 1500; i++) events.publish({ kind: 'snapshot', id: String(i) })
    const reader = subscription[Symbol.asyncIterator]()
    expect((await reader.next()).value).toMatchObject({ kind: 'resync', seq: 1500 })
    events.publish({ kind: 'snapshot', id: 'after' })
    expect((await reader.next()).value).toMatchObject({ kind: 'snapshot', id: 'after', seq: 1501 })
  })

  it('end with the signal, also for who waits', async () => {
    const events = createEvents(clock)
    const controller = new AbortController()
    const waiting = take(events.subscribe(controller.signal), 5)
    events.publish({ kind: 'config', id: '2' })
    controller.abort()
    expect((await waiting).map(({ id }) => id)).toEqual(['2'])
    expect(await take(events.subscribe(controller.signal), 5)).toEqual([])
  })
})
