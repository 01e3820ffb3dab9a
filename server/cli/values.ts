// Option values that are numbers or one of a few words.
import { HoldfastError } from '../contract/errors.ts'
import { quote } from './bytes.ts'

/** A whole number; `fallback` when the option is absent. @throws `usage` */
export function wholeNumber(
  name: string,
  given: string | undefined,
  { min, max }: { min: number; max: number },
): number | undefined {
  if (given === undefined) return undefined
  const number = /^[0-9]{1,15}$/.test(given) ? Number(given) : Number.NaN
  if (number >= min && number <= max) return number
  throw new HoldfastError('usage', `--${name} is ${quote(given)}: a whole number from ${min} to ${max} is allowed`)
}

/** One of the words; undefined when the option is absent. @throws `usage` */
export function oneOf<T extends string>(name: string, given: string | undefined, allowed: readonly T[]): T | undefined {
  if (given === undefined) return undefined
  const found = allowed.find((each) => each === given)
  if (found !== undefined) return found
  throw new HoldfastError('usage', `--${name} is ${quote(given)}: ${allowed.join(', ')} are allowed`)
}

/** A share such as "10%" or "2.5" (in percent), as 0 to 1. @throws `usage` */
export function share(name: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined
  const match = /^(\d{1,3}(?:\.\d{1,6})?)%?$/.exec(given)
  const percent = match ? Number(match[1]) : Number.NaN
  if (percent > 0 && percent <= 100) return percent / 100
  throw new HoldfastError(
    'usage',
    `--${name} is ${quote(given)}: a percentage above 0 and up to 100 is allowed, such as 10%`,
  )
}

/** @throws `usage` when the option is absent */
export function required(name: string, given: string | undefined): string {
  if (given !== undefined) return given
  throw new HoldfastError('usage', `--${name} is missing`)
}
