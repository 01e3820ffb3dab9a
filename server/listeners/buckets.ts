// Token buckets: how often each caller may call. One bucket for each name, so that nobody uses up what is another's.
import type { Clock } from '../lib/clock.ts'

export type Rate = {
  readonly perMinute: number
  /** Tokens of a full bucket: calls at once after a pause. */
  readonly burst: number
}

export type Verdict =
  | { readonly allowed: true }
  | {
      readonly allowed: false
      /** Seconds after which the call would pass. */
      readonly retryAfter: number
      /** True for the first refusal since a call passed: the one to write down. */
      readonly first: boolean
    }

export type Buckets = {
  /** Takes `cost` tokens, or none and refuses. A cost above the burst takes what a full bucket has. */
  take(name: string, cost?: number): Verdict
  /** Gives tokens back, for a call that turned out to be somebody else's. */
  giveBack(name: string, cost?: number): void
  /** Null takes the limit away. Buckets keep their level, at most the new burst. */
  setRate(rate: Rate | null): void
}

type Bucket = { tokens: number; at: number; refusing: boolean }

/** So many callers are remembered; beyond that the one that was quiet for longest is forgotten, and starts with a full bucket. */
const REMEMBERED = 10_000
const MINUTE = 60_000

const allowed: Verdict = { allowed: true }

export function createBuckets(clock: Clock, initial: Rate | null): Buckets {
  const buckets = new Map<string, Bucket>()
  let rate = initial

  const bucketOf = (name: string, { perMinute, burst }: Rate): Bucket => {
    const now = clock.now()
    const known = buckets.get(name)
    buckets.delete(name)
    const passed = Math.max(0, now - (known?.at ?? now))
    const tokens = Math.min(burst, (known?.tokens ?? burst) + (passed * perMinute) / MINUTE)
    const bucket = { tokens, at: now, refusing: known?.refusing ?? false }
    buckets.set(name, bucket)
    if (buckets.size > REMEMBERED) forgetOldest()
    return bucket
  }

  const forgetOldest = (): void => {
    const [oldest] = buckets.keys()
    if (oldest !== undefined) buckets.delete(oldest)
  }

  return {
    take(name, cost = 1) {
      if (rate === null) return allowed
      const bucket = bucketOf(name, rate)
      const price = Math.min(cost, rate.burst)
      if (bucket.tokens >= price) {
        bucket.tokens -= price
        bucket.refusing = false
        return allowed
      }
      const first = !bucket.refusing
      bucket.refusing = true
      const seconds = ((price - bucket.tokens) * 60) / rate.perMinute
      return { allowed: false, retryAfter: Math.max(1, Math.ceil(seconds)), first }
    },
    giveBack(name, cost = 1) {
      if (rate === null) return
      const bucket = bucketOf(name, rate)
      bucket.tokens = Math.min(rate.burst, bucket.tokens + cost)
    },
    setRate(next) {
      rate = next
    },
  }
}
