// The catalog: rows in SQLite or PostgreSQL behind one type. Reads go through `db`, every write through `transaction`.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Prisma, PrismaClient } from '#generated/sqlite/client.ts'
import { HoldfastError } from '../contract/errors.ts'
import type { Clock } from '../lib/clock.ts'
import { connect } from './clients.ts'
import { isOfDatabase, translated } from './errors.ts'
import { knownMigrations, migrationsRoot } from './migrations.ts'
import { placeOf, takeWriteLock } from './place.ts'
import { prepareSqlite } from './sqlite-file.ts'

/** The client for SQLite; the one for PostgreSQL is made from the same models and is used through this type. */
export type Db = PrismaClient
export type Tx = Prisma.TransactionClient

export type Catalog = {
  /** For reading only: the database refuses writes that come through it. */
  readonly db: Db
  readonly provider: 'sqlite' | 'postgresql'
  /**
   * Runs `work` in a transaction; all that it wrote through `tx` is there when the promise resolves, and nothing when it rejects. One
   * transaction writes at a time, in all processes together, so `work` sees what it read unchanged, and must wait for nothing else.
   *
   * @throws what `work` throws; `exists`, `not_found`, `refused` (a reference), `no_space`, `denied`, `damaged`, `unavailable`
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export type CatalogOptions = {
  /** `file:/absolute/path.db` or `postgresql://user:password@host:port/database`. */
  readonly url: string
  readonly clock: Clock
  /** Keep a copy of an SQLite file before it is migrated; true unless said otherwise. */
  readonly backup?: boolean
  /** Where the migrations are, when not in prisma/. */
  readonly migrations?: string
  /** Told of each statement that reads through `db`; for tests and for looking into what is slow. */
  readonly onQuery?: (sql: string) => void
}

/** How long a transaction may take, and wait for a connection (ms). */
const TIMES = { timeout: 120_000, maxWait: 30_000 }

/** The transaction that the current call is in, and the first error that spoiled it. */
type Running = { open: boolean; spoiled?: unknown }
type Current = AsyncLocalStorage<Running>

/** After a failed statement PostgreSQL takes no more of the transaction; SQLite would. Here both refuse. */
function refuseSpoiled(transaction: Running): void {
  if (transaction.spoiled === undefined) return
  const message =
    'A transaction went on after a statement in it had failed; let the error end it, or ask before writing'
  throw new HoldfastError('internal', message, { cause: transaction.spoiled })
}

/** Errors of the catalogue instead of Prisma's. */
const withErrors = (client: PrismaClient, current: Current): Db =>
  client.$extends({
    query: {
      async $allOperations({ args, query }) {
        const transaction = current.getStore()
        if (transaction) refuseSpoiled(transaction)
        try {
          return await query(args)
        } catch (error) {
          const known = translated(error)
          if (transaction && (known as HoldfastError).code !== 'not_found') transaction.spoiled = known
          throw known
        }
      },
    },
  }) as unknown as Db

/** Errors of a client that can't write: a write through it is a mistake of the program. */
const withReadErrors = (client: PrismaClient): Db =>
  client.$extends({
    query: {
      async $allOperations({ args, query, operation, model }) {
        try {
          return await query(args)
        } catch (error) {
          const known = translated(error)
          const writes = !/^(find|count|aggregate|groupBy|\$queryRaw)/.test(operation)
          if (!writes || (known as HoldfastError).code !== 'denied') throw known
          const message = `${model ?? ''}.${operation} writes to the catalog outside of catalog.transaction()`
          throw new HoldfastError('internal', message, { cause: error })
        }
      },
    },
  }) as unknown as Db

/** Lets one piece of work run at a time, in the order in which they came. */
function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const result = last.then(work)
    last = result.catch(() => undefined)
    return result
  }
}

/**
 * Opens the catalog: checks it, keeps a copy of an SQLite file if it has to be migrated, applies what is pending.
 *
 * @throws `usage` for the address; `damaged`, `denied`, `no_space`, `unavailable`; `unsupported` when a newer Holdfast made it
 */
export async function openCatalog(options: CatalogOptions): Promise<Catalog> {
  const { url, clock, backup = true, migrations = migrationsRoot } = options
  const place = placeOf(url)
  const known = knownMigrations(migrations, place.provider)
  if (place.provider === 'sqlite') prepareSqlite(place.file, known, clock, backup)
  else await (await import('./postgresql.ts')).preparePostgres(place.url, place.shown, known)
  const { reader, writer } = await connect(place, options.onQuery)
  const current: Current = new AsyncLocalStorage()
  const writing = withErrors(writer, current)
  const queue = oneAtATime()
  const work = async <T>(body: (tx: Tx) => Promise<T>): Promise<T> => {
    const state: Running = { open: true }
    try {
      return await current.run(state, () =>
        writing.$transaction(async (tx) => {
          if (place.provider === 'postgresql') await tx.$executeRawUnsafe(takeWriteLock)
          const result = await body(tx)
          refuseSpoiled(state)
          return result
        }, TIMES),
      )
    } catch (error) {
      throw isOfDatabase(error) ? translated(error) : error
    } finally {
      state.open = false
    }
  }
  return {
    db: withReadErrors(reader),
    provider: place.provider,
    transaction: async (body) => {
      if (current.getStore()?.open) {
        throw new HoldfastError('internal', 'A transaction was begun inside of another one; hand its tx on instead')
      }
      return queue(() => work(body))
    },
    close: async () => {
      await queue(async () => undefined)
      await reader.$disconnect()
      await writer.$disconnect()
    },
  }
}
