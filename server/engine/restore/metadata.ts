// Puts metadata on what was restored, in the order in which one setting doesn't undo another: owner, mode, extended attributes, times.
import { fchmod, fchmodAt, fchown, fchownAt } from '../posix/at.ts'
import { PosixError } from '../posix/errors.ts'
import { futimens, utimensAt } from '../posix/times.ts'
import { setXattrs, setXattrsAt } from '../posix/xattr.ts'
import type { Entry } from '../tree/entry.ts'

/** Who restores: what a new file has without being told. */
export type Restorer = { readonly euid: number; readonly egid: number; readonly umask: number }

/** Told of each thing that could not be set. */
export type OnDifference = (what: string) => void

function attempt(what: string, onDifference: OnDifference, action: () => void): void {
  try {
    action()
  } catch (error) {
    if (!(error instanceof PosixError)) throw error
    onDifference(`${what}: ${error.message}`)
  }
}

/** An open file or directory. `fresh`: made by this process just now with the entry's permission bits (cut by the umask), in a folder without set-gid. */
export function applyToFd(fd: number, entry: Entry, who: Restorer, fresh: boolean, onDifference: OnDifference): void {
  const chowned = !fresh || entry.uid !== who.euid || entry.gid !== who.egid
  if (chowned) attempt('owner', onDifference, () => fchown(fd, entry.uid, entry.gid))
  const modeIsRight = fresh && !chowned && (entry.mode & 0o7000) === 0 && (entry.mode & who.umask) === 0
  if (!modeIsRight) attempt('mode', onDifference, () => fchmod(fd, entry.mode))
  setXattrs(fd, entry.xattrs, (error) => onDifference(error.message))
  attempt('times', onDifference, () => futimens(fd, entry.mtimeSec, entry.mtimeNsec, entry.mtimeSec, entry.mtimeNsec))
}

/** Anything that is reached by name only: links, devices, pipes, sockets. */
export function applyToName(dirfd: number, name: string, entry: Entry, onDifference: OnDifference): void {
  attempt('owner', onDifference, () => fchownAt(dirfd, name, entry.uid, entry.gid))
  if (entry.type !== 'symlink') attempt('mode', onDifference, () => fchmodAt(dirfd, name, entry.mode))
  setXattrsAt(dirfd, name, entry.xattrs, (error) => onDifference(error.message))
  attempt('times', onDifference, () =>
    utimensAt(dirfd, name, entry.mtimeSec, entry.mtimeNsec, entry.mtimeSec, entry.mtimeNsec),
  )
}
