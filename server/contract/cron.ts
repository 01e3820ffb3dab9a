// Cron expressions: five fields or a macro, read into sets, with the semantics of the Unix cron. Pure: time zones are the runtime's business.
import { HoldfastError } from './errors.ts'

export type Cron = {
  readonly minutes: ReadonlySet<number>
  readonly hours: ReadonlySet<number>
  /** 1 to 31. */
  readonly days: ReadonlySet<number>
  /** 1 to 12. */
  readonly months: ReadonlySet<number>
  /** 0 (Sunday) to 6. */
  readonly weekdays: ReadonlySet<number>
  /** Both day fields name days, so either is enough; a field that begins with "*" restricts on top of the other. */
  readonly eitherDay: boolean
}

type Field = {
  readonly name: string
  readonly min: number
  readonly max: number
  readonly names?: readonly string[]
}

const fields = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31 },
  {
    name: 'month',
    min: 1,
    max: 12,
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  { name: 'day of week', min: 0, max: 7, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
] as const satisfies readonly Field[]

const macros: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

/** The longest that each month gets; one that has no such day never comes. */
const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const SUNDAY = 7

/** Reads "0 2 * * 1-5", "@daily" and the like. @throws `usage`: what is wrong, and what is allowed */
export function parseCron(text: string): Cron {
  const trimmed = text.trim().toLowerCase()
  const words = (Object.hasOwn(macros, trimmed) ? macros[trimmed]! : trimmed).split(/\s+/)
  if (trimmed.startsWith('@') && words.length === 1)
    throw refused(text, `there is no "${trimmed}"; allowed are ${Object.keys(macros).join(', ')}`)
  const [minute, hour, day, month, weekday] = words
  if (
    words.length !== fields.length ||
    minute === undefined ||
    hour === undefined ||
    day === undefined ||
    month === undefined ||
    weekday === undefined
  ) {
    const shape = fields.map(({ name }) => name).join(', ')
    throw refused(text, `it has ${trimmed === '' ? 0 : words.length} fields; five are needed: ${shape}`)
  }
  const cron: Cron = {
    minutes: parseField(text, fields[0], minute),
    hours: parseField(text, fields[1], hour),
    days: parseField(text, fields[2], day),
    months: parseField(text, fields[3], month),
    weekdays: new Set([...parseField(text, fields[4], weekday)].map((each) => each % SUNDAY)),
    eitherDay: !day.startsWith('*') && !weekday.startsWith('*'),
  }
  if (!comes(cron)) throw refused(text, 'no month that it names has such a day, so it would never run')
  return cron
}

/** Whether the cron names this day. `month` counts from 1, `weekday` from Sunday as 0. */
export function matchesDay(cron: Cron, month: number, day: number, weekday: number): boolean {
  if (!cron.months.has(month)) return false
  const byDay = cron.days.has(day)
  const byWeekday = cron.weekdays.has(weekday)
  return cron.eitherDay ? byDay || byWeekday : byDay && byWeekday
}

const comes = (cron: Cron): boolean =>
  cron.eitherDay || [...cron.months].some((month) => [...cron.days].some((day) => day <= (MONTH_DAYS[month - 1] ?? 0)))

function parseField(text: string, field: Field, word: string): Set<number> {
  const values = new Set<number>()
  for (const part of word.split(',')) {
    const { first, last, step } = parsePart(text, field, part)
    for (let value = first; value <= last; value += step) values.add(value)
  }
  return values
}

/** "*", "5", "1-5", each with "/step"; "5/10" goes on from 5 to the end. */
function parsePart(text: string, field: Field, part: string): { first: number; last: number; step: number } {
  const [, range = '', stepText] = /^([^/]*)(?:\/([^/]*))?$/.exec(part) ?? []
  const step = stepText === undefined ? 1 : wholeNumber(stepText)
  if (step === undefined || step < 1)
    throw refused(text, `${field.name}: the step "/${stepText}" must be a whole number of at least 1`)
  if (range === '*') return { first: field.min, last: field.name === 'day of week' ? SUNDAY - 1 : field.max, step }
  const ends = range.split('-')
  const first = readValue(text, field, ends[0] ?? '')
  if (ends.length === 1) return { first, last: stepText === undefined ? first : field.max, step }
  // "fri-sun" ends with the seventh day.
  const lastWord = ends[1] === 'sun' ? String(SUNDAY) : (ends[1] ?? '')
  const last = readValue(text, field, lastWord)
  if (ends.length > 2 || last < first)
    throw refused(text, `${field.name}: the range "${range}" must go from a lower to a higher value`)
  return { first, last, step }
}

function readValue(text: string, field: Field, word: string): number {
  const named = field.names?.indexOf(word) ?? -1
  const value = named >= 0 ? named + (field.name === 'month' ? 1 : 0) : wholeNumber(word)
  if (value !== undefined && value >= field.min && value <= field.max) return value
  const names = field.names ? `, or ${field.names[0]} to ${field.names.at(-1)}` : ''
  throw refused(text, `${field.name}: "${word}" is not allowed; allowed are ${field.min} to ${field.max}${names}`)
}

const wholeNumber = (word: string): number | undefined => (/^\d{1,4}$/.test(word) ? Number(word) : undefined)

const refused = (text: string, why: string): HoldfastError =>
  new HoldfastError('usage', `The cron expression "${text}" can't be used: ${why}`)
