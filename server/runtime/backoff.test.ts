import { expect, it } from 'vitest'
import { backoffMs, retryRun } from './backoff.ts'

it('doubles the wait up to a longest one, and spreads it', () => {
  const longest = [1, 2, 3, 7, 8, 50].map((attempt) => backoffMs(attempt, retryRun, () => 1))
  expect(longest).toEqual([30_000, 60_000, 120_000, 1_920_000, 3_600_000, 3_600_000])
  const shortest = [1, 2, 50].map((attempt) => backoffMs(attempt, retryRun, () => 0))
  expect(shortest).toEqual([15_000, 30_000, 1_800_000])
})
