// Opening for a backup and a restore: without touching access times, past PATH_MAX, and without following a planted symlink.
import { constants } from 'node:fs'
import { closeFd } from './at.ts'
import { errnoOf, PosixError } from './errors.ts'
import { AT_FDCWD, c, cpath, lastErrno, O_CLOEXEC, O_PATH, SYS } from './libc.ts'
import { Stat, statAt, statFd } from './stat.ts'

const { O_CREAT, O_DIRECTORY, O_NOATIME, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants
const EPERM = errnoOf('EPERM')
const EAGAIN = errnoOf('EAGAIN')
const ENOTDIR = errnoOf('ENOTDIR')

const scratch = new Stat()

/** Owners whose files may not be opened with O_NOATIME by this process, so that only the first of their files costs two calls. */
const refusedOwners = new Set<number>()
const refusedOwnersLimit = 1024

function rememberRefusal(owner: number): void {
  if (refusedOwners.size >= refusedOwnersLimit) refusedOwners.clear()
  refusedOwners.add(owner)
}

// O_NONBLOCK: should the file have become a fifo since it was listed, opening must not wait for a writer
const readFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC

/**
 * Opens a file or directory for reading: not through a symlink (ELOOP), never waiting for the other end of a fifo, and without changing its
 * access time where the system allows that. `owner` is the uid that stat gave. What was opened may be another kind of file than was listed:
 * statFd tells.
 */
export function openForRead(dirfd: number, name: string, owner: number): number {
  const quiet = !refusedOwners.has(owner)
  const fd = c.openat(dirfd, cpath(name), quiet ? readFlags | O_NOATIME : readFlags, 0)
  return fd >= 0 ? fd : openAgain(dirfd, name, owner, quiet, lastErrno())
}

function openAgain(dirfd: number, name: string, owner: number, quiet: boolean, errno: number): number {
  let failure = errno
  if (quiet && failure === EPERM) {
    const fd = c.openat(dirfd, cpath(name), readFlags, 0)
    if (fd >= 0) {
      rememberRefusal(owner)
      return fd
    }
    failure = lastErrno()
  }
  // another program holds a lease (Samba does): it has been told to give it up, and a blocking open waits for that
  if (failure === EAGAIN && statAt(dirfd, name, scratch) === 0 && scratch.isFile()) {
    const fd = c.openat(dirfd, cpath(name), readFlags & ~O_NONBLOCK, 0)
    if (fd >= 0) return fd
    failure = lastErrno()
  }
  throw new PosixError(failure, 'open', name)
}

/** Opens one piece of a path; throws PosixError. */
type Opener = (dirfd: number, piece: string, flags: number) => number

/** The kernel takes 4,095 bytes at once. */
const longestPiece = 4000

/** End of the longest run of whole components from `start`, or of just one; the root "/" is a component. */
function pieceEnd(path: string, start: number, single: boolean): number {
  if (single) {
    if (path[start] === '/') return start + 1
    const slash = path.indexOf('/', start)
    return slash < 0 ? path.length : slash
  }
  if (path.length - start <= longestPiece) return path.length
  const cut = path.lastIndexOf('/', start + longestPiece)
  return cut <= start ? path.length : cut
}

function skipSlashes(path: string, from: number): number {
  let at = from
  while (path[at] === '/') at++
  return at
}

/** Walks `path` from `dirfd`: all but the last piece are opened as O_PATH directories and closed again. */
function openInPieces(dirfd: number, path: string, flags: number, open: Opener, single: boolean): number {
  const trimmed = path.replace(/(?<=.)\/+$/s, '')
  let from = dirfd
  let start = 0
  try {
    for (;;) {
      const end = pieceEnd(trimmed, start, single)
      const rest = skipSlashes(trimmed, end)
      const last = rest === trimmed.length
      const next = open(from, trimmed.slice(start, end), last ? flags : O_PATH | O_DIRECTORY)
      if (last) return next
      if (from !== dirfd) closeFd(from)
      from = next
      start = rest
    }
  } finally {
    if (from !== dirfd) closeFd(from)
  }
}

const follow: Opener = (dirfd, piece, flags) => {
  const fd = c.openat(dirfd, cpath(piece), flags | O_CLOEXEC, 0)
  if (fd < 0) throw new PosixError(lastErrno(), 'open', piece)
  return fd
}

const isLink = (errno: number): boolean => errno === 0 && scratch.isSymlink()

/** One component, refused with ELOOP when it is a symlink. */
function openComponent(dirfd: number, name: string, flags: number, mode: number): number {
  const fd = c.openat(dirfd, cpath(name), flags | O_NOFOLLOW | O_CLOEXEC, mode)
  if (fd < 0) {
    const errno = lastErrno()
    // the kernel says ENOTDIR when a directory was asked for and a symlink found
    const looped = errno === ENOTDIR && isLink(statAt(dirfd, name, scratch))
    throw new PosixError(looped ? errnoOf('ELOOP') : errno, 'open', name)
  }
  if ((flags & (O_PATH | O_NOFOLLOW)) === O_PATH && isLink(statFd(fd, scratch))) {
    closeFd(fd)
    throw new PosixError(errnoOf('ELOOP'), 'open', name)
  }
  return fd
}

const RESOLVE_NO_MAGICLINKS = 0x02
const RESOLVE_NO_SYMLINKS = 0x04
const RESOLVE_BENEATH = 0x08
const noSymlinks = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS

/** struct open_how: flags, mode, resolve, 64 bits each. */
const how = new Uint32Array(6)
const howBytes = new Uint8Array(how.buffer)

function openat2(dirfd: number, path: string, flags: number, mode: number, resolve: number): number {
  how[0] = flags | O_CLOEXEC
  // a mode that would not be used is an error here
  how[2] = (flags & O_CREAT) === 0 ? 0 : mode
  how[4] = resolve
  return c.openat2(SYS.openat2, dirfd, cpath(path), howBytes, howBytes.length)
}

let hasOpenat2: boolean | undefined

/** Linux 5.6. An empty name fails in every kernel: with ENOENT where the call exists, else with ENOSYS or a sandbox's EPERM. */
function probeOpenat2(): boolean {
  hasOpenat2 ??= openat2(AT_FDCWD, '', O_PATH, 0, 0) < 0 && lastErrno() === errnoOf('ENOENT')
  return hasOpenat2
}

function openWithoutLinks(dirfd: number, path: string, flags: number, mode: number, resolve: number): number {
  const open: Opener = (from, piece, pieceFlags) => {
    const fd = openat2(from, piece, pieceFlags, mode, resolve)
    if (fd < 0) throw new PosixError(lastErrno(), 'open', piece)
    return fd
  }
  return openInPieces(dirfd, path, flags, open, false)
}

function openByComponents(dirfd: number, path: string, flags: number, mode: number): number {
  return openInPieces(dirfd, path, flags, (from, name, f) => openComponent(from, name, f, mode), true)
}

/**
 * Opens a directory for reading whose path may be longer than PATH_MAX. With `nofollow`, a symlink anywhere in the path is refused with
 * ELOOP.
 */
export function openDirDeep(path: string, options?: { readonly nofollow?: boolean }): number {
  const flags = O_RDONLY | O_DIRECTORY
  if (!options?.nofollow) return openInPieces(AT_FDCWD, path, flags, follow, false)
  if (probeOpenat2()) return openWithoutLinks(AT_FDCWD, path, flags, 0, noSymlinks)
  return openByComponents(AT_FDCWD, path, flags, 0)
}

function refuseEscape(path: string): void {
  if (path.startsWith('/') || /(?:^|\/)\.\.(?:\/|$)/.test(path)) throw new PosixError(errnoOf('EXDEV'), 'open', path)
}

/**
 * Opens what lies below the directory `rootfd` and nothing else: an absolute path or ".." is refused with EXDEV, a symlink as any component
 * with ELOOP. The path may be longer than PATH_MAX; "." is the root itself. `mode` matters with O_CREAT only.
 */
export function openBeneath(rootfd: number, path: string, flags: number, mode = 0): number {
  refuseEscape(path)
  if (!probeOpenat2()) return openByComponents(rootfd, path, flags, mode)
  return openWithoutLinks(rootfd, path, flags, mode, noSymlinks | RESOLVE_BENEATH)
}

/** openBeneath for kernels before 5.6: one openat for each component. The same answers, only slower. */
export function openBeneathBySteps(rootfd: number, path: string, flags: number, mode = 0): number {
  refuseEscape(path)
  return openByComponents(rootfd, path, flags, mode)
}
