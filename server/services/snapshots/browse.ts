// Looking into snapshots, page by page: folders, searches, versions of one file, differences.
import { setImmediate as breathe } from 'node:timers/promises'
import { HoldfastError } from '../../contract/errors.ts'
import type { Db } from '../../db/index.ts'
import { entriesFrom, walkAfter } from '../../engine/browse/after.ts'
import { type Change, diff } from '../../engine/browse/diff.ts'
import { metaLoader } from '../../engine/browse/list.ts'
import { escapePath } from '../../engine/posix/errors.ts'
import type { Repository } from '../../engine/repository/repository.ts'
import { toByteString } from '../../engine/select/chars.ts'
import { globToMatcher } from '../../engine/select/find.ts'
import type { Entry } from '../../engine/tree/entry.ts'
import { lookUpPath, type OwnedEntry } from '../../engine/tree/reader.ts'
import { isoTime } from '../../lib/clock.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { type EntryItem, entryItem, versionOf } from './entries.ts'
import { type SnapshotFilter, selectAfter } from './list.ts'
import type { SnapshotRow } from './mapping.ts'
import { byteFields } from './names.ts'

/** Names and paths in cursors are base64: they are bytes. */
const toText = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('base64url')
const fromText = (text: string): string => Buffer.from(text, 'base64url').toString('latin1')

const afterOf = (cursor: string | undefined): string =>
  cursor === undefined ? '' : fromText(decodeCursor(cursor, { after: 'string' }).after)
const cursorAfter = (bytes: string): string => encodeCursor({ after: toText(bytes) })

type Tree = Pick<SnapshotRow, 'treeId' | 'snapshotId'>

const topOf = ({ treeId }: Tree): Buffer => Buffer.from(treeId, 'hex')

/** An entry, or undefined for the top, which has none. @throws `not_found` */
export async function entryAt(repository: Repository, snapshot: Tree, path: string): Promise<OwnedEntry | undefined> {
  if (path === '') return undefined
  const found = await lookUpPath(metaLoader(repository), topOf(snapshot), path)
  if (found) return found
  throw new HoldfastError('not_found', `Snapshot ${snapshot.snapshotId.slice(0, 12)} has no /${escapePath(path)}`)
}

export type FolderPage = {
  /** The folder itself; null for the top. */
  readonly folder: EntryItem | null
  /** In the order of their names' bytes. */
  readonly items: readonly EntryItem[]
  readonly nextCursor: string | null
}

/** One page of a folder, whatever its size: only the nodes that can hold the page are read. @throws `not_found`, `usage` for a file */
export async function folderPage(
  repository: Repository,
  snapshot: Tree,
  path: string,
  { limit, cursor, prefix = '' }: { limit: number; cursor?: string | undefined; prefix?: string | undefined },
): Promise<FolderPage> {
  const found = await entryAt(repository, snapshot, path)
  if (found && found.entry.type !== 'directory') {
    throw new HoldfastError('usage', `/${escapePath(path)} is no folder, but of type ${found.entry.type}`)
  }
  const start = toByteString(prefix)
  const after = cursor === undefined ? start : afterOf(cursor)
  const node = found ? found.entry.subtree : topOf(snapshot)
  const items: Entry[] = []
  const owned: OwnedEntry[] = []
  if (node.length > 0) {
    for await (const each of entriesFrom(metaLoader(repository), node, after)) {
      // A name that is the prefix itself belongs to the page.
      if (cursor !== undefined && each.entry.name === after) continue
      if (!each.entry.name.startsWith(start)) break
      owned.push(each)
      items.push(each.entry)
      if (items.length > limit) break
    }
  }
  return {
    folder: found ? entryItem(found.entry, found.owners) : null,
    items: owned.slice(0, limit).map(({ entry, owners }) => entryItem(entry, owners)),
    nextCursor: items.length > limit ? cursorAfter(items[limit - 1]!.name) : null,
  }
}

export type FoundItem = {
  /** The row's id. */
  readonly snapshot: string
  readonly snapshotTime: string
  readonly path: string
  readonly pathBytes?: string
  readonly entry: EntryItem
}

export type FoundPage = {
  /** May be fewer than asked for, or none, while there is a cursor: so much was looked through. */
  readonly items: readonly FoundItem[]
  readonly nextCursor: string | null
}

/** So many entries are looked at for one page. */
const LOOK_AT = 100_000

/** After so many, others have their turn: trees in memory are gone through without ever waiting. */
const BREATH = 1000

