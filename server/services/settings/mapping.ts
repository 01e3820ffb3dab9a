// Between rows of ConfigVersion and documents.
import { createHash } from 'node:crypto'
import { checkDocument } from '../../contract/config/check.ts'
import type { ConfigDocument } from '../../contract/config/document.ts'
import { HoldfastError } from '../../contract/errors.ts'
import type { Tx } from '../../db/index.ts'
import { type Origin, origins, type Version, type VersionSummary } from './types.ts'

type Row = NonNullable<Awaited<ReturnType<Tx['configVersion']['findUnique']>>>

export const summaryFields = {
  version: true,
  at: true,
  actorId: true,
  actorName: true,
  reason: true,
  origin: true,
  restoredFrom: true,
} as const

/** As it is stored. */
export function storedForm(document: ConfigDocument): { document: string; hash: string } {
  const text = JSON.stringify(document)
  return { document: text, hash: hashOf(text) }
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

export const summaryOf = (row: Omit<Row, 'document' | 'hash'>): VersionSummary => ({
  version: row.version,
  at: row.at.toISOString(),
  actorId: row.actorId,
  actorName: row.actorName,
  reason: row.reason,
  origin: originOf(row.origin),
  restoredFrom: row.restoredFrom,
})

const originOf = (text: string): Origin => origins.find((origin) => origin === text) ?? 'edit'

/** @throws `damaged` for a row that is not what was written */
export const versionOf = (row: Row): Version => ({ ...summaryOf(row), document: documentOf(row) })

/** Whether the document is what was written. */
export const isIntact = ({ document, hash }: Pick<Row, 'document' | 'hash'>): boolean => hashOf(document) === hash

/** Without a look at the schema: an old version may say what is no longer allowed. */
export function documentOf(row: Pick<Row, 'version' | 'document' | 'hash'>): ConfigDocument {
  if (isIntact(row)) return JSON.parse(row.document) as ConfigDocument
  throw new HoldfastError(
    'damaged',
    `Version ${row.version} of the configuration was changed in the catalog: its hash is another. Import a file, or restore the catalog`,
  )
}

/** The file of an export. @throws nothing: a document that is no longer allowed keeps the order that it has */
export const fileText = (document: ConfigDocument): string =>
  `${JSON.stringify(checkDocument(document).document ?? document, null, 2)}\n`
