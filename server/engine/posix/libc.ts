// libc through koffi: every binding of this folder, typed, and the way a byte string reaches C.
import koffi from 'koffi'
import { errnoOf, PosixError } from './errors.ts'

/** What C takes as `const char *`: koffi encodes a JS string as UTF-8, so only ASCII may go as one. */
export type CPath = string | Uint8Array

const libc = koffi.load(null)
const bind = <F>(definition: string): F => libc.func(definition) as unknown as F

/** One system call by its number: the first argument is the number. Fixed arguments are passed as variadic ones on x86_64 and arm64. */
const bindSyscall = <F>(args: readonly string[]): F =>
  libc.func('syscall', 'int64_t', ['int64_t', ...args]) as unknown as F

type Call<A extends unknown[]> = (...args: A) => number

export const c = {
  statx: bind<Call<[number, CPath, number, number, Uint8Array]>>(
    'int statx(int dirfd, const char *path, int flags, uint mask, uint8_t *into)',
  ),
  openat: bind<Call<[number, CPath, number, number]>>('int openat(int dirfd, const char *path, int flags, uint mode)'),
  close: bind<Call<[number]>>('int close(int fd)'),
  mkdirat: bind<Call<[number, CPath, number]>>('int mkdirat(int dirfd, const char *path, uint mode)'),
  unlinkat: bind<Call<[number, CPath, number]>>('int unlinkat(int dirfd, const char *path, int flags)'),
  renameat: bind<Call<[number, CPath, number, CPath]>>(
    'int renameat(int fromfd, const char *from, int tofd, const char *to)',
  ),
  linkat: bind<Call<[number, CPath, number, CPath, number]>>(
    'int linkat(int fromfd, const char *from, int tofd, const char *to, int flags)',
  ),
  symlinkat: bind<Call<[CPath, number, CPath]>>('int symlinkat(const char *target, int dirfd, const char *path)'),
  readlinkat: bind<Call<[number, CPath, Uint8Array, number]>>(
    'int64_t readlinkat(int dirfd, const char *path, uint8_t *into, size_t size)',
  ),
  fchownat: bind<Call<[number, CPath, number, number, number]>>(
    'int fchownat(int dirfd, const char *path, uint uid, uint gid, int flags)',
  ),
  fchown: bind<Call<[number, number, number]>>('int fchown(int fd, uint uid, uint gid)'),
  fchmod: bind<Call<[number, number]>>('int fchmod(int fd, uint mode)'),
  chmod: bind<Call<[CPath, number]>>('int chmod(const char *path, uint mode)'),
  utimensat: bind<Call<[number, CPath, Uint8Array, number]>>(
    'int utimensat(int dirfd, const char *path, uint8_t *times, int flags)',
  ),
  futimens: bind<Call<[number, Uint8Array]>>('int futimens(int fd, uint8_t *times)'),
  lseek: bind<Call<[number, number, number]>>('int64_t lseek(int fd, int64_t offset, int whence)'),
  /** Returns the error number instead of setting errno. */
  fadvise: bind<Call<[number, number, number, number]>>(
    'int posix_fadvise(int fd, int64_t offset, int64_t length, int advice)',
  ),
  syncfs: bind<Call<[number]>>('int syncfs(int fd)'),
  flistxattr: bind<Call<[number, Uint8Array, number]>>('int64_t flistxattr(int fd, uint8_t *into, size_t size)'),
  llistxattr: bind<Call<[CPath, Uint8Array, number]>>(
    'int64_t llistxattr(const char *path, uint8_t *into, size_t size)',
  ),
  fgetxattr: bind<Call<[number, CPath, Uint8Array, number]>>(
    'int64_t fgetxattr(int fd, const char *name, uint8_t *into, size_t size)',
  ),
  lgetxattr: bind<Call<[CPath, CPath, Uint8Array, number]>>(
    'int64_t lgetxattr(const char *path, const char *name, uint8_t *into, size_t size)',
  ),
  fsetxattr: bind<Call<[number, CPath, Uint8Array, number, number]>>(
    'int fsetxattr(int fd, const char *name, uint8_t *value, size_t size, int flags)',
  ),
  lsetxattr: bind<Call<[CPath, CPath, Uint8Array, number, number]>>(
    'int lsetxattr(const char *path, const char *name, uint8_t *value, size_t size, int flags)',
  ),
  fremovexattr: bind<Call<[number, CPath]>>('int fremovexattr(int fd, const char *name)'),
  lremovexattr: bind<Call<[CPath, CPath]>>('int lremovexattr(const char *path, const char *name)'),
  getpwuid: bind<Call<[number, Uint8Array, Uint8Array, number, Uint8Array]>>(
    'int getpwuid_r(uint uid, uint8_t *entry, uint8_t *text, size_t size, uint8_t *found)',
  ),
  getgrgid: bind<Call<[number, Uint8Array, Uint8Array, number, Uint8Array]>>(
    'int getgrgid_r(uint gid, uint8_t *entry, uint8_t *text, size_t size, uint8_t *found)',
  ),
  getpwnam: bind<Call<[CPath, Uint8Array, Uint8Array, number, Uint8Array]>>(
    'int getpwnam_r(const char *name, uint8_t *entry, uint8_t *text, size_t size, uint8_t *found)',
  ),
  getgrnam: bind<Call<[CPath, Uint8Array, Uint8Array, number, Uint8Array]>>(
    'int getgrnam_r(const char *name, uint8_t *entry, uint8_t *text, size_t size, uint8_t *found)',
  ),
  // by number, because the C library of some supported systems has no function for them
  getdents: bindSyscall<Call<[number, number, Uint8Array, number]>>(['int', 'uint8_t *', 'size_t']),
  mknodat: bindSyscall<Call<[number, number, CPath, number, number]>>(['int', 'const char *', 'uint', 'uint']),
  fchmodat2: bindSyscall<Call<[number, number, CPath, number, number]>>(['int', 'const char *', 'uint', 'int']),
  openat2: bindSyscall<Call<[number, number, CPath, Uint8Array, number]>>([
    'int',
    'const char *',
    'uint8_t *',
    'size_t',
  ]),
} as const

