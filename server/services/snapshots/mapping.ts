// Snapshots: from the engine's object to a row, and from a row to an answer.
import { createHash } from 'node:crypto'
import type { Prisma } from '#generated/sqlite/client.ts'
import { type PartialCheck, proofOf, type VerifyState } from '../../contract/verification.ts'
import type { StoredSnapshot } from '../../engine/repository/snapshot.ts'
import { dateOf, isoTime, parseTime } from '../../lib/clock.ts'
import { byteFields } from './names.ts'

export type SnapshotRow = Prisma.SnapshotModel

export type SnapshotItem = {
  readonly id: string
  readonly repositoryId: string
  /** The engine's id, hexadecimal. */
  readonly snapshotId: string
  readonly time: string
  readonly finished: string
  readonly host: string
  readonly paths: readonly { readonly path: string; readonly pathBytes?: string }[]
  readonly tags: readonly string[]
  readonly type: string
  readonly parentId: string | null
  readonly treeId: string
  readonly program: string
  readonly files: number
  readonly directories: number
  /** Of all files. */
  readonly bytes: number
  /** What its backup added to the repository. */
  readonly bytesStored: number
  readonly errorCount: number
  readonly scheduleName: string | null
  readonly runId: string | null
  /** When all of its data was read, or damage found; null before. */
  readonly verifiedAt: string | null
  readonly verifyState: VerifyState
  /** What was looked at besides, as long as neither is known. */
  readonly partialCheck: PartialCheck | null
}

/** The largest number that an integer column holds. */
const MAX_INT = 2 ** 31 - 1

/** PostgreSQL stores no NUL, neither stores half a surrogate pair. */
const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd')

/** The same snapshot of the same repository has the same id whenever its row is made again: what refers to it stays right. */
function rowId(repositoryId: string, snapshotId: string): string {
  const hex = createHash('sha256').update(`${repositoryId}\0${snapshotId}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}

const tagged = (tags: readonly string[], prefix: string): string | null =>
  tags.find((tag) => tag.startsWith(prefix))?.slice(prefix.length) ?? null

export function rowOf(repositoryId: string, snapshot: StoredSnapshot): Prisma.SnapshotCreateManyInput {
  const { statistics, errors, errorsOmitted, tags } = snapshot
  const files = statistics.filesNew + statistics.filesChanged + statistics.filesUnmodified
  return {
    id: rowId(repositoryId, snapshot.id),
    repositoryId,
    snapshotId: snapshot.id,
    time: dateOf(parseTime(snapshot.time)),
    finished: dateOf(parseTime(snapshot.finished)),
    host: storable(snapshot.host),
    paths: JSON.stringify(snapshot.paths.map((path) => byteFields('path', path))),
    tags: JSON.stringify(tags),
    type: snapshot.type,
    parentId: snapshot.parent,
    treeId: snapshot.tree,
    program: storable(snapshot.program),
    files: Math.min(files, MAX_INT),
    directories: Math.min(statistics.directories, MAX_INT),
    bytes: BigInt(statistics.bytes),
    bytesStored: BigInt(statistics.bytesStored),
    errorCount: errors.length + errorsOmitted,
    scheduleName: tagged(tags, 'schedule:'),
    runId: tagged(tags, 'run:'),
  }
}

export const snapshotItem = (row: SnapshotRow): SnapshotItem => ({
  id: row.id,
  repositoryId: row.repositoryId,
  snapshotId: row.snapshotId,
  time: isoTime(row.time.getTime()),
  finished: isoTime(row.finished.getTime()),
  host: row.host,
  paths: JSON.parse(row.paths) as SnapshotItem['paths'],
  tags: JSON.parse(row.tags) as string[],
  type: row.type,
  parentId: row.parentId,
  treeId: row.treeId,
  program: row.program,
  files: row.files,
  directories: row.directories,
  bytes: Number(row.bytes),
  bytesStored: Number(row.bytesStored),
  errorCount: row.errorCount,
  scheduleName: row.scheduleName,
  runId: row.runId,
  ...proofOf(row.verifyState, row.verifiedAt === null ? null : isoTime(row.verifiedAt.getTime())),
})
