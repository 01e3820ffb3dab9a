// The SQLite connections of the catalog: Prisma's adapter, with transactions that take the write lock as they begin and wait for it
// without holding up the event loop.
import { setTimeout as sleep } from 'node:timers/promises'
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'

type Factory = Pick<PrismaBetterSqlite3, 'provider' | 'adapterName' | 'connect'>
type Adapter = Awaited<ReturnType<PrismaBetterSqlite3['connect']>>
type Transaction = Awaited<ReturnType<Adapter['startTransaction']>>

/** How long a transaction waits for one of another process (ms); shorter than Prisma waits for this. */
const WAIT_FOR_WRITER = 20_000
/** Between two tries (ms). */
const TRY_AGAIN = 5

/** What each connection is told. FULL: what was answered "done" survives a power cut; NORMAL could lose the last transactions. */
const settings = (role: 'reader' | 'writer'): string =>
  [
    'PRAGMA journal_mode = WAL',
    'PRAGMA synchronous = FULL',
    'PRAGMA foreign_keys = ON',
    // A writer is waited for asynchronously, see begin(); a reader only ever waits while another process recovers the file.
    `PRAGMA busy_timeout = ${role === 'reader' ? 5000 : 0}`,
    'PRAGMA cache_size = -16384',
    // After one huge transaction the WAL would stay as large for ever.
    'PRAGMA journal_size_limit = 67108864',
    ...(role === 'reader' ? ['PRAGMA query_only = ON'] : []),
  ].join(';')

const isBusy = (error: unknown): boolean =>
  (error as { cause?: { originalCode?: string } }).cause?.originalCode?.startsWith('SQLITE_BUSY') === true

/** The write lock at once: a transaction that began by reading could find the catalog changed when it comes to write. */
async function begin(adapter: Adapter): Promise<void> {
  for (let waited = 0; ; waited += TRY_AGAIN) {
    try {
      return await adapter.executeScript('BEGIN IMMEDIATE')
    } catch (error) {
      if (!isBusy(error) || waited >= WAIT_FOR_WRITER) throw error
    }
    await sleep(TRY_AGAIN)
  }
}

/** Prisma itself says COMMIT or ROLLBACK through executeRaw; the catalog lets one transaction run at a time. */
const transactionOn = (adapter: Adapter): Transaction => ({
  provider: adapter.provider,
  adapterName: adapter.adapterName,
  options: { usePhantomQuery: false },
  queryRaw: (query) => adapter.queryRaw(query),
  executeRaw: (query) => adapter.executeRaw(query),
  commit: async () => undefined,
  rollback: async () => undefined,
})

/**
 * A factory for Prisma that opens one connection to the file.
 *
 * @param role a reader is refused every write by SQLite itself
 */
export function sqliteAdapter(file: string, role: 'reader' | 'writer'): Factory {
  // Milliseconds in eight bytes instead of 29 characters of text: half of the catalog's indexes are of times.
  const inner = new PrismaBetterSqlite3({ url: file, fileMustExist: true }, { timestampFormat: 'unixepoch-ms' })
  const connect = async (): Promise<Adapter> => {
    const adapter = await inner.connect()
    await adapter.executeScript(settings(role))
    return {
      provider: adapter.provider,
      adapterName: adapter.adapterName,
      queryRaw: (query) => adapter.queryRaw(query),
      executeRaw: (query) => adapter.executeRaw(query),
      executeScript: (script) => adapter.executeScript(script),
      startTransaction: async () => {
        if (role === 'writer') await begin(adapter)
        else await adapter.executeScript('BEGIN')
        return transactionOn(adapter)
      },
      // SQLite's own limit; Prisma would assume that of old versions.
      getConnectionInfo: () => ({ maxBindValues: 32_766, supportsRelationJoins: false }),
      dispose: () => adapter.dispose(),
    }
  }
  return { provider: inner.provider, adapterName: inner.adapterName, connect }
}
