// lstat and fstat through statx, into one buffer that is used again for every file: no objects, no BigInt.
import { constants } from 'node:fs'
import { AT_EMPTY_PATH, AT_NO_AUTOMOUNT, AT_SYMLINK_NOFOLLOW, c, cpath, lastErrno } from './libc.ts'

const basicStats = 0x7ff
const two32 = 0x1_0000_0000

// byte offsets in struct statx, the same on every architecture
const at = { nlink: 16, uid: 20, gid: 24, mode: 28, ino: 32, size: 40, blocks: 48, atime: 64, ctime: 96, mtime: 112 }
const device = { rdevMajor: 128, rdevMinor: 132, devMajor: 136, devMinor: 140 }

/** The part of struct statx that is used here, in 32-bit words. The first is the mask of what was filled in. */
export const STAT_WORDS = 36

/** What statAt and statFd found last. Numbers are exact up to 2^53; the inode comes in two halves because it may use all 64 bits. */
export class Stat {
  readonly #words: Uint32Array
  readonly #halves: Uint16Array
  /** The struct statx itself, for the system call. */
  readonly buffer: Uint8Array

  constructor() {
    this.buffer = new Uint8Array(256)
    this.#words = new Uint32Array(this.buffer.buffer)
    this.#halves = new Uint16Array(this.buffer.buffer)
  }

  /** Copies what was found to `into[at]` and on: STAT_WORDS numbers, of which the first is not 0. */
  save(into: Uint32Array, at: number): void {
    for (let i = 0; i < STAT_WORDS; i++) into[at + i] = this.#words[i] as number
  }

  /** Takes back what `save` copied. */
  load(from: Uint32Array, at: number): void {
    for (let i = 0; i < STAT_WORDS; i++) this.#words[i] = from[at + i] as number
  }

  #u32(offset: number): number {
    return this.#words[offset >> 2] as number
  }

  #u64(offset: number): number {
    return this.#u32(offset + 4) * two32 + this.#u32(offset)
  }

  #i64(offset: number): number {
    return (this.#u32(offset + 4) | 0) * two32 + this.#u32(offset)
  }

  /** Type and permission bits, as in st_mode. */
  get mode(): number {
    return this.#halves[at.mode >> 1] as number
  }

  get nlink(): number {
    return this.#u32(at.nlink)
  }

  get uid(): number {
    return this.#u32(at.uid)
  }

  get gid(): number {
    return this.#u32(at.gid)
  }

  /** Bytes. */
  get size(): number {
    return this.#u64(at.size)
  }

  /** Allocated, in units of 512 bytes. */
  get blocks(): number {
    return this.#u64(at.blocks)
  }

  get inoLo(): number {
    return this.#u32(at.ino)
  }

  get inoHi(): number {
    return this.#u32(at.ino + 4)
  }

  get devMajor(): number {
    return this.#u32(device.devMajor)
  }

  get devMinor(): number {
    return this.#u32(device.devMinor)
  }

  get rdevMajor(): number {
    return this.#u32(device.rdevMajor)
  }

  get rdevMinor(): number {
    return this.#u32(device.rdevMinor)
  }

  /** Seconds since 1970, negative before. */
  get atimeSec(): number {
    return this.#i64(at.atime)
  }

  get atimeNsec(): number {
    return this.#u32(at.atime + 8)
  }

  /** Seconds since 1970, negative before. */
  get mtimeSec(): number {
    return this.#i64(at.mtime)
  }

  get mtimeNsec(): number {
    return this.#u32(at.mtime + 8)
  }

  /** Seconds since 1970, negative before. */
  get ctimeSec(): number {
    return this.#i64(at.ctime)
  }

  get ctimeNsec(): number {
    return this.#u32(at.ctime + 8)
  }

  #is(type: number): boolean {
    return (this.mode & constants.S_IFMT) === type
  }

  isFile(): boolean {
    return this.#is(constants.S_IFREG)
  }

  isDirectory(): boolean {
    return this.#is(constants.S_IFDIR)
  }

  isSymlink(): boolean {
    return this.#is(constants.S_IFLNK)
  }

  isFifo(): boolean {
    return this.#is(constants.S_IFIFO)
  }

  isSocket(): boolean {
    return this.#is(constants.S_IFSOCK)
  }

  isCharDevice(): boolean {
    return this.#is(constants.S_IFCHR)
  }

  isBlockDevice(): boolean {
    return this.#is(constants.S_IFBLK)
  }
}

/**
 * lstat of `name` in the directory `dirfd` (or AT_FDCWD), without triggering an automount.
 * Returns 0, or the error number: a file that vanished is no exception on the hot path. Throws only EINVAL for a name with a NUL.
 */
export function statAt(dirfd: number, name: string, into: Stat): number {
  const flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT
  return c.statx(dirfd, cpath(name), flags, basicStats, into.buffer) === 0 ? 0 : lastErrno()
}

/** fstat of an open file, also one opened with O_PATH. Returns 0, or the error number. */
export function statFd(fd: number, into: Stat): number {
  return c.statx(fd, '', AT_EMPTY_PATH, basicStats, into.buffer) === 0 ? 0 : lastErrno()
}
