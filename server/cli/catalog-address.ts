// From what --catalog says to the catalog's address.
import path from 'node:path'

/** A path, file: and a path, or an address of PostgreSQL, as `file:/absolute/path` or as it is. */
export const catalogAddress = (given: string): string =>
  /^[a-z][a-z0-9+.-]+:/i.test(given) && !/^file:/i.test(given)
    ? given
    : `file:${path.resolve(given.replace(/^file:(\/\/)?/i, ''))}`
