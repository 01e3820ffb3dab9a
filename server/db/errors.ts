// What the databases and Prisma complain about, in the words of the one error catalogue.
import { type ErrorCode, HoldfastError, messageOf } from '../contract/errors.ts'

/** The parts of a Prisma or driver error that say what happened. */
type Complaint = {
  readonly code?: unknown
  readonly name?: unknown
  readonly meta?: {
    readonly modelName?: string
    readonly driverAdapterError?: { readonly cause?: Cause }
  }
  readonly cause?: Cause
}
type Cause = {
  readonly originalCode?: string
  readonly originalMessage?: string
  readonly constraint?: { readonly fields?: readonly string[]; readonly index?: string }
}

/** "AuditEvent" -> "audit event". */
const words = (model: string): string => model.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()

const noun = (error: Complaint): string => words(error.meta?.modelName ?? 'row')

/** Prisma puts where it was called before what happened. */
const lastLine = (error: unknown): string => messageOf(error).trim().split('\n').at(-1) ?? ''

/** SQLite's result codes (the first that the code begins with) and PostgreSQL's SQLSTATE classes. */
const databaseCodes: readonly (readonly [prefix: string, code: ErrorCode, what: string])[] = [
  [
    'SQLITE_FULL',
    'no_space',
    'there is no space left where the catalog is; free some, nothing that was answered is lost',
  ],
  ['SQLITE_IOERR_SHMSIZE', 'no_space', 'there is no space left where the catalog is; free some, nothing is lost'],
  ['SQLITE_READONLY', 'denied', 'the catalog may be read only; it and its folder must be writable'],
  ['SQLITE_CANTOPEN', 'denied', 'the catalog cannot be opened; it and its folder must be readable and writable'],
  ['SQLITE_PERM', 'denied', 'the catalog cannot be opened'],
  ['SQLITE_CORRUPT', 'damaged', 'the catalog is damaged; start again to see how it is cured'],
  ['SQLITE_NOTADB', 'damaged', 'the catalog is no SQLite database, or its first bytes are damaged'],
  ['SQLITE_BUSY', 'unavailable', 'another process kept the catalog locked for too long'],
  ['SQLITE_LOCKED', 'unavailable', 'the catalog is locked'],
  ['SQLITE_IOERR', 'unavailable', 'the catalog cannot be read or written'],
  ['53100', 'no_space', 'the database server has no space left'],
  ['53', 'unavailable', 'the database server is short of resources'],
  ['25006', 'denied', 'the database server takes no writes'],
  ['42501', 'denied', 'the database user lacks a right'],
  ['28', 'denied', 'the database server refuses the user or password'],
  ['3D000', 'not_found', 'the database does not exist'],
  ['XX001', 'damaged', 'the database is damaged'],
  ['XX002', 'damaged', 'an index of the database is damaged'],
  ['40', 'unavailable', 'another transaction was in the way'],
  ['55P03', 'unavailable', 'another transaction kept a lock for too long'],
  ['57', 'unavailable', 'the database server ended the query or is shutting down'],
  ['08', 'unavailable', 'the connection to the database server broke'],
  ['ECONNREFUSED', 'unavailable', 'the database server cannot be reached'],
  ['ECONNRESET', 'unavailable', 'the connection to the database server broke'],
  ['EPIPE', 'unavailable', 'the connection to the database server broke'],
  ['ETIMEDOUT', 'unavailable', 'the database server does not answer'],
  ['ENOTFOUND', 'unavailable', 'the name of the database server is unknown'],
  ['EAI_AGAIN', 'unavailable', 'the name of the database server cannot be looked up'],
  ['ENOSPC', 'no_space', 'there is no space left'],
  ['EDQUOT', 'no_space', 'the quota is used up'],
  ['EROFS', 'denied', 'the file system may be read only'],
  ['EACCES', 'denied', 'access is denied'],
  ['EPERM', 'denied', 'the operation is not allowed'],
  ['ENOENT', 'not_found', 'a folder of its path does not exist'],
  ['EISDIR', 'denied', 'a folder is in its place'],
  ['ENOTDIR', 'denied', 'a part of its path is no folder'],
]

