// What is to be done about one entry, given what is at its place in the target. Pure looking: a dry run shows exactly this.
import { HoldfastError } from '../../contract/errors.ts'
import { StatView } from '../archive/stat.ts'
import { readlinkAt } from '../posix/at.ts'
import { codeOfErrno, errnoOf } from '../posix/errors.ts'
import { statAt } from '../posix/stat.ts'
import type { Entry } from '../tree/entry.ts'

export const overwriteModes = ['always', 'if-changed', 'never'] as const
export type Overwrite = (typeof overwriteModes)[number]

export type Decision = { readonly action: 'create' | 'replace' | 'keep'; readonly reason: string }

const CREATE: Decision = { action: 'create', reason: 'it is not there' }
const ENOENT = errnoOf('ENOENT')
const view = new StatView()

/**
 * `dirfd` undefined: the directory itself is not there yet. Not for directories.
 * @throws `denied` when a directory stands where something else should be: it could hold anything, so it is never removed
 */
export function decide(dirfd: number | undefined, entry: Entry, overwrite: Overwrite): Decision {
  if (dirfd === undefined) return CREATE
  const errno = statAt(dirfd, entry.name, view.stat)
  if (errno === ENOENT) return CREATE
  if (errno !== 0) throw new HoldfastError('denied', `It can't be looked at: ${codeOfErrno(errno)}`)
  if (overwrite === 'never') return { action: 'keep', reason: 'something is there, and nothing is to be overwritten' }
  if (view.type === 'directory') throw new HoldfastError('denied', 'A directory is in the way; remove it first')
  if (overwrite === 'if-changed' && looksSame(dirfd, entry))
    return { action: 'keep', reason: 'size and modification time are the same' }
  return { action: 'replace', reason: overwrite === 'always' ? 'everything is to be overwritten' : 'it differs' }
}

function looksSame(dirfd: number, entry: Entry): boolean {
  if (view.type !== entry.type) return false
  if (entry.type === 'symlink') return readlinkAt(dirfd, entry.name) === entry.target
  return view.size === entry.size && view.mtimeSec === entry.mtimeSec && view.mtimeNsec === entry.mtimeNsec
}
