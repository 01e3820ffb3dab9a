// Makes things in a target directory: files of one chunk, big files piece by piece, links and special files. Nothing is written through a link.
import { hash } from 'node:crypto'
import { constants, ftruncateSync, writeSync } from 'node:fs'
import { closeFd, mknodAt, openAt, renameAt, symlinkAt, unlinkAt } from '../posix/at.ts'
import { isPosix } from '../posix/errors.ts'
import type { Entry, EntryType } from '../tree/entry.ts'
import {
  applyToFd,
  applyToName,
  dropAccessListAt,
  dropAccessLists,
  type OnDifference,
  type Restorer,
} from './metadata.ts'

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants
const CREATE = O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW

/** Zeros of this length, at a multiple of it, are left out of a big file: they become holes. */
const HOLE = 64 << 10
const ZEROS = Buffer.alloc(HOLE)

const typeBits: Partial<Record<EntryType, number>> = {
  fifo: 0o010000,
  socket: 0o140000,
  character: 0o020000,
  block: 0o060000,
}

/**
 * The name that something has until it replaces another. The same for the same entry, so that a restore that was killed leaves nothing which its
 * second run does not find; of no other version of it, so that a name which became part of a snapshot is never taken.
 */
function temporaryName({ name, size, mtimeSec, mtimeNsec, inoLow, inoHigh }: Entry): string {
  const version = [name, size, mtimeSec, mtimeNsec, inoLow, inoHigh].join('\0')
  return `.holdfast-${hash('sha256', Buffer.from(version, 'latin1'), 'hex').slice(0, 16)}`
}

/** Runs `make` with the name to use: the entry's, or, when something is there already, a temporary one. @returns what `make` does */
export function makeUnderName<T>(dirfd: number, entry: Entry, replace: boolean, make: (name: string) => T): T {
  if (!replace) return make(entry.name)
  const name = temporaryName(entry)
  try {
    return make(name)
  } catch (error) {
    if (!isPosix(error, 'EEXIST')) throw error
    // Left by a restore that was killed.
    unlinkAt(dirfd, name)
    return make(name)
  }
}

/** Makes something whole; what is there already is replaced at once. */
export function inPlace(dirfd: number, entry: Entry, replace: boolean, make: (name: string) => void): void {
  const name = makeUnderName(dirfd, entry, replace, (free) => {
    make(free)
    return free
  })
  if (replace) putInPlace(dirfd, name, entry.name)
}

/** Gives what is complete its name, at once; if that fails, nothing is left. */
export function putInPlace(dirfd: number, temporary: string, name: string): void {
  try {
    renameAt(dirfd, temporary, dirfd, name)
  } catch (error) {
    unlinkAt(dirfd, temporary)
    throw error
  }
}

/**
 * A file whose content is at hand: made, filled, described and closed in one go. If anything fails nothing is left. `plain`: the directory passes
 * nothing on to what is made in it.
 */
export function writeWhole(
  dirfd: number,
  entry: Entry,
  data: Uint8Array,
  { replace, plain }: { readonly replace: boolean; readonly plain: boolean },
  who: Restorer,
  onDifference: OnDifference,
): void {
  inPlace(dirfd, entry, replace, (name) => {
    const fd = openAt(dirfd, name, CREATE, entry.mode & 0o777)
    try {
      writeFully(fd, data, 0)
      if (!plain) dropAccessLists(fd)
      applyToFd(fd, entry, who, plain, onDifference)
    } catch (error) {
      unlinkAt(dirfd, name)
      throw error
    } finally {
      closeFd(fd)
    }
  })
}

/** A link, device, pipe or socket. */
export function makeSpecial(
  dirfd: number,
  entry: Entry,
  { replace, plain }: { readonly replace: boolean; readonly plain: boolean },
  onDifference: OnDifference,
): void {
  inPlace(dirfd, entry, replace, (name) => {
    if (entry.type === 'symlink') symlinkAt(entry.target, dirfd, name)
    else mknodAt(dirfd, name, (typeBits[entry.type] ?? 0) | 0o600, entry.deviceMajor, entry.deviceMinor)
    if (!plain && entry.type !== 'symlink') dropAccessListAt(dirfd, name)
    applyToName(dirfd, name, entry, onDifference)
  })
}

/** A big file, open for its pieces to be written by several lanes. `name` is what it is called until it is complete. */
export function openShared(dirfd: number, entry: Entry, replace: boolean): { fd: number; name: string } {
  const file = makeUnderName(dirfd, entry, replace, (name) => ({ fd: openAt(dirfd, name, CREATE, 0o600), name }))
  try {
    ftruncateSync(file.fd, entry.size)
  } catch (error) {
    dropShared(dirfd, file)
    throw error
  }
  return file
}

export function finishShared(
  dirfd: number,
  file: { fd: number; name: string },
  entry: Entry,
  plain: boolean,
  who: Restorer,
  onDifference: OnDifference,
): void {
  if (!plain) dropAccessLists(file.fd)
  applyToFd(file.fd, entry, who, false, onDifference)
  closeFd(file.fd)
  if (file.name !== entry.name) putInPlace(dirfd, file.name, entry.name)
}

/** Leaves nothing of a file that could not be completed. */
export function dropShared(dirfd: number, file: { fd: number; name: string }): void {
  closeFd(file.fd)
  unlinkAt(dirfd, file.name)
}

function writeFully(fd: number, data: Uint8Array, position: number): void {
  for (let done = 0; done < data.length; ) done += writeSync(fd, data, done, data.length - done, position + done)
}

/** Writes a piece of a file that is as long as it will be already, leaving out blocks of zeros. */
export function writeSparse(fd: number, data: Uint8Array, position: number): void {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length)
  let from = 0
  for (let at = (HOLE - (position % HOLE)) % HOLE; at + HOLE <= bytes.length; at += HOLE) {
    if (bytes.compare(ZEROS, 0, HOLE, at, at + HOLE) !== 0) continue
    if (at > from) writeFully(fd, bytes.subarray(from, at), position + from)
    from = at + HOLE
  }
  if (from < bytes.length) writeFully(fd, bytes.subarray(from), position + from)
}
