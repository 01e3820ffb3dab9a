// Puts metadata on what was restored, in the order in which one setting doesn't undo another: owner, extended attributes, mode, times.
import { fchmod, fchmodAt, fchown, fchownAt } from '../posix/at.ts'
import { errnoOf, isPosix, PosixError } from '../posix/errors.ts'
import { Stat, statAt, statFd } from '../posix/stat.ts'
import { futimens, utimensAt } from '../posix/times.ts'
import { readXattrs, removeXattr, removeXattrAt, setXattrs, setXattrsAt } from '../posix/xattr.ts'
import type { Entry } from '../tree/entry.ts'

/** Who restores: what a new file has without being told. */
export type Restorer = { readonly euid: number; readonly egid: number; readonly umask: number }

/** Told of each thing that could not be set. */
export type OnDifference = (what: string) => void

const ACL_ACCESS = 'system.posix_acl_access'
export const ACL_DEFAULT = 'system.posix_acl_default'

/** As an owner: leave it as it is. */
const SAME = 0xffff_ffff
const S_ISUID = 0o4000
const S_ISGID = 0o2000
const OWNER_WRITES = 0o200

/** @returns whether it worked */
function attempt(what: string, onDifference: OnDifference, action: () => void): boolean {
  try {
    action()
    return true
  } catch (error) {
    if (!(error instanceof PosixError)) throw error
    onDifference(`${what}: ${error.message}`)
    return false
  }
}

/**
 * An open file or directory. `fresh`: made by this process just now with the entry's permission bits (cut by the umask), with the group of the
 * process and without an access list.
 */
export function applyToFd(fd: number, entry: Entry, who: Restorer, fresh: boolean, onDifference: OnDifference): void {
  const chowned = !fresh || entry.uid !== who.euid || entry.gid !== who.egid
  const mode = chowned ? modeAfterOwner(entry, onDifference, (uid, gid) => fchown(fd, uid, gid)) : entry.mode
  // Whoever is not root may set attributes only on what he may write.
  const locked = entry.xattrs.length > 0 && who.euid !== 0 && (entry.mode & OWNER_WRITES) === 0
  if (locked) attempt('mode', onDifference, () => fchmod(fd, entry.mode | OWNER_WRITES))
  setXattrs(fd, entry.xattrs, (error) => onDifference(error.message))
  const modeIsRight = fresh && !chowned && !locked && (mode & 0o7000) === 0 && (mode & who.umask) === 0
  if (!modeIsRight) attempt('mode', onDifference, () => fchmod(fd, mode))
  attempt('times', onDifference, () => futimens(fd, entry.mtimeSec, entry.mtimeNsec, entry.mtimeSec, entry.mtimeNsec))
  if (isRareTime(entry)) checkTime(entry, statFd(fd, stat), onDifference)
}

/** Anything that is reached by name only: links, devices, pipes, sockets. */
export function applyToName(dirfd: number, name: string, entry: Entry, onDifference: OnDifference): void {
  const mode = modeAfterOwner(entry, onDifference, (uid, gid) => fchownAt(dirfd, name, uid, gid))
  setXattrsAt(dirfd, name, entry.xattrs, (error) => onDifference(error.message))
  if (entry.type !== 'symlink') attempt('mode', onDifference, () => fchmodAt(dirfd, name, mode))
  attempt('times', onDifference, () =>
    utimensAt(dirfd, name, entry.mtimeSec, entry.mtimeNsec, entry.mtimeSec, entry.mtimeNsec),
  )
  if (isRareTime(entry)) checkTime(entry, statAt(dirfd, name, stat), onDifference)
}

/**
 * Sets the owner, or at least the group. @returns the mode to set: a program that runs as its owner must not run as another, whose it has become
 */
function modeAfterOwner(entry: Entry, onDifference: OnDifference, chown: (uid: number, gid: number) => void): number {
  const { uid, gid, mode } = entry
  const chownBoth = (): void => {
    // The system would take the number modulo 2^32.
    if (uid >= SAME || gid >= SAME) throw new PosixError(errnoOf('EINVAL'), `chown to ${uid}:${gid}`)
    chown(uid, gid)
  }
  if (attempt('owner', onDifference, chownBoth)) return mode
  const quietly = (): void => undefined
  const hasGroup = gid < SAME && attempt('group', quietly, () => chown(SAME, gid))
  const safe = mode & ~(hasGroup ? S_ISUID : S_ISUID | S_ISGID)
  if (safe !== mode && entry.type !== 'symlink')
    onDifference('mode: without set-user-ID and set-group-ID, for the owner is another')
  return safe
}

const stat = new Stat()

/** Not every file system holds times before 1970 and after 2038; those that don't take others, and say nothing. */
const isRareTime = ({ mtimeSec }: Entry): boolean => mtimeSec < 0 || mtimeSec > 0x7fff_ffff

function checkTime(entry: Entry, errno: number, onDifference: OnDifference): void {
  if (errno === 0 && stat.mtimeSec === entry.mtimeSec) return
  onDifference(`times: the file system does not hold a time ${entry.mtimeSec} s after 1970`)
}

/** Takes access lists away that a new file or directory got from the directory it was made in. */
export function dropAccessLists(fd: number): void {
  for (const name of [ACL_ACCESS, ACL_DEFAULT]) ignoreUnsupported(() => removeXattr(fd, name))
}

/** dropAccessLists for `name` in `dirfd`. */
export function dropAccessListAt(dirfd: number, name: string): void {
  ignoreUnsupported(() => removeXattrAt(dirfd, name, ACL_ACCESS))
}

function ignoreUnsupported(action: () => void): void {
  try {
    action()
  } catch (error) {
    if (!isPosix(error, 'ENOTSUP')) throw error
  }
}

/** Takes away what a directory that was there has and the entry has not: access lists, and what users attached. */
export function dropOtherXattrs(fd: number, entry: Entry, onDifference: OnDifference): void {
  const wanted = new Set(entry.xattrs.map(([name]) => name))
  attempt('attributes', onDifference, () => {
    for (const [name] of readXattrs(fd)) {
      const ours = name === ACL_ACCESS || name === ACL_DEFAULT || name.startsWith('user.')
      if (ours && !wanted.has(name)) removeXattr(fd, name)
    }
  })
}
