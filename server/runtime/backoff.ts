// How long to wait before the next attempt: longer each time, and not for everybody at the same moment.

export type Backoff = { readonly firstMs: number; readonly longestMs: number }

export const retryRun: Backoff = { firstMs: 30_000, longestMs: 3_600_000 }
export const retryCatalog: Backoff = { firstMs: 500, longestMs: 30_000 }

/** Milliseconds to wait after the failure of attempt `attempt` (from 1): doubled each time, then by lot between half of it and all. `random` gives 0 to 1. */
export function backoffMs(attempt: number, { firstMs, longestMs }: Backoff, random: () => number): number {
  const full = Math.min(longestMs, firstMs * 2 ** (attempt - 1))
  return Math.round(full / 2 + (full / 2) * random())
}
