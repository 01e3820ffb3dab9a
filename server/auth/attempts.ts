// Lock-out with back-off: after some failures each further one makes its key (an account, an address) wait twice as long. Nothing is locked for good.

export type BackoffPolicy = {
  /** How many failures cost nothing. */
  readonly free: number
  /** The wait after the first failure beyond those, in ms; doubled by each further one. */
  readonly baseMs: number
  readonly maxMs: number
  /** Failures are forgotten when the last one is older, in ms. */
  readonly forgetMs: number
}

const MINUTE = 60_000

export const accountPolicy: BackoffPolicy = { free: 5, baseMs: 2_000, maxMs: 15 * MINUTE, forgetMs: 60 * MINUTE }
export const addressPolicy: BackoffPolicy = { free: 20, baseMs: 2_000, maxMs: 15 * MINUTE, forgetMs: 60 * MINUTE }

/** The wait in ms after so many failures in a row. */
export function backoff(policy: BackoffPolicy, failures: number): number {
  if (failures < policy.free) return 0
  return Math.min(policy.maxMs, policy.baseMs * 2 ** Math.min(30, failures - policy.free))
}

/** What came of asking for an attempt: `until` (ms) is when the next one may be made. */
export type Reservation =
  | { readonly allowed: true; readonly failures: number; readonly until: number }
  | { readonly allowed: false; readonly until: number; readonly first: boolean }

export type Attempts = {
  /** Takes an attempt, counted as failed until `forgive` or `clear`; so attempts made at once are counted as well. */
  reserve(key: string, now: number): Reservation
  /** The attempt that was taken was none: a success, or a question back. */
  forgive(key: string): void
  /** Forgets the key's failures. */
  clear(key: string): void
  /** How many attempts were refused since the last time this was asked; audited with the next event. */
  takeRefused(key: string): number
}

type Entry = { failures: number; lastAt: number; refused: number }

/** Failures by key in memory; the oldest keys make room beyond `limit`, so that strangers can't fill it. */
export function createAttempts(policy: BackoffPolicy, limit = 20_000): Attempts {
  const entries = new Map<string, Entry>()

  const entryOf = (key: string, now: number): Entry => {
    const known = entries.get(key)
    const kept = known && now - known.lastAt < policy.forgetMs ? known : { failures: 0, lastAt: now, refused: 0 }
    entries.delete(key)
    entries.set(key, kept)
    const oldest = entries.size > limit ? entries.keys().next().value : undefined
    if (oldest !== undefined) entries.delete(oldest)
    return kept
  }

  return {
    reserve(key, now) {
      const entry = entryOf(key, now)
      const until = entry.lastAt + backoff(policy, entry.failures)
      if (now < until) {
        entry.refused += 1
        return { allowed: false, until, first: entry.refused === 1 }
      }
      entry.failures += 1
      entry.lastAt = now
      return { allowed: true, failures: entry.failures, until: now + backoff(policy, entry.failures) }
    },
    forgive(key) {
      const entry = entries.get(key)
      if (entry) entry.failures = Math.max(0, entry.failures - 1)
    },
    clear(key) {
      entries.delete(key)
    },
    takeRefused(key) {
      const entry = entries.get(key)
      const refused = entry?.refused ?? 0
      if (entry) entry.refused = 0
      return refused
    },
  }
}

/** The key under which an address is counted: an IPv6 network of 64 bits counts as one, for one machine has all of it. */
export function addressKey(ip: string | null): string {
  if (ip === null) return 'unknown'
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)
  if (mapped?.[1]) return mapped[1]
  if (!ip.includes(':')) return ip
  const [head = '', tail] = ip.toLowerCase().split('%')[0]?.split('::') ?? []
  const front = head.split(':').filter(Boolean)
  const back = (tail ?? '').split(':').filter(Boolean)
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length)
  const groups = [...front, ...Array<string>(zeros).fill('0'), ...back].map((group) => group.replace(/^0+(?=.)/, ''))
  return `${groups.slice(0, 4).join(':')}::/64`
}
