// Where the catalog is, from its address, and what PostgreSQL calls its locks.
import * as path from 'node:path'
import { HoldfastError } from '../contract/errors.ts'

export type Place =
  | { readonly provider: 'sqlite'; readonly file: string }
  | { readonly provider: 'postgresql'; readonly url: string; readonly shown: string }

/**
 * @param url `file:/absolute/path.db` or `postgresql://user:password@host:port/database`
 * @throws `usage` when it is neither
 */
export function placeOf(url: string): Place {
  if (url.startsWith('file:')) {
    const file = url.slice('file:'.length)
    if (path.isAbsolute(file)) return { provider: 'sqlite', file: path.normalize(file) }
  }
  if (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) return postgres(new URL(url))
  const shown = url.startsWith('postgres') ? 'postgresql://...' : JSON.stringify(url)
  const allowed = 'file:/absolute/path.db or postgresql://user:password@host:port/database'
  throw new HoldfastError('usage', `The catalog's address ${shown} is not understood; allowed is ${allowed}`)
}

function postgres(url: URL): Place {
  const schema = url.searchParams.get('schema')
  if (schema !== null && schema !== 'public') {
    throw new HoldfastError('usage', `The catalog's address asks for schema "${schema}"; it must be in "public"`)
  }
  url.searchParams.delete('schema')
  return { provider: 'postgresql', url: url.href, shown: `postgresql://${url.host}${url.pathname}` }
}

/** Advisory locks of PostgreSQL: "holdfast" in ASCII, and one more. */
export const locks = { migrating: '7525055193040737396', writing: '7525055193040737397' } as const

/** The first statement of every transaction that writes to PostgreSQL: one at a time, in whatever process, as on SQLite. */
export const takeWriteLock = `SELECT pg_advisory_xact_lock(${locks.writing})`

/** The same address for sessions that can't write. */
export function readOnly(url: string): string {
  const parsed = new URL(url)
  const options = [parsed.searchParams.get('options'), '-c default_transaction_read_only=on']
  parsed.searchParams.set('options', options.filter(Boolean).join(' '))
  return parsed.href
}
