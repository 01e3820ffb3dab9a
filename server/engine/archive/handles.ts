// How directories are reached: by a descriptor of their own, or through that of one above when too many would be open.
import { constants, fstatSync } from 'node:fs'
import { HoldfastError } from '../../contract/errors.ts'
import { namesBehind } from '../../contract/names.ts'
import { closeFd, O_PATH, openAt } from '../posix/at.ts'
import { EXHAUSTED, PosixError } from '../posix/errors.ts'
import { openFilesLimit } from '../posix/limits.ts'
import { listDirectory, NameList } from '../posix/names.ts'
import { openForRead } from '../posix/open.ts'
import { type Stat, statAt } from '../posix/stat.ts'
import { readXattrs, readXattrsAt } from '../posix/xattr.ts'
import type { Xattr } from '../tree/entry.ts'
import type { Handle, Names, OpenDirectory, Slot } from './directory.ts'

/** Directories nested deeper are reached through the descriptor of one above, for descriptors are limited. */
const DEEPEST_OWN = 256
/** So are those that come when so many wait for their files to be read: a quarter of what the process may have, but never more than this. */
const MOST_OPEN = 4096
/** A path may have 4,095 bytes: half of that for what is looked up in a descriptor. */
const LONGEST_PREFIX = 2000
/** And so for the whole of it. */
const LONGEST_PATH = 4000
/** The names of a directory whose own size is above this are kept packed. */
export const HUGE_DIRECTORY = 1 << 20

export type OpenedDirectory = {
  readonly handle: Handle
  readonly xattrs: readonly Xattr[]
  readonly names: Names
  /** What of it could not be read. */
  readonly problem?: string
}

/** A path that leads to a name in an open directory, from any thread of this process. */
export const pathThrough = ({ fd, prefix }: Handle, name: string): string => `/proc/self/fd/${fd}/${prefix}${name}`

/** A path through its directory's handle for what was not found under `path`, if it is there and this is another path; `stat` is filled then. */
export function pathIfThere({ directory, name }: Slot, path: string, stat: Stat): string | undefined {
  const { handle } = directory.init
  const through = pathThrough(handle, name)
  return path !== through && statAt(handle.fd, handle.prefix + name, stat) === 0 ? through : undefined
}

/** A path that a lane can open: the plain one, or when that is too long, one through the descriptor that is open here. */
export function pathFor({ init }: OpenDirectory, name: string): string {
  return init.path.length + name.length < LONGEST_PATH ? `${init.path}/${name}` : pathThrough(init.handle, name)
}

const listed = (fd: number): Names =>
  fstatSync(fd).size > HUGE_DIRECTORY ? NameList.read(fd) : listDirectory(fd).names

/** A directory that is listed already. */
type Listed = {
  readonly fd: number
  readonly names: Names
  readonly xattrs: readonly Xattr[]
  readonly problem: string | undefined
}

/** The directories of a walk that are open. */
export class Handles {
  readonly #open = new Set<number>()
  readonly #most = Math.min(MOST_OPEN, Math.floor(openFilesLimit() / 4))

  /** The handle of a descriptor, which is closed with it. */
  own(fd: number): Handle {
    this.#open.add(fd)
    return { fd, prefix: '', owned: true }
  }

  /**
   * Opens and lists a directory, unless the scout has; keeps the descriptor unless it is nested deep or many are open.
   * @throws PosixError
   */
  directory(up: Handle, name: string, depth: number, owner: number, scouted: Listed | undefined): OpenedDirectory {
    const fd = scouted?.fd ?? openForRead(up.fd, up.prefix + name, owner)
    try {
      const { xattrs, problem } = scouted ?? tryXattrs(fd)
      const names = scouted?.names ?? listed(fd)
      const owned =
        (depth < DEEPEST_OWN && this.#open.size < this.#most) || up.prefix.length + name.length > LONGEST_PREFIX
      const rest = problem === undefined ? { xattrs, names } : { xattrs, names, problem }
      if (owned) return { handle: this.own(fd), ...rest }
      closeFd(fd)
      return { handle: { fd: up.fd, prefix: `${up.prefix}${name}/`, owned }, ...rest }
    } catch (error) {
      closeFd(fd)
      throw error
    }
  }

  /** Opens a directory above the roots, which need not be readable: what is wanted of it is known. @throws PosixError */
  passage(up: Handle, name: string): OpenedDirectory {
    const handle = this.own(openAt(up.fd, name, O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW))
    try {
      return { handle, xattrs: readXattrsAt(up.fd, name), names: [] }
    } catch (error) {
      if (error instanceof PosixError) return { handle, xattrs: [], names: [], problem: error.message }
      throw error
    }
  }

  /** The directory is done with. */
  close(handle: Handle): void {
    if (handle.owned && this.#open.delete(handle.fd)) closeFd(handle.fd)
  }

  /** Closes what a walk that failed left open. */
  closeAll(): void {
    for (const fd of this.#open) closeFd(fd)
    this.#open.clear()
  }
}

/** Extended attributes, or why there are none: not being able to read them is no reason to leave out what they belong to. */
export function tryXattrs(fd: number): { readonly xattrs: readonly Xattr[]; readonly problem: string | undefined } {
  try {
    return { xattrs: readXattrs(fd), problem: undefined }
  } catch (error) {
    if (!(error instanceof PosixError)) throw error
    refuseExhaustion(error)
    return { xattrs: [], problem: `its attributes can't be read: ${error.message}` }
  }
}

/** Whether a path leads through a descriptor of this process, so that nobody can bend it. */
export const isThrough = (path: string): boolean => path.startsWith('/proc/self/fd/')

/**
 * A process that has run out of descriptors or memory can read nothing any more: that is no property of the file at hand.
 * @throws `unavailable` for such an error, nothing for others
 */
export function refuseExhaustion(error: Pick<PosixError, 'code' | 'message'>): void {
  if (EXHAUSTED.includes(error.code)) {
    throw new HoldfastError(
      'unavailable',
      `The backup ran out of open files or memory: raise the limit (ulimit -n).${namesBehind.cause}${error.message}`,
    )
  }
}
