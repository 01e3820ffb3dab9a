// The only place that reads the machine's clock, so that a fake one can drive the tests.

export type Clock = {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

/** ISO 8601 in UTC with milliseconds, e.g. 2026-05-04T03:02:01.000Z. */
export const isoTime = (ms: number): string => new Date(ms).toISOString()

/** Milliseconds since 1970 of an ISO 8601 time; NaN when it is none. */
export const parseTime = (text: string): number => Date.parse(text)

/** For what wants a Date: a column of the catalog, a cookie. */
export const dateOf = (ms: number): Date => new Date(ms)
