// How fast something goes, and how long it takes still, from what was seen over the last seconds. Pure.

export type Sample = {
  /** Milliseconds that only grow. */
  readonly at: number
  /** Bytes read, for the rate. */
  readonly read: number
  /** How much is done, in the unit of the total. */
  readonly done: number
}

export type Pace = {
  readonly bytesPerSecond: number | undefined
  /** Undefined when it can't be known: no total, past it, too short a look, or nothing moves. */
  readonly secondsLeft: number | undefined
}

/** What counts is what was seen so long ago at most (ms). */
const RATE_OVER = 10_000
const LEFT_OVER = 60_000
/** Less than this tells nothing (ms). */
const RATE_NEEDS = 1500
const LEFT_NEEDS = 5000

/**
 * @param before samples, the oldest first
 * @param total what `done` comes to in the end; undefined when that is not known
 * @returns the pace, and the samples to go on with
 */
export function paceOf(
  before: readonly Sample[],
  now: Sample,
  total: number | undefined,
): { kept: Sample[]; pace: Pace } {
  // A counter that fell is another phase or another attempt.
  const restarted = before.some(({ read, done }) => read > now.read || done > now.done)
  const kept = [...(restarted ? [] : before.filter(({ at }) => now.at - at <= LEFT_OVER)), now]
  const recent = kept.find(({ at }) => now.at - at <= RATE_OVER) ?? now
  const oldest = kept[0] ?? now
  return {
    kept,
    pace: {
      bytesPerSecond: perSecond(recent, now, RATE_NEEDS, ({ read }) => read),
      secondsLeft: secondsLeft(
        total,
        now.done,
        perSecond(oldest, now, LEFT_NEEDS, ({ done }) => done),
      ),
    },
  }
}

function perSecond(from: Sample, to: Sample, needs: number, value: (sample: Sample) => number): number | undefined {
  const passed = to.at - from.at
  return passed < needs ? undefined : ((value(to) - value(from)) / passed) * 1000
}

const secondsLeft = (total: number | undefined, done: number, speed: number | undefined): number | undefined =>
  total === undefined || done > total || speed === undefined || speed <= 0 ? undefined : (total - done) / speed
