// Snapshots: what is in the repositories, as rows for lists, and through the engine for what is inside of them.
import { z } from 'zod'
import type { Actor } from '../../auth/actor.ts'
import type { AuditAction } from '../../contract/audit-actions.ts'
import { HoldfastError } from '../../contract/errors.ts'
import type { Catalog } from '../../db/index.ts'
import type { Entry } from '../../engine/tree/entry.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import type { Audit, AuditEntry } from '../audit/index.ts'
import type { RepositoriesService } from '../repositories/index.ts'
import { type ArchiveItem, archiveItems } from './archive.ts'
import {
  type DifferencePage,
  differencePage,
  entryAt,
  type FolderPage,
  type FoundPage,
  findPage,
  folderPage,
  type VersionPage,
  versionPage,
} from './browse.ts'
import { contentStream } from './content.ts'
import { type EntryItem, entryItem } from './entries.ts'
import { listSnapshots, type SnapshotPage } from './list.ts'
import { createLooks } from './looks.ts'
import { type SnapshotItem, type SnapshotRow, snapshotItem } from './mapping.ts'
import { createDamageWatch } from './met.ts'
import { byteFields, pathOf } from './names.ts'
import { type Preview, previewOf } from './preview.ts'
import { newestOfSources } from './sources.ts'
import { type SyncOutcome, syncSnapshots } from './sync.ts'
import { damagedSnapshots, wholeSnapshots } from './verdicts.ts'

export type { ArchiveItem } from './archive.ts'
export type { DifferencePage, FolderPage, FoundPage, VersionPage } from './browse.ts'
export type { EntryItem } from './entries.ts'
export type { SnapshotPage } from './list.ts'
export type { SnapshotItem } from './mapping.ts'
export { imageTypes, type Preview, previewEncodings } from './preview.ts'
export type { SyncOutcome } from './sync.ts'

const id = z.string().max(100)
const cursor = z.string().max(20_000).optional()
const time = z.iso.datetime({ offset: true }).optional()
const limit = z.int().min(1).max(200).default(50)
/** Of entries: a folder may hold very many. */
const entryLimit = z.int().min(1).max(1000).default(200)
const place = { path: z.string().max(20_000).optional(), pathBytes: z.base64().max(20_000).optional() }

export const snapshotInputs = {
  list: z.strictObject({
    limit,
    cursor,
    repositoryId: id.optional(),
    scheduleName: z.string().max(200).optional(),
    host: z.string().max(300).optional(),
    path: z.string().max(4096).optional(),
    tag: z.string().max(200).optional(),
    from: time,
    until: time,
  }),
  sources: z.strictObject({ limit, cursor }),
  id: z.strictObject({ id }),
  browse: z.strictObject({
    id,
    ...place,
    /** Only names that begin with it. */
    prefix: z.string().max(1000).optional(),
    limit: entryLimit,
    cursor,
  }),
  entry: z.strictObject({ id, ...place }),
  find: z.strictObject({
    repositoryId: id,
    /** Only in this one. */
    id: id.optional(),
    pattern: z.string().min(1).max(4096),
    ignoreCase: z.boolean().default(false),
    host: z.string().max(300).optional(),
    from: time,
    until: time,
    limit: entryLimit,
    cursor,
  }),
  versions: z.strictObject({ repositoryId: id, ...place, host: z.string().max(300).optional(), limit, cursor }),
  diff: z.strictObject({ before: id, after: id, limit: entryLimit, cursor }),
}
export type SnapshotInput = { [K in keyof typeof snapshotInputs]: z.output<(typeof snapshotInputs)[K]> }

export type FileContent = {
  readonly name: string
  readonly nameBytes?: string
  readonly size: number
  readonly entry: EntryItem
  /** Exactly `size` bytes, each checked before it is given out; ends with an error when what follows is damaged. */
  readonly stream: AsyncGenerator<Uint8Array>
}

export type FolderContent = {
  readonly name: string
  readonly nameBytes?: string
  /** The folder, all that is below it, and at the end a list of what could not be read for the backup. Ends with an error at damage. */
  readonly items: AsyncGenerator<ArchiveItem>
}

export type SnapshotsDeps = {
  readonly catalog: Catalog
  readonly clock: Clock
  readonly audit: Audit
  readonly log: Logger
  readonly repositories: Pick<RepositoriesService, 'borrow' | 'verified'>
}

type Target = NonNullable<AuditEntry['target']>

export type SnapshotsService = ReturnType<typeof createSnapshotsService>

