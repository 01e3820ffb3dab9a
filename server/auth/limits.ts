// How long things last: one place for every limit of access, in milliseconds.

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export const accessLimits = {
  /** A session that nobody used for so long is over. */
  sessionIdle: 12 * HOUR,
  /** A session is over then, however busy. */
  sessionAbsolute: 7 * DAY,
  /** Last use of sessions and keys is written no more often than this. */
  touch: MINUTE,
  /** A one-time link. */
  link: DAY,
  /** The longest life of an API key. */
  apiKey: 366 * DAY,
} as const
