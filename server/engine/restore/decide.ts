// What is to be done about one entry, given what is at its place in the target. Pure looking: a dry run shows exactly this.
import { HoldfastError } from '../../contract/errors.ts'
import { StatView } from '../archive/stat.ts'
import { readlinkAt } from '../posix/at.ts'
import { codeOfErrno, errnoOf } from '../posix/errors.ts'
import { statAt } from '../posix/stat.ts'
import type { Entry } from '../tree/entry.ts'
import type { Restorer } from './metadata.ts'

export const overwriteModes = ['always', 'if-changed', 'never'] as const
export type Overwrite = (typeof overwriteModes)[number]

export type Decision = { readonly action: 'create' | 'replace' | 'keep'; readonly reason: string }

export const CREATE: Decision = { action: 'create', reason: 'it is not there' }
/** What is there is the file itself, as far as a look can tell. */
export const SAME: Decision = { action: 'keep', reason: 'size and modification time are the same' }
const LEAVE: Decision = { action: 'keep', reason: 'something is there, and nothing is to be overwritten' }
const ENOENT = errnoOf('ENOENT')
const view = new StatView()

/**
 * `dirfd` undefined: the directory itself is not there yet. Not for directories.
 * @throws `denied` when a directory stands where something else should be: it could hold anything, so it is never removed
 */
export function decide(dirfd: number | undefined, entry: Entry, overwrite: Overwrite, who: Restorer): Decision {
  if (dirfd === undefined) return CREATE
  const errno = statAt(dirfd, entry.name, view.stat)
  if (errno === ENOENT) return CREATE
  if (errno !== 0) throw new HoldfastError('denied', `It can't be looked at: ${codeOfErrno(errno)}`)
  if (overwrite !== 'always' && looksSame(dirfd, entry, who)) return SAME
  if (overwrite === 'never') return LEAVE
  if (view.type === 'directory') throw new HoldfastError('denied', 'A directory is in the way; remove it first')
  return { action: 'replace', reason: overwrite === 'always' ? 'everything is to be overwritten' : 'it differs' }
}

function looksSame(dirfd: number, entry: Entry, who: Restorer): boolean {
  if (view.type !== entry.type || !sameAccess(entry, who)) return false
  if (entry.type === 'symlink') return readlinkAt(dirfd, entry.name) === entry.target
  if (entry.deviceMajor !== view.stat.rdevMajor || entry.deviceMinor !== view.stat.rdevMinor) return false
  return view.size === entry.size && view.mtimeSec === entry.mtimeSec && view.mtimeNsec === entry.mtimeNsec
}

/** Whether the same people may use it in the same way. What an ordinary user can't set would never be the same. */
function sameAccess(entry: Entry, who: Restorer): boolean {
  const bits = who.euid === 0 ? 0o7777 : 0o777
  if (entry.type !== 'symlink' && ((view.mode ^ entry.mode) & bits) !== 0) return false
  return who.euid !== 0 || (view.uid === entry.uid && view.gid === entry.gid)
}
