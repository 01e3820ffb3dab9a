// Days of the calendar as words. A day is YYYY-MM-DD and has no zone of its own: it is formatted in UTC, where it was made.

const format = (options: Intl.DateTimeFormatOptions): ((day: string) => string) => {
  const words = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' })
  return (day) => words.format(Date.parse(`${day}T00:00:00Z`))
}

/** "24 Nov". */
export const shortDay = format({ day: 'numeric', month: 'short' })

/** "Tue 24 Nov 2026". */
export const wholeDay = format({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' })

/** "Tue 24 Nov". */
export const weekDay = format({ weekday: 'short', day: 'numeric', month: 'short' })
