// Makes things in a target directory: files of one chunk, big files piece by piece, links and special files. Nothing is written through a link.
import { randomBytes } from 'node:crypto'
import { constants, ftruncateSync, writeSync } from 'node:fs'
import { closeFd, mknodAt, openAt, renameAt, symlinkAt, unlinkAt } from '../posix/at.ts'
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

/** A name for something that is to replace another. */
export const temporaryName = (): string => `.holdfast-${randomBytes(8).toString('hex')}`

/** Runs `make` under the entry's name, or, when something is there already, under another that then takes its place at once. */
function inPlace(dirfd: number, entry: Entry, replace: boolean, make: (name: string) => void): void {
  const name = replace ? temporaryName() : entry.name
  make(name)
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
  const name = replace ? temporaryName() : entry.name
  const fd = openAt(dirfd, name, CREATE, 0o600)
  try {
    ftruncateSync(fd, entry.size)
  } catch (error) {
    dropShared(dirfd, { fd, name })
    throw error
  }
  return { fd, name }
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
