// The kinds of values that the configuration is made of. The message of each says what is allowed; problems.ts puts path and value before it.
import { z } from 'zod'
import { parseCron } from '../cron.ts'
import { hasCode, messageOf } from '../errors.ts'
import { parseCondition } from './condition.ts'
import { isEmail, isHost, isWebAddress, parseRange } from './network.ts'
import { parseBandwidth, parseMode, parsePeriod, parseTimeOfDay } from './units.ts'

/** Text that passes a test; `allowed` follows "allowed is". */
const text = (allowed: string, test: (value: string) => boolean) =>
  z.string({ error: allowed }).refine(test, { error: allowed })

/** The same, with a reason for each refusal. */
const explained = (allowed: string, whyNot: (value: string) => string | undefined) =>
  z.string({ error: allowed }).check((context) => {
    const why = whyNot(context.value)
    if (why !== undefined)
      context.issues.push({ code: 'custom', input: context.value, message: allowed, params: { why } })
  })

export const flag = () => z.boolean({ error: 'true or false' })

/** A whole number. */
export const whole = (min: number, max: number, unit = '') => {
  const error = `a whole number from ${min} to ${max}${unit && ` (${unit})`}`
  return z.int({ error }).min(min, { error }).max(max, { error })
}

/** A number above `above`, up to `max`. */
export const share = (above: number, max: number) => {
  const error = `a number above ${above}, up to ${max}`
  return z.number({ error }).gt(above, { error }).max(max, { error })
}

export const port = () => whole(1, 65_535)
/** A hundred years at most: more is a slip of the finger. */
export const days = () => whole(1, 36_525, 'days')
export const percentage = () => whole(1, 100, 'per cent')
export const threads = () => whole(1, 64)
export const minutes = (max = 10_080) => whole(1, max, 'minutes')

export const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, {
    error:
      values.length === 1
        ? JSON.stringify(values[0])
        : `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`,
  })

/** A list; `min` items at least. */
export const list = <T extends z.ZodType>(item: T, min = 0) => {
  const error = min > 0 ? `a list of at least ${min}` : 'a list, in [ ]'
  return z.array(item, { error }).min(min, { error }).max(10_000, { error: 'a list of at most 10000' })
}

/** An object of these keys and no others. */
export const group = <T extends z.ZodRawShape>(shape: T) => z.strictObject(shape, { error: 'an object, in { }' })

/** An object whose keys are names that people choose. */
export const named = <T extends z.ZodType>(item: T) =>
  z.record(z.string(), item, { error: 'an object of names, in { }' })

/** Names of schedules, policies and storages; they end up in tags, metrics and addresses. */
export const namePattern = /^[\p{L}\p{N}][\p{L}\p{N}_.-]{0,99}$/u
export const allowedName =
  'a name of letters, digits, ".", "_" and "-", up to 100 characters, that begins with a letter or digit'
export const name = () => text(allowedName, (value) => namePattern.test(value))

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\u0000-\u001f\u007f-\u009f]/

/** Words for people. */
export const words = (max = 200) =>
  text(
    `text of 1 to ${max} characters, with no line break`,
    (value) => value.trim() !== '' && value.length <= max && !control.test(value),
  )

export const absolutePath = () =>
  text(
    'an absolute path such as "/srv/backups" (with no ".." in it)',
    (value) =>
      value.startsWith('/') && value.length <= 4096 && !value.includes('\0') && !value.split('/').includes('..'),
  )

/** Upper case, as such names are everywhere: a password pasted by mistake is hardly ever so. */
export const variablePattern = /^[A-Z_][A-Z0-9_]{0,127}$/
const tokenLike = /^(AKIA|ASIA)[A-Z0-9]{12,}$/
export const variable = () =>
  text(
    'the name of an environment variable that holds the secret: capital letters, digits and "_", such as "SMTP_PASSWORD"',
    (value) => variablePattern.test(value) && !tokenLike.test(value),
  )

/** A pattern as in .gitignore. */
export const pattern = () =>
  text(
    'a pattern as in .gitignore, in one line',
    (value) => value.trim() !== '' && value.length <= 4096 && !/[\0\n\r]/.test(value),
  )

export const email = () => text('a mail address such as "admin@example.com"', isEmail)
export const host = () => text('a host name or an IP address, with no port', isHost)
export const webAddress = () =>
  text('an address that begins with http:// or https://, with no password in it', isWebAddress)
export const addressRange = () =>
  text(
    'an IP address or a range such as "10.0.0.0/8", with no bits set behind the prefix',
    (value) => parseRange(value) !== undefined,
  )

export const cron = () =>
  explained('five fields (minute, hour, day of the month, month, day of the week) such as "0 2 * * *"', whyNoCron)

const MAX_CRON = 200

function whyNoCron(value: string): string | undefined {
  if (value.length > MAX_CRON) return `it is longer than ${MAX_CRON} characters`
  try {
    parseCron(value)
    return undefined
  } catch (error) {
    if (!hasCode(error, 'usage')) throw error
    return messageOf(error).replace(/^.*can't be used: /s, '')
  }
}

export const condition = () =>
  explained(
    'a condition such as "consecutive_failures > 2": names, numbers, quoted texts, == != < <= > >=, + - * /, && || !, brackets',
    (value) => {
      const result = parseCondition(value)
      return result.ok ? undefined : result.why
    },
  )

/** Names of the IANA list; not offsets, which know no summer time. */
export function isTimeZone(value: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{1,99}$/.test(value)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: value })
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
export const timeZone = () => text('a time zone such as "America/New_York" or "UTC"', isTimeZone)

export const moment = () =>
  text('a time such as "2026-02-01T10:00:00Z"', (value) => z.iso.datetime({ offset: true }).safeParse(value).success)

export const bandwidth = () =>
  text(
    'a bandwidth such as "20 Mbps" (bps, Kbps, Mbps, Gbps), or "unlimited"',
    (value) => parseBandwidth(value) !== undefined,
  )

export const period = () =>
  text(
    'a period such as "7_years" (days, weeks, months, years; a hundred years at most)',
    (value) => parsePeriod(value) !== undefined,
  )

export const mode = () => text('permissions in octal such as "750"', (value) => parseMode(value) !== undefined)

export const timeOfDay = () =>
  text('a time of day from "00:00" to "23:59"', (value) => parseTimeOfDay(value) !== undefined)

/** A name as in /etc/passwd and /etc/group, or a number. */
export const account = () =>
  text('the name or number of an account of this machine', (value) =>
    /^([a-z_][a-z0-9_.-]{0,31}\$?|\d{1,10})$/i.test(value),
  )
