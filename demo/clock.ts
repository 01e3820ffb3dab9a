// The clock of the simulated company: it stands still until somebody moves it, and never goes back.
import type { Clock } from '#server/lib/clock.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export class SimulatedClock implements Clock {
  #now: number

  /** @param now milliseconds since 1970 */
  constructor(now: number) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  /** Moves on to an instant; one that has passed changes nothing. */
  to(instant: number): void {
    this.#now = Math.max(this.#now, instant)
  }

  pass(milliseconds: number): void {
    this.#now += Math.max(0, Math.round(milliseconds))
  }
}

/** The first time that the clocks of UTC show "HH:MM" at or after an instant. */
export function nextTime(after: number, time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  const ofDay = hours * HOUR + minutes * MINUTE
  const midnight = Math.floor(after / DAY) * DAY
  return midnight + ofDay >= after ? midnight + ofDay : midnight + DAY + ofDay
}

/** Monday to Friday, in UTC. The first of January 1970 was a Thursday. */
export const isWorkday = (instant: number): boolean => (Math.floor(instant / DAY) + 3) % 7 < 5
