// Entries of a snapshot, as lines and as JSON.
import { escapePath } from '../../engine/posix/errors.ts'
import type { Entry } from '../../engine/tree/entry.ts'
import type { Owners } from '../../engine/tree/node.ts'
import { modeText, size } from '../format.ts'
import { pathFields } from '../json.ts'
import { localTime } from '../time.ts'

const MILLISECOND = 1_000_000

const mtimeOf = (entry: Entry): number => entry.mtimeSec * 1000 + Math.floor(entry.mtimeNsec / MILLISECOND)
const userOf = (entry: Entry, owners: Owners): string => escapePath(owners.users.get(entry.uid) ?? String(entry.uid))
const groupOf = (entry: Entry, owners: Owners): string => escapePath(owners.groups.get(entry.gid) ?? String(entry.gid))

/** A size is of files only; of a device its numbers are shown. */
export function sizeOf(entry: Entry): string {
  if (entry.type === 'character' || entry.type === 'block') return `${entry.deviceMajor}, ${entry.deviceMinor}`
  return entry.type === 'file' ? size(entry.size) : '-'
}

/** As `ls -l` shows it. */
export function entryLine(path: string, entry: Entry, owners: Owners): string {
  const columns = [
    modeText(entry.type, entry.mode),
    userOf(entry, owners).padEnd(8),
    groupOf(entry, owners).padEnd(8),
    sizeOf(entry).padStart(9),
    localTime(mtimeOf(entry)),
    escapePath(path) + targetOf(entry) + remarkOf(entry),
  ]
  return columns.join('  ')
}

const targetOf = (entry: Entry): string => (entry.type === 'symlink' ? ` -> ${escapePath(entry.target)}` : '')

function remarkOf(entry: Entry): string {
  if (entry.errno !== 0) return '  (could not be read)'
  return entry.changed ? '  (changed while it was read)' : ''
}

/** Seconds and nanoseconds as they are stored: JSON numbers hold both exactly, a sum they would not. */
export const entryFields = (entry: Entry) => ({
  type: entry.type,
  mode: entry.mode,
  uid: entry.uid,
  gid: entry.gid,
  size: entry.size,
  mtimeSec: entry.mtimeSec,
  mtimeNsec: entry.mtimeNsec,
})

export const entryDocument = (path: string, entry: Entry, owners: Owners) => ({
  ...pathFields(path),
  ...entryFields(entry),
  user: ownerName(owners.users.get(entry.uid)),
  group: ownerName(owners.groups.get(entry.gid)),
  nlink: entry.nlink,
  ...(entry.type === 'symlink' ? pathFields(entry.target, 'target') : {}),
  ...(entry.type === 'character' || entry.type === 'block' ? { device: [entry.deviceMajor, entry.deviceMinor] } : {}),
  ...(entry.type === 'directory' ? { filesBelow: entry.filesBelow, bytesBelow: entry.bytesBelow } : {}),
  ...(entry.xattrs.length > 0 ? { xattrs: entry.xattrs.map(([name]) => escapePath(name)) } : {}),
  ...(entry.changed ? { changed: true } : {}),
  ...(entry.errno !== 0 ? { errno: entry.errno } : {}),
})

const ownerName = (bytes: string | undefined): string | null => (bytes === undefined ? null : escapePath(bytes))
