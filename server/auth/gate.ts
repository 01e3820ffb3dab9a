// A bound on how much expensive work goes on at once: hashing a password takes memory and a processor.
import { HoldfastError } from '../contract/errors.ts'

/** Runs work in order of arrival; made by createGate. */
export type Gate = <T>(work: () => Promise<T>) => Promise<T>

/**
 * A gate that lets `width` pieces of work run at once while at most `queue` more wait.
 * @throws `rate_limited` (from the gate) when the queue is full
 */
export function createGate(width: number, queue: number): Gate {
  const waiting: (() => void)[] = []
  let running = 0

  return async (work) => {
    if (running >= width) {
      if (waiting.length >= queue) throw new HoldfastError('rate_limited', 'Too many sign-ins at once: try again soon')
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else {
      running += 1
    }
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}
