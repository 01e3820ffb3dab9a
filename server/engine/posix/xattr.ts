// Extended attributes: ACLs, capabilities and labels are among them, so all of them travel as bytes.
import { errnoOf, PosixError } from './errors.ts'
import { AT_FDCWD, type CPath, c, cpath, lastErrno, latin1 } from './libc.ts'

/** Name (byte string, with its "user." or so) and value. */
export type Xattr = readonly [name: string, value: Uint8Array]

/** None: the same object each time. */
export const EMPTY: readonly Xattr[] = Object.freeze([])

const ENOTSUP = errnoOf('ENOTSUP')
const ENODATA = errnoOf('ENODATA')
const ERANGE = errnoOf('ERANGE')

/** The kernel's limit for one value and for the list of names. */
const largest = 64 * 1024
const buffer = Buffer.allocUnsafeSlow(largest)
/** Asked for at first: the kernel clears as much memory as it is offered, which for 64 KiB costs more than the call. */
const ordinary = 2048

/** Calls for one entry: by descriptor, or by a path whose last component is not followed. */
type Access = {
  readonly path: string
  list(size: number): number
  get(name: CPath, size: number): number
  set(name: CPath, value: Uint8Array, size: number): number
  remove(name: CPath): number
}

const byFd = (fd: number): Access => ({
  path: '',
  list: (size) => c.flistxattr(fd, buffer, size),
  get: (name, size) => c.fgetxattr(fd, name, buffer, size),
  set: (name, value, size) => c.fsetxattr(fd, name, value, size, 0),
  remove: (name) => c.fremovexattr(fd, name),
})

/** Older kernels have no l*xattrat calls: /proc/self/fd leads into the open directory, and only the last component is not followed. */
const entryPath = (dirfd: number, name: string): string =>
  dirfd === AT_FDCWD || name.startsWith('/') ? name : `/proc/self/fd/${dirfd}/${name}`

function byName(dirfd: number, name: string): Access {
  const path = cpath(entryPath(dirfd, name))
  return {
    path: name,
    list: (size) => c.llistxattr(path, buffer, size),
    get: (attribute, size) => c.lgetxattr(path, attribute, buffer, size),
    set: (attribute, value, size) => c.lsetxattr(path, attribute, value, size, 0),
    remove: (attribute) => c.lremovexattr(path, attribute),
  }
}

/** Bytes, or minus the error number. */
const orErrno = (length: number): number => (length >= 0 ? length : -lastErrno())

/** The call again with all the memory the kernel may need, if what it was offered first did not do. */
function enough(first: number, call: (size: number) => number): number {
  return first === -ERANGE ? orErrno(call(largest)) : first
}

/** A copy of the value; undefined when the attribute went away since it was listed. */
function readValue(access: Access, name: string): Uint8Array | undefined {
  const attribute = cpath(name)
  const read = (size: number): number => access.get(attribute, size)
  const length = enough(orErrno(read(ordinary)), read)
  if (length >= 0) return new Uint8Array(buffer.subarray(0, length))
  if (length === -ENODATA) return undefined
  throw new PosixError(-length, `getxattr ${name}`, access.path)
}

/** `first`: what listing gave with ordinary memory. */
function readListed(access: Access, first: number): readonly Xattr[] {
  const length = enough(first, access.list)
  if (length === 0 || length === -ENOTSUP) return EMPTY
  if (length < 0) throw new PosixError(-length, 'listxattr', access.path)
  const names = latin1(buffer, 0, length - 1)
    .split('\0')
    .sort()
  const found: Xattr[] = []
  for (const name of names) {
    const value = readValue(access, name)
    if (value !== undefined) found.push([name, value])
  }
  return found.length === 0 ? EMPTY : found
}

/** All attributes of an open file (not O_PATH), sorted by name; EMPTY, after one call, when it has none or the file system knows none. */
export function readXattrs(fd: number): readonly Xattr[] {
  const first = orErrno(c.flistxattr(fd, buffer, ordinary))
  return first === 0 ? EMPTY : readListed(byFd(fd), first)
}

/** All attributes of `name` itself in `dirfd`, also of a symlink or device, sorted by name. Needs /proc unless dirfd is AT_FDCWD. */
export function readXattrsAt(dirfd: number, name: string): readonly Xattr[] {
  const access = byName(dirfd, name)
  return readListed(access, orErrno(access.list(ordinary)))
}

/** Told of each attribute that could not be set. */
export type XattrFailure = (error: PosixError) => void

function writeAll(access: Access, xattrs: readonly Xattr[], onError: XattrFailure | undefined): void {
  for (const [name, value] of xattrs) {
    if (access.set(cpath(name), value, value.length) >= 0) continue
    const error = new PosixError(lastErrno(), `setxattr ${name}`, access.path)
    if (onError === undefined) throw error
    onError(error)
  }
}

/**
 * Sets these attributes on an open file and leaves others alone. Fails at the first that is refused; with `onError` tells of each and goes
 * on. After the contents, the owner and the mode: writing and chown drop capabilities.
 */
export function setXattrs(fd: number, xattrs: readonly Xattr[], onError?: XattrFailure): void {
  if (xattrs.length > 0) writeAll(byFd(fd), xattrs, onError)
}

/** setXattrs for `name` itself in `dirfd`, also for a symlink or device. */
export function setXattrsAt(dirfd: number, name: string, xattrs: readonly Xattr[], onError?: XattrFailure): void {
  if (xattrs.length > 0) writeAll(byName(dirfd, name), xattrs, onError)
}

function removeOne(access: Access, name: string): void {
  if (access.remove(cpath(name)) >= 0) return
  const errno = lastErrno()
  if (errno !== ENODATA) throw new PosixError(errno, `removexattr ${name}`, access.path)
}

/** Removes one attribute of an open file (an ACL that was inherited, say); none to remove is no error. */
export const removeXattr = (fd: number, name: string): void => removeOne(byFd(fd), name)

/** removeXattr for `name` itself in `dirfd`. */
export const removeXattrAt = (dirfd: number, entry: string, name: string): void => removeOne(byName(dirfd, entry), name)