/** Prisma's own codes that name no code of a database. */
const prismaCodes: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  P1000: ['denied', 'the database server refuses the user or password'],
  P1001: ['unavailable', 'the database server cannot be reached'],
  P1002: ['unavailable', 'the database server does not answer'],
  P1003: ['not_found', 'the database does not exist'],
  P1008: ['unavailable', 'another process kept the catalog locked for too long'],
  P1010: ['denied', 'the database user lacks a right'],
  P1017: ['unavailable', 'the connection to the database server broke'],
  P2024: ['unavailable', 'no connection to the database was free'],
  P2028: ['unavailable', 'the transaction took too long'],
  P2034: ['unavailable', 'another transaction was in the way'],
  P2037: ['unavailable', 'the database server has no connection left'],
}

/** SQLite names the columns of a unique index, PostgreSQL the index, which is called "Model_column_column_key". */
function fieldsOf(error: Complaint): readonly string[] {
  const { fields, index } = error.meta?.driverAdapterError?.cause?.constraint ?? {}
  if (fields) return fields
  return (
    index
      ?.replace(/_key$/, '')
      .split('_')
      .slice(1)
      .filter((part) => part !== 'pkey') ?? []
  )
}

/** What PostgreSQL's driver says without a code. */
const brokenConnection =
  /^(Client has encountered a connection error|Connection terminated|timeout exceeded when trying to connect|Client was closed)/

/** What the query itself got wrong: a name that is taken, a row that is gone. */
function ofQuery(error: Complaint, options: ErrorOptions): HoldfastError | undefined {
  if (error.code === 'P2002') {
    const fields = fieldsOf(error)
    const which = fields.length > 0 ? ` with the same ${fields.join(' and ')}` : ''
    return new HoldfastError('exists', `There is already a ${noun(error)}${which}`, options)
  }
  if (error.code === 'P2025') return new HoldfastError('not_found', `There is no such ${noun(error)}`, options)
  if (error.code === 'P2003') {
    const message = `The ${noun(error)} refers to something that does not exist, or is still referred to`
    return new HoldfastError('refused', message, options)
  }
  return undefined
}

/** The code that the database, its driver or the system gave. */
function originalCode(error: Complaint): string | undefined {
  const cause = error.meta?.driverAdapterError?.cause ?? error.cause
  const code = cause?.originalCode ?? error.code ?? (cause as Complaint | undefined)?.code
  return typeof code === 'string' ? code : undefined
}

/** Whether Prisma or a driver threw it, and not the work that used them. */
export const isOfDatabase = (error: unknown): boolean =>
  error instanceof Error && /^(PrismaClient|DriverAdapterError)/.test(error.name)

/**
 * Any error of the database as one of the catalogue, with the error itself as its cause.
 *
 * @returns the error as it is when it is one of ours, or none of the database's
 */
export function translated(thrown: unknown): unknown {
  if (typeof thrown !== 'object' || thrown === null) return thrown
  if (thrown instanceof HoldfastError) return thrown
  const error = thrown as Complaint
  const options = { cause: thrown }
  const query = ofQuery(error, options)
  if (query) return query
  if (brokenConnection.test(lastLine(thrown))) {
    const message = `The catalog: the connection to the database server broke (${lastLine(thrown)})`
    return new HoldfastError('unavailable', message, options)
  }
  const code = originalCode(error)
  if (code === undefined) return thrown
  const row = databaseCodes.find(([prefix]) => code.startsWith(prefix))
  if (row) return new HoldfastError(row[1], `The catalog: ${row[2]} (${lastLine(thrown)})`, options)
  const known = prismaCodes[code]
  return known ? new HoldfastError(known[0], `The catalog: ${known[1]} (${lastLine(thrown)})`, options) : thrown
}
