// Which keys exist: one rule for every driver, so that a repository can move from any storage to any other.
import { HoldfastError } from '../contract/errors.ts'

export const maxKeyLength = 200

const shape = /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/
const dotSegment = /(?:^|\/)\.{1,2}(?:\/|$)/
// Drivers over a file system keep half-written objects there.
const reserved = /^tmp(?:\/|$)/
const namePart = /^[A-Za-z0-9._-]*$/

/** True for a key that every driver takes. */
export const isKey = (key: string): boolean =>
  key.length <= maxKeyLength && shape.test(key) && !dotSegment.test(key) && !reserved.test(key)

/** Returns the key, or throws `usage`. Every driver calls it before it touches anything. */
export function checkKey(key: string): string {
  if (isKey(key)) return key
  throw new HoldfastError(
    'usage',
    `Bad key ${JSON.stringify(key)}: allowed are 1 to ${maxKeyLength} characters of A-Z a-z 0-9 . _ - /, ` +
      'with no empty, "." or ".." segment, and not below tmp/',
  )
}

/** Splits a list prefix into the folder that holds all matches ("" for the top) and the start of their names there; else `usage`. */
export function splitPrefix(prefix: string): { readonly folder: string; readonly name: string } {
  const slash = prefix.lastIndexOf('/')
  const name = prefix.slice(slash + 1)
  if (prefix.length > maxKeyLength || !namePart.test(name)) {
    throw new HoldfastError(
      'usage',
      `Bad prefix ${JSON.stringify(prefix)}: a prefix is the beginning of a key, or empty`,
    )
  }
  return { folder: slash < 0 ? '' : checkKey(prefix.slice(0, slash)), name }
}
