// Asks again and again, and tells how long answers took.
import type { Seeded } from '../random.ts'
import type { Call } from './calls.ts'

/** Milliseconds. */
export type Latency = { readonly count: number; readonly p50: number; readonly p95: number; readonly max: number }
export type Measured = Latency & { readonly path: string; readonly slowest: string; readonly slowestP95: number }

/** The value that so large a share of the others does not exceed; `values` must not be empty. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))] ?? Number.NaN
}

export const latencyOf = (values: readonly number[]): Latency => ({
  count: values.length,
  p50: percentile(values, 0.5),
  p95: percentile(values, 0.95),
  max: Math.max(...values),
})

/** `rounds` answers for each variant: mostly the next page of the one before, now and then from the beginning. */
export async function measure(call: Call, random: Seeded, rounds: number): Promise<Measured> {
  const all: number[] = []
  let slowest = { name: '', p95: -1 }
  for (const { name, ask } of call.variants) {
    const times: number[] = []
    let cursor: string | undefined
    for (let round = -WARM; round < rounds; round++) {
      const started = performance.now()
      const { nextCursor } = await ask(cursor)
      if (round >= 0) times.push(performance.now() - started)
      cursor = random.below(10) === 0 ? undefined : (nextCursor ?? undefined)
    }
    const p95 = percentile(times, 0.95)
    if (p95 > slowest.p95) slowest = { name, p95 }
    all.push(...times)
  }
  return { path: call.path, ...latencyOf(all), slowest: slowest.name, slowestP95: slowest.p95 }
}

/** The first answers wait for compiled code and cold caches. */
const WARM = 5