export function createSnapshotsService({ catalog, clock, audit, log, repositories }: SnapshotsDeps) {
  const rowOf = async (rowId: string): Promise<SnapshotRow> => {
    const row = await catalog.db.snapshot.findUnique({ where: { id: rowId } })
    if (row) return row
    throw new HoldfastError('not_found', `There is no snapshot ${rowId}`)
  }

  const looks = createLooks(clock)

  /** That somebody looked at names or data. Later pages of a look that was recorded are no events of their own. */
  const looked = async (actor: Actor, action: AuditAction, target: Target, details: unknown, page?: string) => {
    const look = { actor, action, target, details }
    if (page !== undefined && looks.known(look)) return
    await audit.record({ ...look, result: 'success' })
    looks.remember(look)
  }
  const target = (row: SnapshotRow): Target => ({ kind: 'snapshot', id: row.id, name: row.snapshotId.slice(0, 12) })

  /** A file that has content. @throws `not_found`, `usage` */
  const fileAt = async (input: SnapshotInput['entry']) => {
    const row = await rowOf(input.id)
    const path = pathOf(input)
    await using lent = await repositories.borrow(row.repositoryId)
    const found = await entryAt(await lent.indexed(), row, path)
    if (found?.entry.type !== 'file') throw new HoldfastError('usage', 'Only files have content that can be read')
    if (found.entry.errno !== 0) {
      throw new HoldfastError(
        'not_found',
        'The file could not be read when it was backed up: there is no content of it',
      )
    }
    return { row, path, ...found }
  }

  const watched = createDamageWatch({ catalog, clock, log, repositories })

  const bytesOf = (row: SnapshotRow, entry: Entry): AsyncGenerator<Uint8Array> => watched(row, bytesIn(row, entry))

  async function* bytesIn(row: SnapshotRow, entry: Entry): AsyncGenerator<Uint8Array> {
    await using held = await repositories.borrow(row.repositoryId)
    yield* contentStream(await held.indexed(), entry)
  }

  /** Brings the rows of one repository in line with what is there. @throws what opening and reading it throws: the rows stay */
  const sync = async (repositoryId: string): Promise<SyncOutcome> => {
    await using lent = await repositories.borrow(repositoryId)
    const outcome = await syncSnapshots({ catalog, clock, audit, log }, repositoryId, lent.repository)
    for (const { snapshotId, message } of outcome.damaged)
      log.error('a snapshot is damaged', { repositoryId, snapshotId, message })
    return outcome
  }

  return {
    /** Newest first. @throws `usage` */
    async list(_actor: Actor, { limit: count, cursor: at, ...filter }: SnapshotInput['list']): Promise<SnapshotPage> {
      return listSnapshots(catalog, filter, count, at)
    },

    /** The newest of each source, newest first. @throws `usage` */
    async sources(_actor: Actor, input: SnapshotInput['sources']): Promise<SnapshotPage> {
      return newestOfSources(catalog, input.limit, input.cursor)
    },

    /** @throws `not_found` */
    async get(_actor: Actor, input: SnapshotInput['id']): Promise<SnapshotItem> {
      return snapshotItem(await rowOf(input.id))
    },

    /** One page of a folder. @throws `not_found`, `usage` for a file; what opening the repository throws */
    async browse(actor: Actor, input: SnapshotInput['browse']): Promise<FolderPage> {
      const row = await rowOf(input.id)
      const path = pathOf(input)
      await looked(actor, 'snapshot.browse', target(row), byteFields('path', `/${path}`), input.cursor)
      await using lent = await repositories.borrow(row.repositoryId)
      return folderPage(await lent.indexed(), row, path, input)
    },

    /** One entry; null for the top. @throws as `browse` */
    async entry(actor: Actor, input: SnapshotInput['entry']): Promise<EntryItem | null> {
      const row = await rowOf(input.id)
      const path = pathOf(input)
      await looked(actor, 'snapshot.browse', target(row), byteFields('path', `/${path}`))
      await using lent = await repositories.borrow(row.repositoryId)
      const found = await entryAt(await lent.indexed(), row, path)
      return found ? entryItem(found.entry, found.owners) : null
    },

    /** Entries by name or path, in all snapshots of a repository or in one. @throws `usage` for the pattern; as `browse` */
    async find(actor: Actor, input: SnapshotInput['find']): Promise<FoundPage> {
      const { repositoryId, host, from, until, pattern } = input
      const only = input.id === undefined ? undefined : await rowOf(input.id)
      if (only && only.repositoryId !== repositoryId) {
        throw new HoldfastError('not_found', `The repository has no snapshot ${only.id}`)
      }
      const about = only ? target(only) : { kind: 'repository', id: repositoryId }
      await looked(actor, 'snapshot.find', about, { pattern }, input.cursor)
      await using lent = await repositories.borrow(repositoryId)
      return findPage(catalog.db, await lent.indexed(), { repositoryId, host, from, until }, { ...input, only })
    },

    /** The versions of one file or folder, newest first. @throws as `browse` */
    async versions(actor: Actor, input: SnapshotInput['versions']): Promise<VersionPage> {
      const { repositoryId, host } = input
      const path = pathOf(input)
      if (path === '') throw new HoldfastError('usage', 'Name the path of a file or folder')
      const about = { kind: 'repository', id: repositoryId }
      await looked(actor, 'snapshot.versions', about, byteFields('path', `/${path}`), input.cursor)
      await using lent = await repositories.borrow(repositoryId)
      return versionPage(catalog.db, await lent.indexed(), { repositoryId, host }, { ...input, path })
    },

    /** What differs between two snapshots of one repository. @throws `usage` when they are of two; as `browse` */
    async diff(actor: Actor, input: SnapshotInput['diff']): Promise<DifferencePage> {
      const before = await rowOf(input.before)
      const after = await rowOf(input.after)
      if (before.repositoryId !== after.repositoryId) {
        throw new HoldfastError('usage', 'Only snapshots of the same repository can be compared')
      }
      await looked(actor, 'snapshot.diff', target(after), { before: before.snapshotId }, input.cursor)
      await using lent = await repositories.borrow(after.repositoryId)
      return differencePage(await lent.indexed(), before, after, input)
    },

    /** The bytes of a file. @throws `not_found`; `usage` for what is no file; `damaged` when it could not be read for the backup */
    async content(actor: Actor, input: SnapshotInput['entry']): Promise<FileContent> {
      const { row, path, entry, owners } = await fileAt(input)
      await looked(actor, 'snapshot.download', target(row), { ...byteFields('path', `/${path}`), bytes: entry.size })
      const stream = bytesOf(row, entry)
      return { ...byteFields('name', entry.name), size: entry.size, entry: entryItem(entry, owners), stream }
    },

    /** The beginning of a file, to look at. @throws as `content` */
    async preview(actor: Actor, input: SnapshotInput['entry']): Promise<Preview> {
      const { row, path, entry } = await fileAt(input)
      await looked(actor, 'snapshot.preview', target(row), byteFields('path', `/${path}`))
      return previewOf(bytesOf(row, entry), entry.size)
    },

    /** A folder, or with the path of the top all of the snapshot. @throws `not_found`, `usage` for what is no folder */
    async folder(actor: Actor, input: SnapshotInput['entry'], format: string): Promise<FolderContent> {
      const row = await rowOf(input.id)
      const path = pathOf(input)
      await using lent = await repositories.borrow(row.repositoryId)
      const found = await entryAt(await lent.indexed(), row, path)
      if (found && found.entry.type !== 'directory') throw new HoldfastError('usage', 'Only a folder makes an archive')
      const { filesBelow, bytesBelow } = found?.entry ?? { filesBelow: row.files, bytesBelow: Number(row.bytes) }
      const size = { files: filesBelow, bytes: bytesBelow }
      await looked(actor, 'snapshot.download', target(row), { ...byteFields('path', `/${path}`), format, ...size })
      const name = found?.entry.name ?? `snapshot-${row.snapshotId.slice(0, 12)}`
      async function* items(): AsyncGenerator<ArchiveItem> {
        await using held = await repositories.borrow(row.repositoryId)
        const node = found?.entry.subtree ?? Buffer.from(row.treeId, 'hex')
        yield* archiveItems(await held.indexed(), node, found, name)
      }
      return { ...byteFields('name', name), items: watched(row, items()) }
    },

    sync,

    /** All repositories that are in use, one after the other; one that fails does not keep the others from it. */
    async rebuild(): Promise<readonly RebuildOutcome[]> {
      const rows = await catalog.db.repository.findMany({
        where: { archivedAt: null },
        orderBy: { name: 'asc' },
        select: { id: true, name: true },
      })
      const outcomes: RebuildOutcome[] = []
      for (const { id: repositoryId, name } of rows) {
        try {
          outcomes.push({ repositoryId, name, outcome: await sync(repositoryId), error: undefined })
        } catch (error) {
          log.error('the snapshots of a repository could not be read', { repository: name, error })
          outcomes.push({ repositoryId, name, outcome: undefined, error })
        }
      }
      return outcomes
    },

    verified: wholeSnapshots,
    damaged: damagedSnapshots,
  }
}

export type RebuildOutcome = {
  readonly repositoryId: string
  readonly name: string
  readonly outcome: SyncOutcome | undefined
  /** Why it could not be read. */
  readonly error: unknown
}