/** Newest snapshots first, in each in the order of the tree. @throws `usage` for a pattern that makes no sense */
export async function findPage(
  db: Db,
  repository: Repository,
  filter: SnapshotFilter,
  options: {
    pattern: string
    ignoreCase: boolean
    limit: number
    cursor?: string | undefined
    only?: SnapshotRow | undefined
  },
): Promise<FoundPage> {
  const { pattern, ignoreCase, limit, only } = options
  const matches = globToMatcher(pattern.startsWith('/') ? pattern.slice(1) : pattern, { ignoreCase })
  const from =
    options.cursor === undefined
      ? undefined
      : decodeCursor(options.cursor, { t: 'number', id: 'string', after: 'string' })
  const seen = from ? fromText(from.after) : ''
  let looked = 0
  const items: FoundItem[] = []
  const stopped = (row: SnapshotRow, path: string): FoundPage => ({
    items,
    nextCursor: encodeCursor({ t: row.time.getTime(), id: row.id, after: toText(path) }),
  })
  for await (const row of only ? [only] : snapshotsFrom(db, filter, from)) {
    // The first is looked into from where the page before ended.
    const start = row.id === from?.id ? seen : ''
    for await (const { path, entry, owners } of walkAfter(metaLoader(repository), topOf(row), start)) {
      looked++
      if (matches(path, entry.type === 'directory')) {
        items.push({
          snapshot: row.id,
          snapshotTime: isoTime(row.time.getTime()),
          ...byteFields('path', `/${path}`),
          entry: entryItem(entry, owners),
        })
      }
      if (items.length === limit || looked === LOOK_AT) return stopped(row, path)
      if (looked % BREATH === 0) await breathe()
    }
  }
  return { items, nextCursor: null }
}

/** Rows from a place on (the one at the place included), newest first, a few at a time. */
async function* snapshotsFrom(
  db: Db,
  filter: SnapshotFilter,
  from: { t: number; id: string } | undefined,
): AsyncGenerator<SnapshotRow> {
  let after: { t: number; id: string } | undefined
  if (from) {
    const row = await db.snapshot.findUnique({ where: { id: from.id } })
    if (row) yield row
    after = from
  }
  for (;;) {
    const rows = await selectAfter(db, filter, after, 100)
    yield* rows
    const last = rows.at(-1)
    if (!last || rows.length < 100) return
    after = { t: last.time.getTime(), id: last.id }
  }
}

export type VersionItem = {
  /** Equal for the same version; pages may split one, whose parts have the same. */
  readonly version: string
  readonly entry: EntryItem
  /** The newest and the oldest snapshot of this page that has it (row ids), and how many have it. */
  readonly newest: { readonly snapshot: string; readonly time: string }
  readonly oldest: { readonly snapshot: string; readonly time: string }
  readonly snapshots: number
}

export type VersionPage = { readonly items: readonly VersionItem[]; readonly nextCursor: string | null }

/** So many snapshots are looked into for one page. */
const LOOK_INTO = 500

/** The versions of one file, newest first: what differs from snapshot to snapshot, not each snapshot. */
export async function versionPage(
  db: Db,
  repository: Repository,
  filter: SnapshotFilter,
  { path, limit, cursor }: { path: string; limit: number; cursor?: string | undefined },
): Promise<VersionPage> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, { t: 'number', id: 'string' })
  const rows = await selectAfter(db, filter, after, LOOK_INTO)
  const load = metaLoader(repository)
  const items: VersionItem[] = []
  let tree = ''
  let found: OwnedEntry | undefined
  let last: SnapshotRow | undefined
  for (const row of rows) {
    if (row.treeId !== tree) {
      found = await lookUpPath(load, topOf(row), path)
      tree = row.treeId
      await breathe()
    }
    if (found) {
      const here = { snapshot: row.id, time: isoTime(row.time.getTime()) }
      const version = versionOf(found.entry)
      const same = items.at(-1)
      if (same?.version === version) items[items.length - 1] = { ...same, oldest: here, snapshots: same.snapshots + 1 }
      else if (items.length === limit) break
      else
        items.push({ version, entry: entryItem(found.entry, found.owners), newest: here, oldest: here, snapshots: 1 })
    }
    last = row
  }
  const more = last !== undefined && (last !== rows.at(-1) || rows.length === LOOK_INTO)
  return { items, nextCursor: more && last ? encodeCursor({ t: last.time.getTime(), id: last.id }) : null }
}

export type DifferenceItem = {
  readonly path: string
  readonly pathBytes?: string
  readonly change: Change
  readonly before: EntryItem | null
  readonly after: EntryItem | null
}

export type DifferencePage = { readonly items: readonly DifferenceItem[]; readonly nextCursor: string | null }

const NOBODY = { users: new Map<number, string>(), groups: new Map<number, string>() }
const side = (entry: Entry | undefined): EntryItem | null => (entry ? entryItem(entry, NOBODY) : null)

/** What differs from one snapshot to another, in the order of the tree; owners are numbers only. */
export async function differencePage(
  repository: Repository,
  a: Tree,
  b: Tree,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<DifferencePage> {
  const items: DifferenceItem[] = []
  let last = ''
  for await (const { path, change, before, after } of diff(
    repository,
    { tree: a.treeId },
    { tree: b.treeId },
    afterOf(cursor),
  )) {
    if (items.length === limit) return { items, nextCursor: cursorAfter(last) }
    items.push({ ...byteFields('path', path), change, before: side(before), after: side(after) })
    last = path
  }
  return { items, nextCursor: null }
}
