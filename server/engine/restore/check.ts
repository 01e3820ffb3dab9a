// Reads a restored file back from the disk and compares it with its entry: content by chunk ids, then metadata.
import { constants, readSync } from 'node:fs'
import { StatView } from '../archive/stat.ts'
import { type ChunkHasher, DATA, HEADROOM, ID_LENGTH } from '../crypto/chunk-id.ts'
import { closeFd, openAt } from '../posix/at.ts'
import { codeOfErrno, isPosix, PosixError } from '../posix/errors.ts'
import { seekData } from '../posix/holes.ts'
import { statFd } from '../posix/stat.ts'
import type { Entry } from '../tree/entry.ts'

export type ExpectedContent = { readonly ids: Uint8Array; readonly lengths: Uint32Array; readonly hasher: ChunkHasher }

/** `closed`: nothing wrong was found, for this user may not read what he has written. */
export type CheckProblem = { readonly message: string; readonly closed: boolean }

/** Zeros are compared so many bytes at once. */
const PIECE = 64 << 10
const ZEROS = Buffer.alloc(PIECE)

let buffer = Buffer.alloc(0)

/** @returns what is wrong, or undefined */
export function checkFile(dirfd: number, entry: Entry, expected: ExpectedContent): CheckProblem | undefined {
  try {
    const message = compare(dirfd, entry, expected)
    return message === undefined ? undefined : { message, closed: false }
  } catch (error) {
    if (!(error instanceof PosixError)) throw error
    return { message: `can't be read: ${error.message}`, closed: isPosix(error, 'EACCES') }
  }
}

function compare(dirfd: number, entry: Entry, expected: ExpectedContent): string | undefined {
  const fd = openAt(dirfd, entry.name, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const view = new StatView()
    const errno = statFd(fd, view.stat)
    if (errno !== 0) return `can't be looked at: ${codeOfErrno(errno)}`
    if (view.type !== 'file') return 'is another kind of file'
    if (view.size !== entry.size) return `has ${view.size} bytes instead of ${entry.size}`
    if (view.mtimeSec !== entry.mtimeSec || view.mtimeNsec !== entry.mtimeNsec) return 'has another modification time'
    return checkHoles(fd, entry.holes) ?? checkContent(fd, entry, expected)
  } finally {
    closeFd(fd)
  }
}

function checkContent(fd: number, entry: Entry, { ids, lengths, hasher }: ExpectedContent): string | undefined {
  let position = 0
  const holes = [...entry.holes]
  for (let i = 0; i < lengths.length; i++) {
    if (holes[0] === position) {
      position += holes[1]!
      holes.splice(0, 2)
    }
    const length = lengths[i]!
    if (buffer.length < HEADROOM + length) buffer = Buffer.allocUnsafeSlow(HEADROOM + length)
    const read = readSync(fd, buffer, HEADROOM, length, position)
    const right =
      read === length &&
      hasher.id(DATA, buffer, HEADROOM, length).equals(ids.subarray(i * ID_LENGTH, (i + 1) * ID_LENGTH))
    if (!right) return `differs from the snapshot between bytes ${position} and ${position + length}`
    position += length
  }
  return undefined
}

/** What was a hole may hold zeros, but nothing else. */
function checkHoles(fd: number, holes: readonly number[]): string | undefined {
  for (let i = 0; i < holes.length; i += 2) {
    const end = holes[i]! + holes[i + 1]!
    for (let at = seekData(fd, holes[i]!); at >= 0 && at < end; at = seekData(fd, at)) {
      if (buffer.length < PIECE) buffer = Buffer.allocUnsafeSlow(PIECE)
      const length = Math.min(PIECE, end - at)
      const read = readSync(fd, buffer, 0, length, at)
      if (read !== length || buffer.compare(ZEROS, 0, length, 0, length) !== 0)
        return `has data between bytes ${at} and ${at + length}, where there is to be a hole`
      at += length
    }
  }
  return undefined
}
