// Time zones: from what a clock on the wall shows to the instant, with both edges of daylight saving time.
import { HoldfastError } from '../contract/errors.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** No zone is further from UTC. */
const FURTHEST = 15 * HOUR
/** Days whose offsets are remembered: a list of slots asks for the same day many times. */
const REMEMBERED = 64

/** A day in the zone: the offset that it begins with and, when that changes, the instant and the offset afterwards. */
type Day = { readonly before: number; readonly after: number; readonly change: number }

/** A time zone. "Wall" times are milliseconds that, read as UTC, show what a clock in the zone shows. */
export type Zone = {
  readonly name: string
  /** Wall time of an instant. */
  wallOf(instant: number): number
  /**
   * The instant of a wall time: of the first, when it comes twice; when it doesn't exist, of the next one that does, which is the moment at which the
   * clock jumps over it.
   */
  instantOf(wall: number): number
}

/** @throws `usage` for a name that the IANA database doesn't have */
export function openZone(name: string): Zone {
  const offsetAt = offsetsOf(name)
  const days = new Map<number, Day>()
  const dayOf = (wall: number): Day => {
    const start = Math.floor(wall / DAY) * DAY
    const known = days.get(start)
    if (known) return known
    if (days.size >= REMEMBERED) days.clear()
    const day = readDay(offsetAt, start)
    days.set(start, day)
    return day
  }
  return {
    name,
    wallOf: (instant) => instant + offsetAt(instant),
    instantOf(wall) {
      const { before, after, change } = dayOf(wall)
      if (wall - before < change) return wall - before
      return Math.max(wall - after, change)
    },
  }
}

function readDay(offsetAt: (instant: number) => number, start: number): Day {
  let early = start - FURTHEST
  let late = start + DAY + FURTHEST
  const before = offsetAt(early)
  const after = offsetAt(late)
  if (before === after) return { before, after, change: Number.POSITIVE_INFINITY }
  // Offsets change on a full second.
  while (late - early > 1000) {
    const middle = Math.floor((early + late) / 2000) * 1000
    if (offsetAt(middle) === before) early = middle
    else late = middle
  }
  return { before, after, change: late }
}

/** @returns what gives the milliseconds by which the zone's clock is ahead of UTC at an instant */
function offsetsOf(name: string): (instant: number) => number {
  const format = formatOf(name)
  return (instant) => {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]))
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0
    const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
    return wall - Math.floor(instant / 1000) * 1000
  }
}

function formatOf(name: string): Intl.DateTimeFormat {
  const numeric = 'numeric'
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
      second: numeric,
    })
  } catch (cause) {
    throw new HoldfastError(
      'usage',
      `There is no time zone "${name}". Allowed are names of the IANA database, such as "UTC" or "Europe/Berlin"`,
      { cause },
    )
  }
}
