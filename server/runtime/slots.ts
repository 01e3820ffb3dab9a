// When a schedule is due: the instants ("slots") that a cron expression names in a time zone.
import { type Cron, matchesDay, parseCron } from '../contract/cron.ts'
import { dateOf } from '../lib/clock.ts'
import { openZone, type Zone } from './zone.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** The 29th of February may be eight years away. */
const FAR = 9 * 366 * DAY

/** When something is to happen, read and checked. */
export type Timetable = { readonly cron: Cron; readonly zone: Zone }

/** @throws `usage` for a bad expression or an unknown zone */
export const timetable = (cron: string, zone: string): Timetable => ({ cron: parseCron(cron), zone: openZone(zone) })

/**
 * The slots after `after` up to and with `until`, both in milliseconds since 1970, ascending. A local time that doesn't exist is due at the next instant
 * that does; one that comes twice is due the first time; two that fall together are one.
 */
export function* slotsBetween({ cron, zone }: Timetable, after: number, until: number): Generator<number> {
  const hours = sorted(cron.hours)
  const minutes = sorted(cron.minutes)
  const lastDay = floorDay(zone.wallOf(until))
  let last = after
  // A jump may carry a slot over midnight, so the day before counts too.
  for (let day = floorDay(zone.wallOf(after)) - DAY; day <= lastDay; day += DAY) {
    if (!matches(cron, day)) continue
    for (const hour of hours) {
      for (const minute of minutes) {
        const slot = zone.instantOf(day + hour * HOUR + minute * MINUTE)
        if (slot > until) return
        if (slot <= last) continue
        last = slot
        yield slot
      }
    }
  }
}

/** The next `count` slots after an instant; fewer when no more come within nine years. */
export function nextSlots(times: Timetable, after: number, count: number): number[] {
  return slotsBetween(times, after, after + FAR)
    .take(count)
    .toArray()
}

const sorted = (values: ReadonlySet<number>): number[] => [...values].sort((a, b) => a - b)

const floorDay = (wall: number): number => Math.floor(wall / DAY) * DAY

function matches(cron: Cron, day: number): boolean {
  const date = dateOf(day)
  return matchesDay(cron, date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCDay())
}
