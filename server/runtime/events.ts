// The event bus of this process. A subscriber who is slow holds up nobody: events about the same thing become one, and in the end it is told to resync.
import type { LiveEvent, NewEvent } from '../contract/events.ts'
import { type Clock, isoTime } from '../lib/clock.ts'

/** Things that may wait for one subscriber. */
const WAITING = 1000

export type Events = {
  /** @returns the event's number */
  publish(event: NewEvent): number
  /** The number of the last event. */
  readonly seq: number
  /** Events from now on, until the signal or the caller's `break` ends it. */
  subscribe(signal?: AbortSignal): AsyncIterable<LiveEvent>
}

export function createEvents(clock: Clock): Events {
  const subscribers = new Set<Subscriber>()
  let seq = 0
  return {
    get seq() {
      return seq
    },
    publish(event) {
      seq++
      const full = { ...event, at: isoTime(clock.now()), seq } as LiveEvent
      for (const subscriber of subscribers) subscriber.add(full)
      return seq
    },
    subscribe(signal) {
      const subscriber = new Subscriber()
      // From this call on, not from the first `next`: nothing is lost between a snapshot of the state and the loop.
      subscribers.add(subscriber)
      const end = (): void => {
        subscribers.delete(subscriber)
        subscriber.end()
        signal?.removeEventListener('abort', end)
      }
      if (signal?.aborted) end()
      else signal?.addEventListener('abort', end)
      return {
        [Symbol.asyncIterator]: () => ({
          next: () => subscriber.next(),
          return: async () => {
            end()
            return { done: true, value: undefined }
          },
        }),
      }
    },
  }
}

const keyOf = ({ kind, id }: LiveEvent): string => `${kind}:${id}`
const RESYNC = 'resync:'

/** Two events about the same thing: the later one, with the progress of both. */
function merge(earlier: LiveEvent | undefined, later: LiveEvent): LiveEvent {
  if (earlier?.kind !== 'run' || later.kind !== 'run' || !earlier.progress) return later
  return { ...later, progress: { ...earlier.progress, ...later.progress } }
}

class Subscriber {
  /** By kind and id, oldest first. */
  readonly #waiting = new Map<string, LiveEvent>()
  #wake: (() => void) | undefined
  #ended = false

  add(event: LiveEvent): void {
    const key = keyOf(event)
    const lost = this.#waiting.has(RESYNC) || (!this.#waiting.has(key) && this.#waiting.size >= WAITING)
    if (lost) {
      this.#waiting.clear()
      this.#waiting.set(RESYNC, { kind: 'resync', id: '', at: event.at, seq: event.seq })
    } else {
      const merged = merge(this.#waiting.get(key), event)
      // To the back, so that the numbers keep growing.
      this.#waiting.delete(key)
      this.#waiting.set(key, merged)
    }
    this.#wake?.()
  }

  async next(): Promise<IteratorResult<LiveEvent, undefined>> {
    while (this.#waiting.size === 0 && !this.#ended) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#wake = resolve
      await promise
    }
    const [key, event] = this.#waiting.entries().next().value ?? []
    if (key === undefined || event === undefined) return { done: true, value: undefined }
    this.#waiting.delete(key)
    return { done: false, value: event }
  }

  end(): void {
    this.#ended = true
    this.#wake?.()
  }
}
