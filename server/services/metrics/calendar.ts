// The last days of the calendar in a zone, and the SQL that puts rows into them: a day has 23 or 25 hours when the clocks change.
import { z } from 'zod'
import { isTimeZone } from '../../contract/config/fields.ts'
import type { Catalog } from '../../db/index.ts'
import { isoTime } from '../../lib/clock.ts'
import { openZone } from '../../runtime/zone.ts'

const DAY = 86_400_000

/** Which days are asked for: the last one is today in the zone. */
export const dayFields = {
  days: z.int().min(1).max(90).default(30),
  /** A name of the IANA database. */
  timezone: z
    .string()
    .min(1)
    .max(64)
    .refine(isTimeZone, { error: ({ input }) => `There is no time zone "${input}"; "Europe/Berlin" is one` })
    .default('UTC'),
}
export type DayInput = { readonly days: number; readonly timezone: string }

export type Days = {
  /** YYYY-MM-DD, the oldest first. */
  readonly names: readonly string[]
  /** When each begins, then the end of the last; milliseconds since 1970. */
  readonly bounds: readonly number[]
  readonly start: number
  readonly end: number
}

/** @throws `usage` for a zone that does not exist */
export function lastDays({ days, timezone }: DayInput, now: number): Days {
  const zone = openZone(timezone)
  const today = Math.floor(zone.wallOf(now) / DAY) * DAY
  const walls = Array.from({ length: days + 1 }, (_, i) => today + (i + 1 - days) * DAY)
  const bounds = walls.map((wall) => zone.instantOf(wall))
  const names = walls.slice(0, days).map((wall) => isoTime(wall).slice(0, 10))
  return { names, bounds, start: bounds[0] ?? now, end: bounds[days] ?? now }
}

type Provider = Catalog['provider']

/** An instant as the catalog's columns hold it. */
export const timeSql = (provider: Provider, ms: number): string =>
  provider === 'sqlite' ? String(ms) : `TIMESTAMP '${isoTime(ms).replace('Z', '')}'`

/** A column of times as milliseconds since 1970. Of PostgreSQL's ways the one without decimals, which would take several times as long. */
export const msSql = (provider: Provider, column: string): string =>
  provider === 'sqlite' ? column : `CAST(date_part('epoch', ${column}) * 1000 AS bigint)`

/** The number of the day, from 0, of `ms`, which is SQL of an instant between the first and the last bound. */
export function daySql({ bounds }: Days, ms: string): string {
  const cases = stretches(bounds).map(({ first, start, many }) =>
    many
      ? `WHEN ${ms} >= ${start} THEN ${first} + (${ms} - ${start}) / ${DAY}`
      : `WHEN ${ms} >= ${start} THEN ${first}`,
  )
  return `CASE ${cases.reverse().join(' ')} END`
}

/** Days of 24 hours one after the other are one stretch; each day of another length is one of its own. */
function stretches(bounds: readonly number[]): { first: number; start: number; many: boolean }[] {
  const found: { first: number; start: number; many: boolean }[] = []
  for (const [first, start] of bounds.slice(0, -1).entries()) {
    const many = (bounds[first + 1] ?? start) - start === DAY
    if (!many || !found.at(-1)?.many) found.push({ first, start, many })
  }
  return found
}
