// Values with a unit in their text: bandwidths, periods of years, access modes, times of day.

const bandwidthUnits: Readonly<Record<string, number>> = { bps: 1, kbps: 1e3, mbps: 1e6, gbps: 1e9 }

/** "20 Mbps" in bits per second; Infinity for "unlimited"; undefined for what is neither. */
export function parseBandwidth(text: string): number | undefined {
  if (text === 'unlimited') return Number.POSITIVE_INFINITY
  const match = /^(\d{1,9}(?:\.\d{1,3})?) ?([kmg]?bps)$/i.exec(text)
  const bits = Number(match?.[1]) * (bandwidthUnits[match?.[2]?.toLowerCase() ?? ''] ?? Number.NaN)
  return bits >= 1 ? bits : undefined
}

const DAYS_OF_400_YEARS = 146_097
const MAX_YEARS = 100

/** "7_years" as {count, unit}; undefined for what is no period, or one of more than a hundred years. */
export function parsePeriod(text: string): { count: number; unit: 'day' | 'week' | 'month' | 'year' } | undefined {
  const match = /^([1-9]\d{0,4})_(day|week|month|year)s?$/.exec(text)
  if (!match) return undefined
  const period = { count: Number(match[1]), unit: match[2] as 'day' | 'week' | 'month' | 'year' }
  return periodInDays(period) <= periodInDays({ count: MAX_YEARS, unit: 'year' }) ? period : undefined
}

/** Never shorter than the calendar's: a year of 365.2425 days, rounded up. */
export function periodInDays({ count, unit }: { count: number; unit: 'day' | 'week' | 'month' | 'year' }): number {
  const days = { day: 1, week: 7, month: DAYS_OF_400_YEARS / 4800, year: DAYS_OF_400_YEARS / 400 }
  return Math.ceil(count * days[unit])
}

/** "750" or "0750" as a mode; undefined for what is none. */
export const parseMode = (text: string): number | undefined =>
  /^[0-7]{3,4}$/.test(text) ? Number.parseInt(text, 8) : undefined

/** "09:30" in minutes since midnight; undefined for what is no time of day. */
export function parseTimeOfDay(text: string): number | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text)
  return match ? Number(match[1]) * 60 + Number(match[2]) : undefined
}
