// Notes when a session or a key was last used, beside the request: it must not wait for the one who writes to the catalog.
import type { Catalog, Tx } from '../db/index.ts'
import type { AccessLog } from './types.ts'

/** Writes the note for `id`, unless one is being written. A catalog that can't be written to may still be read: it is logged, and no more. */
export type Toucher = (id: string, write: (tx: Tx) => Promise<unknown>) => void

export function createToucher(catalog: Catalog, log: AccessLog, what: string): Toucher {
  const writing = new Set<string>()
  return (id, write) => {
    if (writing.has(id)) return
    writing.add(id)
    catalog
      .transaction(write)
      .catch((error: unknown) => log.warn(`the last use of ${what} could not be noted`, { id, error }))
      .finally(() => writing.delete(id))
  }
}
