// The two clients of a catalog, one that only reads and one that writes, for either database.
import { PrismaClient } from '#generated/sqlite/client.ts'
import { translated } from './errors.ts'
import { type Place, readOnly } from './place.ts'
import { sqliteAdapter } from './sqlite-adapter.ts'

export type OnQuery = (sql: string) => void

/** So many connections read from PostgreSQL; SQLite reads in this thread, one after the other. */
const READERS = 8

const log = (onQuery: OnQuery | undefined): { log?: { emit: 'event'; level: 'query' }[] } =>
  onQuery ? { log: [{ emit: 'event', level: 'query' }] } : {}

const sqliteClient = (file: string, role: 'reader' | 'writer', onQuery?: OnQuery): PrismaClient =>
  new PrismaClient({ adapter: sqliteAdapter(file, role), ...log(onQuery) })

/** PostgreSQL's client has the same models and methods; what differs are modes of filters that SQLite lacks, and nothing uses. */
async function postgresClient(url: string, max: number, onQuery?: OnQuery): Promise<PrismaClient> {
  const [{ PrismaPg }, postgres] = await Promise.all([
    import('@prisma/adapter-pg'),
    import('#generated/postgresql/client.ts'),
  ])
  const adapter = new PrismaPg({ connectionString: url, max, connectionTimeoutMillis: 10_000, keepAlive: true })
  return new postgres.PrismaClient({ adapter, ...log(onQuery) }) as unknown as PrismaClient
}

type Clients = { readonly reader: PrismaClient; readonly writer: PrismaClient }

async function make(place: Place, onQuery: OnQuery | undefined): Promise<Clients> {
  if (place.provider === 'sqlite') {
    return { reader: sqliteClient(place.file, 'reader', onQuery), writer: sqliteClient(place.file, 'writer') }
  }
  return {
    reader: await postgresClient(readOnly(place.url), READERS, onQuery),
    writer: await postgresClient(place.url, 1),
  }
}

/**
 * Connects at once rather than with the first query: what is in the way is told at the start, and on a disk that fills up later reading goes on.
 *
 * @param onQuery told of each statement of the reader
 * @throws `denied`, `no_space`, `unavailable`
 */
export async function connect(place: Place, onQuery: OnQuery | undefined): Promise<Clients> {
  const clients = await make(place, onQuery)
  const { reader, writer } = clients
  if (onQuery) (reader as unknown as PrismaClient<'query'>).$on('query', ({ query }) => onQuery(query))
  try {
    await reader.$connect()
    await writer.$connect()
    return clients
  } catch (error) {
    await Promise.all([reader.$disconnect(), writer.$disconnect()])
    throw translated(error)
  }
}
