// Which time zone a browser means. Pure.

/** @param named by the browser: some say one that they do not know themselves, e.g. Etc/Unknown, which no time can be said in */
export function usableZone(named: string | undefined): string {
  if (named === undefined || named === '') return 'UTC'
  try {
    new Intl.DateTimeFormat('en', { timeZone: named })
    return named
  } catch (error) {
    if (error instanceof RangeError) return 'UTC'
    throw error
  }
}
