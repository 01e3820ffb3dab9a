// Entries of a snapshot as answers.
import { createHash } from 'node:crypto'
import { escapePath } from '../../engine/posix/errors.ts'
import type { Entry, EntryType } from '../../engine/tree/entry.ts'
import type { Owners } from '../../engine/tree/node.ts'
import { isoTime } from '../../lib/clock.ts'
import { byteFields } from './names.ts'

export type EntryItem = {
  readonly name: string
  /** Base64, when the name is not UTF-8. */
  readonly nameBytes?: string
  readonly type: EntryType
  /** Permission bits. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly user: string | null
  readonly group: string | null
  /** Of a file, in bytes. */
  readonly size: number
  /** To the millisecond; seconds and nanoseconds are beside it. Null for a year that no clock shows. */
  readonly mtime: string | null
  readonly mtimeSec: number
  readonly mtimeNsec: number
  readonly target?: string
  readonly targetBytes?: string
  readonly device?: readonly [major: number, minor: number]
  readonly filesBelow?: number
  readonly bytesBelow?: number
  /** It changed while it was read: the content may be a mixture. */
  readonly changed?: true
  /** It could not be read: there is no content. */
  readonly errno?: number
}

/** What a Date can hold (s). */
const MAX_SECONDS = 8_640_000_000_000

const ownerName = (bytes: string | undefined): string | null => (bytes === undefined ? null : escapePath(bytes))

export function mtimeOf({ mtimeSec, mtimeNsec }: Entry): string | null {
  return Math.abs(mtimeSec) < MAX_SECONDS ? isoTime(mtimeSec * 1000 + Math.floor(mtimeNsec / 1_000_000)) : null
}

export const entryItem = (entry: Entry, owners: Owners): EntryItem => ({
  ...byteFields('name', entry.name),
  type: entry.type,
  mode: entry.mode,
  uid: entry.uid,
  gid: entry.gid,
  user: ownerName(owners.users.get(entry.uid)),
  group: ownerName(owners.groups.get(entry.gid)),
  size: entry.size,
  mtime: mtimeOf(entry),
  mtimeSec: entry.mtimeSec,
  mtimeNsec: entry.mtimeNsec,
  ...(entry.type === 'symlink' ? byteFields('target', entry.target) : {}),
  ...(entry.type === 'character' || entry.type === 'block'
    ? { device: [entry.deviceMajor, entry.deviceMinor] as const }
    : {}),
  ...(entry.type === 'directory' ? { filesBelow: entry.filesBelow, bytesBelow: entry.bytesBelow } : {}),
  ...(entry.changed ? { changed: true as const } : {}),
  ...(entry.errno !== 0 ? { errno: entry.errno } : {}),
})

/** Equal for entries that a person would call the same version of a file. */
export function versionOf(entry: Entry): string {
  const { type, mode, uid, gid, size, mtimeSec, mtimeNsec, contentDepth, target, holes, errno } = entry
  // Of a directory the time says little; what is below it says all.
  const time = type === 'directory' ? [] : [mtimeSec, mtimeNsec]
  return createHash('sha256')
    .update(JSON.stringify([type, mode, uid, gid, size, time, contentDepth, target, holes, errno]))
    .update(entry.content)
    .update(entry.subtree)
    .digest('hex')
    .slice(0, 32)
}
