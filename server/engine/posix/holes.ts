// Where a sparse file holds data, and what the page cache and the disk are told about files.
import { errnoOf, fail, PosixError } from './errors.ts'
import { c, lastErrno } from './libc.ts'

const SEEK_DATA = 3
const SEEK_HOLE = 4
const ENXIO = errnoOf('ENXIO')

function seek(fd: number, offset: number, whence: number): number {
  const found = c.lseek(fd, offset, whence)
  if (found >= 0) return found
  return lastErrno() === ENXIO ? -1 : fail('lseek')
}

/** The first offset at or after `offset` that holds data; -1 when there is none to the end. Moves the descriptor's position. */
export const seekData = (fd: number, offset: number): number => seek(fd, offset, SEEK_DATA)

/**
 * The first offset at or after `offset` in a hole, where the end of the file counts as one; -1 when `offset` is not within the file. Moves
 * the descriptor's position.
 */
export const seekHole = (fd: number, offset: number): number => seek(fd, offset, SEEK_HOLE)

/** For fadvise. */
export const ADVICE = { normal: 0, random: 1, sequential: 2, willNeed: 3, dontNeed: 4, noReuse: 5 } as const

/** Tells the page cache how `length` bytes (0: to the end) from `offset` will be used. */
export function fadvise(fd: number, offset: number, length: number, advice: number): void {
  const errno = c.fadvise(fd, offset, length, advice)
  if (errno !== 0) throw new PosixError(errno, 'posix_fadvise')
}

/** Writes everything of the file system that `fd` lies on to the disk, and waits. */
export function syncfs(fd: number): void {
  if (c.syncfs(fd) < 0) fail('syncfs')
}
