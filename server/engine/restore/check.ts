// Reads a restored file back from the disk and compares it with its entry: content by chunk ids, then metadata.
import { constants, readSync } from 'node:fs'
import { StatView } from '../archive/stat.ts'
import { type ChunkHasher, DATA, HEADROOM, ID_LENGTH } from '../crypto/chunk-id.ts'
import { closeFd, openAt } from '../posix/at.ts'
import { codeOfErrno } from '../posix/errors.ts'
import { statFd } from '../posix/stat.ts'
import type { Entry } from '../tree/entry.ts'

export type ExpectedContent = { readonly ids: Uint8Array; readonly lengths: Uint32Array; readonly hasher: ChunkHasher }

let buffer = Buffer.alloc(0)

/** @returns what is wrong, or undefined */
export function checkFile(dirfd: number, entry: Entry, expected: ExpectedContent): string | undefined {
  const fd = openAt(dirfd, entry.name, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    const view = new StatView()
    const errno = statFd(fd, view.stat)
    if (errno !== 0) return `can't be looked at: ${codeOfErrno(errno)}`
    if (view.size !== entry.size) return `has ${view.size} bytes instead of ${entry.size}`
    if (view.mtimeSec !== entry.mtimeSec || view.mtimeNsec !== entry.mtimeNsec) return 'has another modification time'
    return checkContent(fd, entry, expected)
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