const numbers = {
  x64: { getdents64: 217, mknodat: 259, fchmodat2: 452, openat2: 437 },
  arm64: { getdents64: 61, mknodat: 33, fchmodat2: 452, openat2: 437 },
} as const

function numbersHere(): (typeof numbers)['x64' | 'arm64'] {
  if (process.platform !== 'linux' || !(process.arch === 'x64' || process.arch === 'arm64'))
    throw new PosixError(errnoOf('ENOSYS'), `no system call numbers for ${process.platform} ${process.arch}`)
  return numbers[process.arch]
}

/** Numbers of the system calls made without a libc function, for this processor. */
export const SYS = numbersHere()

export const AT_FDCWD = -100
export const AT_SYMLINK_NOFOLLOW = 0x100
export const AT_REMOVEDIR = 0x200
export const AT_NO_AUTOMOUNT = 0x800
export const AT_EMPTY_PATH = 0x1000
/** Open flags that node:fs constants lack; the same number on x86_64 and arm64. */
export const O_CLOEXEC = 0x80000
export const O_PATH = 0x200000

/** What this thread's last failed call left. Ask at once after the call. */
export const lastErrno = (): number => koffi.errno()

/** Address of a buffer's first byte, to tell where in it a pointer that C gave points. */
export const addressOf = (buffer: Uint8Array): bigint => koffi.address(buffer)

function isPlain(bytes: string): boolean {
  for (let i = 0; i < bytes.length; i++) {
    const char = bytes.charCodeAt(i)
    if (char === 0 || char > 127) return false
  }
  return true
}

/** C would stop at a NUL, and latin1 would cut a wider char: both would name another file. */
function refuseUnnameable(bytes: string): void {
  for (let i = 0; i < bytes.length; i++) {
    const char = bytes.charCodeAt(i)
    if (char === 0 || char > 255) throw new PosixError(errnoOf('EINVAL'), 'path', bytes.replace(/[^\0-\xff]/g, '?'))
  }
}

/** A byte string as a C string for koffi. Throws EINVAL when it holds a NUL or a char that is not a byte. */
export function cpath(bytes: string): CPath {
  if (isPlain(bytes)) return bytes
  refuseUnnameable(bytes)
  const buffer = Buffer.allocUnsafe(bytes.length + 1)
  buffer.write(bytes, 'latin1')
  buffer[bytes.length] = 0
  return buffer
}

/** A byte string as a path for node:fs. Throws EINVAL when it holds a NUL or a char that is not a byte. */
export function fspath(bytes: string): string | Buffer {
  if (isPlain(bytes)) return bytes
  refuseUnnameable(bytes)
  return Buffer.from(bytes, 'latin1')
}

/** Bytes of a buffer as a byte string. The method that toString('latin1') ends in, called directly: a third faster for a file name. */
export const latin1 = (buffer: Buffer, start: number, end: number): string =>
  (buffer as Buffer & { latin1Slice(start: number, end: number): string }).latin1Slice(start, end)
