// Access and modification times to the nanosecond, for every second that fits 64 bits.
import { errnoOf, fail, PosixError } from './errors.ts'
import { AT_SYMLINK_NOFOLLOW, c, cpath } from './libc.ts'

/** As nanoseconds: leave this time as it is. */
export const UTIME_OMIT = 0x3ffffffe
/** As nanoseconds: the file system's present time. */
export const UTIME_NOW = 0x3fffffff

/** Two struct timespec: access, then modification; each 64 bits of seconds and 64 bits of nanoseconds. */
const words = new Uint32Array(8)
const timespecs = new Uint8Array(words.buffer)

/** The high half of a whole number as two's complement; the low half is what Uint32Array keeps of it. */
const highWord = (seconds: number): number => Math.floor(seconds / 0x1_0000_0000)

function fill(atimeSec: number, atimeNsec: number, mtimeSec: number, mtimeNsec: number): void {
  if (!Number.isSafeInteger(atimeSec) || !Number.isSafeInteger(mtimeSec))
    throw new PosixError(errnoOf('EINVAL'), 'utimens')
  words[0] = atimeSec
  words[1] = highWord(atimeSec)
  words[2] = atimeNsec
  words[4] = mtimeSec
  words[5] = highWord(mtimeSec)
  words[6] = mtimeNsec
}

/**
 * Sets the times of `name` itself, also of a symlink. Seconds since 1970 (negative before), nanoseconds 0 to 999,999,999 or UTIME_OMIT or
 * UTIME_NOW. A file system that can't hold a time clamps it without an error.
 */
export function utimensAt(
  dirfd: number,
  name: string,
  atimeSec: number,
  atimeNsec: number,
  mtimeSec: number,
  mtimeNsec: number,
): void {
  fill(atimeSec, atimeNsec, mtimeSec, mtimeNsec)
  if (c.utimensat(dirfd, cpath(name), timespecs, AT_SYMLINK_NOFOLLOW) < 0) fail('utimens', name)
}

/** utimensAt for an open file. */
export function futimens(fd: number, atimeSec: number, atimeNsec: number, mtimeSec: number, mtimeNsec: number): void {
  fill(atimeSec, atimeNsec, mtimeSec, mtimeNsec)
  if (c.futimens(fd, timespecs) < 0) fail('utimens')
}
