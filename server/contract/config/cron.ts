// Cron expressions of five fields: what they say as sets, and what is wrong with one. The slots are computed elsewhere.

export type CronFields = {
  /** Each sorted. Sunday is 0. */
  readonly minutes: readonly number[]
  readonly hours: readonly number[]
  readonly days: readonly number[]
  readonly months: readonly number[]
  readonly weekdays: readonly number[]
  /** Both days and weekdays are limited: a day that fits either is meant, as in every cron. */
  readonly eitherDay: boolean
}

export type CronResult =
  | { readonly ok: true; readonly fields: CronFields }
  | { readonly ok: false; readonly why: string }

type Field = {
  readonly name: string
  readonly min: number
  readonly max: number
  /** Words for numbers; the first stands for `min`. */
  readonly words: readonly string[]
}

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const weekdayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

const fields: readonly Field[] = [
  { name: 'minute', min: 0, max: 59, words: [] },
  { name: 'hour', min: 0, max: 23, words: [] },
  { name: 'day of the month', min: 1, max: 31, words: [] },
  { name: 'month', min: 1, max: 12, words: monthNames },
  // 7 is Sunday as well.
  { name: 'day of the week', min: 0, max: 7, words: weekdayNames },
]

const longestMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Such as "0 2 * * *": minute, hour, day of the month, month, day of the week; lists, ranges, steps, and names of months and days. */
export function parseCron(text: string): CronResult {
  const parts = text.trim().split(/\s+/)
  if (parts.length !== fields.length || text.length > 500) {
    return { ok: false, why: `it has ${text.trim() === '' ? 0 : parts.length} fields, not 5` }
  }
  const sets: number[][] = []
  for (const [i, field] of fields.entries()) {
    const set = parseField(parts[i] ?? '', field)
    if (typeof set === 'string') return { ok: false, why: `${field.name}: ${set}` }
    sets.push(set)
  }
  const [minutes = [], hours = [], days = [], months = [], weekdaysTo7 = []] = sets
  const weekdays = [...new Set(weekdaysTo7.map((day) => day % 7))].sort((a, b) => a - b)
  const eitherDay = !parts[2]?.startsWith('*') && !parts[4]?.startsWith('*')
  const reachable = eitherDay || months.some((month) => days.some((day) => day <= (longestMonth[month - 1] ?? 0)))
  if (!reachable) return { ok: false, why: `no month of it has a day ${days.join(', ')}: it would never run` }
  return { ok: true, fields: { minutes, hours, days, months, weekdays, eitherDay } }
}

function parseField(text: string, field: Field): number[] | string {
  const found = new Set<number>()
  for (const item of text.split(',')) {
    const range = parseItem(item, field)
    if (typeof range === 'string') return range
    for (let value = range.from; value <= range.to; value += range.step) found.add(value)
  }
  return [...found].sort((a, b) => a - b)
}

function parseItem(item: string, field: Field): { from: number; to: number; step: number } | string {
  const match = /^(?:(\*)|([0-9A-Za-z]+)(?:-([0-9A-Za-z]+))?)(?:\/([0-9]{1,4}))?$/.exec(item)
  if (!match) return `"${item}" is no number, range, list or step`
  const [, star, first, last, stepText] = match
  const step = stepText === undefined ? 1 : Number(stepText)
  if (step < 1 || step > field.max) return `a step of ${step}; 1 to ${field.max} is allowed`
  if (star) return { from: field.min, to: field.max, step }
  const from = numberOf(first ?? '', field)
  // "5/15" is from 5 on.
  const to = last === undefined ? (stepText === undefined ? from : field.max) : numberOf(lastOf(last, field), field)
  if (typeof from === 'string') return from
  if (typeof to === 'string') return to
  return from <= to ? { from, to, step } : `the range ${item} goes backwards`
}

/** FRI-SUN ends with the seventh day. */
const lastOf = (text: string, { words }: Field): string =>
  words === weekdayNames && text.toUpperCase() === 'SUN' ? '7' : text

function numberOf(text: string, { min, max, words }: Field): number | string {
  const word = words.indexOf(text.toUpperCase())
  const value = word >= 0 ? word + min : /^[0-9]{1,4}$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  return `${text} is out of its range ${min} to ${max}${words.length > 0 ? ` (or ${words[0]} to ${words.at(-1)})` : ''}`
}
