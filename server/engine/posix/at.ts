// Directory-relative calls: what is reached from an open directory can't be swapped for another by renaming its parents.
import { constants } from 'node:fs'
import { errnoOf, fail, PosixError } from './errors.ts'
import { AT_REMOVEDIR, AT_SYMLINK_NOFOLLOW, c, cpath, lastErrno, latin1, O_CLOEXEC, O_PATH, SYS } from './libc.ts'
import { Stat, statFd } from './stat.ts'

export { AT_FDCWD, O_CLOEXEC, O_PATH } from './libc.ts'

/** Opens `name` in `dirfd`; flags are those of node:fs constants (O_CLOEXEC is added). The descriptor is closed with closeFd. */
export function openAt(dirfd: number, name: string, flags: number, mode = 0): number {
  const fd = c.openat(dirfd, cpath(name), flags | O_CLOEXEC, mode)
  return fd < 0 ? fail('open', name) : fd
}

/** Closes a descriptor opened in this folder. In a worker thread fs.closeSync would warn: it knows only what fs.openSync opened. */
export function closeFd(fd: number): void {
  if (c.close(fd) < 0) fail('close')
}

/** Creates a directory; `mode` is cut by the umask. */
export function mkdirAt(dirfd: number, name: string, mode = 0o777): void {
  if (c.mkdirat(dirfd, cpath(name), mode) < 0) fail('mkdir', name)
}

/** Removes a name; with `directory` an empty directory. */
export function unlinkAt(dirfd: number, name: string, options?: { readonly directory?: boolean }): void {
  if (c.unlinkat(dirfd, cpath(name), options?.directory ? AT_REMOVEDIR : 0) < 0) fail('unlink', name)
}

/** Renames, replacing what has the new name. */
export function renameAt(fromDirfd: number, from: string, toDirfd: number, to: string): void {
  if (c.renameat(fromDirfd, cpath(from), toDirfd, cpath(to)) < 0) fail('rename', from)
}

/** Makes `to` a hard link to `from`; a symlink is linked itself, never followed. */
export function linkAt(fromDirfd: number, from: string, toDirfd: number, to: string): void {
  if (c.linkat(fromDirfd, cpath(from), toDirfd, cpath(to), 0) < 0) fail('link', to)
}

/** Makes the symlink `name` with these target bytes. */
export function symlinkAt(target: string, dirfd: number, name: string): void {
  if (c.symlinkat(cpath(target), dirfd, cpath(name)) < 0) fail('symlink', name)
}

let linkBuffer = Buffer.allocUnsafeSlow(4096)

/** The target of a symlink as a byte string, whatever its length. */
export function readlinkAt(dirfd: number, name: string): string {
  for (;;) {
    const length = c.readlinkat(dirfd, cpath(name), linkBuffer, linkBuffer.length)
    if (length < 0) fail('readlink', name)
    // a full buffer may have cut the target
    if (length < linkBuffer.length) return latin1(linkBuffer, 0, length)
    linkBuffer = Buffer.allocUnsafeSlow(linkBuffer.length * 2)
  }
}

/**
 * Makes a device, fifo, socket or empty file: `mode` with type bits, cut by the umask. Throws EINVAL for a device number that the
 * kernel can't hold (12 bits major, 20 bits minor).
 */
export function mknodAt(dirfd: number, name: string, mode: number, major = 0, minor = 0): void {
  if (major < 0 || major > 0xfff || minor < 0 || minor > 0xfffff) throw new PosixError(errnoOf('EINVAL'), 'mknod', name)
  const device = ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0
  if (c.mknodat(SYS.mknodat, dirfd, cpath(name), mode, device) < 0) fail('mknod', name)
}

/** Changes the owner of `name` itself, never of what a symlink points to. */
export function fchownAt(dirfd: number, name: string, uid: number, gid: number): void {
  if (c.fchownat(dirfd, cpath(name), uid, gid, AT_SYMLINK_NOFOLLOW) < 0) fail('chown', name)
}

export function fchown(fd: number, uid: number, gid: number): void {
  if (c.fchown(fd, uid, gid) < 0) fail('chown')
}

/** Sets the permission bits (0 to 0o7777) of an open file. */
export function fchmod(fd: number, mode: number): void {
  if (c.fchmod(fd, mode & 0o7777) < 0) fail('chmod')
}

let hasFchmodat2: boolean | undefined

/** Linux 6.6. An empty name fails in every kernel: with ENOENT where the call exists, else with ENOSYS or a sandbox's EPERM. */
function probeFchmodat2(): boolean {
  hasFchmodat2 ??= c.fchmodat2(SYS.fchmodat2, -1, '', 0, 0) < 0 && lastErrno() === errnoOf('ENOENT')
  return hasFchmodat2
}

/** Sets the permission bits of `name` itself. A symlink has none: ENOTSUP, and its target is left alone. */
export function fchmodAt(dirfd: number, name: string, mode: number): void {
  if (!probeFchmodat2()) chmodThroughProc(dirfd, name, mode)
  else if (c.fchmodat2(SYS.fchmodat2, dirfd, cpath(name), mode & 0o7777, AT_SYMLINK_NOFOLLOW) < 0) fail('chmod', name)
}

/** fchmodAt for older kernels: the entry itself is held by an O_PATH descriptor, and reached again through /proc, which must be mounted. */
export function chmodThroughProc(dirfd: number, name: string, mode: number): void {
  const fd = openAt(dirfd, name, O_PATH | constants.O_NOFOLLOW)
  try {
    const stat = new Stat()
    const errno = statFd(fd, stat)
    if (errno !== 0) throw new PosixError(errno, 'stat', name)
    if (stat.isSymlink()) throw new PosixError(errnoOf('ENOTSUP'), 'chmod', name)
    if (c.chmod(`/proc/self/fd/${fd}`, mode & 0o7777) < 0) fail('chmod', name)
  } finally {
    closeFd(fd)
  }
}
