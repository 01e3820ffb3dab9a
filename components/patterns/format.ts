// Sizes, rates, durations, counts and times in words for people. Pure; the same on the server and in the browser.

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** 1536 -> "1.5 KiB". */
export function bytes(value: number): string {
  const size = Math.max(0, value)
  const power = size < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(size) / 10))
  const scaled = size / 1024 ** power
  return `${power === 0 || scaled >= 100 ? Math.round(scaled) : scaled.toFixed(1)} ${units[power]}`
}

/** Bytes per second. */
export const rate = (bytesPerSecond: number): string => `${bytes(bytesPerSecond)}/s`

const numbers = new Intl.NumberFormat('en')
/** 12345 -> "12,345". */
export const count = (value: number): string => numbers.format(value)

/** 1 -> "1 file", 2 -> "2 files". */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`

/** A share, 0 to 1 -> "97.3 %"; never 100 % unless it is all, never 0 % unless it is nothing. */
export function percent(share: number): string {
  if (share >= 1) return '100 %'
  if (share <= 0) return '0 %'
  const rounded = Math.round(share * 1000) / 10
  return `${Math.min(99.9, Math.max(0.1, rounded))} %`
}

/** Milliseconds -> "840 ms", "12 s", "3 min 20 s", "2 h 5 min", "3 d 4 h". */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.max(0, Math.round(milliseconds))} ms`
  const seconds = Math.round(milliseconds / 1000)
  if (seconds < 60) return `${seconds} s`
  const two = (value: number, unit: string, rest: number, small: string): string =>
    rest === 0 ? `${value} ${unit}` : `${value} ${unit} ${rest} ${small}`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return two(minutes, 'min', seconds % 60, 's')
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return two(hours, 'h', minutes % 60, 'min')
  return two(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

const steps: readonly (readonly [limit: number, length: number, unit: string])[] = [
  [60, 1, 's'],
  [3600, 60, 'min'],
  [86_400, 3600, 'h'],
  [60 * 86_400, 86_400, 'd'],
  [730 * 86_400, 30.44 * 86_400, 'mo'],
  [Number.POSITIVE_INFINITY, 365.25 * 86_400, 'y'],
]

/** How far an instant is from now (both ms): "3 h ago", "in 5 min", "just now". */
export function age(at: number, now: number): string {
  const seconds = Math.abs(now - at) / 1000
  if (seconds < 5) return 'just now'
  const [, length, unit] = steps.find(([limit]) => seconds < limit) ?? [0, 1, 's']
  const text = `${Math.floor(seconds / length)} ${unit}`
  return at > now ? `in ${text}` : `${text} ago`
}

/** Zones that a format is kept for: the names of zones come from browsers, which may spell one in many ways. */
const ZONES = 50

/**
 * Words for instants, in the zone that is given with each; without one in that of the browser.
 * To make a format takes many times as long as to use it, and a list has some for each row: there is one for each zone.
 */
export function dateWords(options: Intl.DateTimeFormatOptions, locale = 'en-GB') {
  const made = new Map<string | undefined, Intl.DateTimeFormat>()
  return (at: number, timeZone?: string): string => {
    const known = made.get(timeZone)
    const format = known ?? new Intl.DateTimeFormat(locale, { ...options, ...(timeZone !== undefined && { timeZone }) })
    if (known === undefined) {
      if (made.size >= ZONES) made.clear()
      made.set(timeZone, format)
    }
    return format.format(at)
  }
}

const dated = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const

/** An instant with its zone, e.g. "Tue 24 Nov 2026, 14:03:22 GMT+1". */
export const exact = dateWords({
  ...dated,
  weekday: 'short',
  year: 'numeric',
  second: '2-digit',
  timeZoneName: 'short',
})

const ofThisYear = dateWords(dated)
const ofAnyYear = dateWords({ ...dated, year: 'numeric' })

/** Short: "24 Nov, 14:03"; with the year when it is not this one. */
export const short = (at: number, now: number, timeZone?: string): string =>
  (Math.abs(now - at) > 300 * 86_400_000 ? ofAnyYear : ofThisYear)(at, timeZone)
