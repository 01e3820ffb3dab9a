// A directory of the target, made when something goes into it and finished when everything in it is: then it gets its own metadata.
import { constants } from 'node:fs'
import { HoldfastError } from '../../contract/errors.ts'
import { closeFd, fchmod, fchown, mkdirAt, openAt, unlinkAt } from '../posix/at.ts'
import { isPosix, PosixError } from '../posix/errors.ts'
import { Stat, statFd } from '../posix/stat.ts'
import { readXattrs } from '../posix/xattr.ts'
import type { Entry } from '../tree/entry.ts'
import { CREATE, type Decision } from './decide.ts'
import {
  ACL_DEFAULT,
  applyToFd,
  dropAccessLists,
  dropOtherXattrs,
  type OnDifference,
  type Restorer,
} from './metadata.ts'

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants

/** What directories of one restore share. */
export type DirectoryContext = {
  readonly who: Restorer
  /** Nothing is made or changed. */
  readonly dryRun: boolean
  /** What is no directory and stands where one is to be is removed. */
  readonly replace: boolean
  /** Directories that were there before keep their metadata. */
  readonly keepExisting: boolean
  readonly onDifference: (path: string, what: string) => void
  /** Those that are open: what is left of them when a restore ends early is closed. */
  readonly open: Set<TargetDirectory>
}

export class TargetDirectory {
  readonly path: string
  readonly #context: DirectoryContext
  readonly #entry: Entry | undefined
  readonly #up: TargetDirectory | undefined
  /** Above what was selected: made if need be, but not changed if it was there. */
  readonly #passage: boolean
  #fd = -1
  #created = false
  #replaced = false
  #plain = false
  /** Work that is still to be done in here: files on their way, directories below, the walk itself. */
  #pending = 1

  constructor(context: DirectoryContext, up: TargetDirectory | undefined, entry: Entry | undefined, passage: boolean) {
    this.#context = context
    this.#up = up
    this.#entry = entry
    this.#passage = passage
    this.path = up && entry ? `${up.path}/${entry.name}` : ''
    up?.hold()
  }

  /** The target itself, already open. */
  static root(context: DirectoryContext, fd: number): TargetDirectory {
    const root = new TargetDirectory(context, undefined, undefined, true)
    root.#fd = fd
    root.#plain = fd >= 0 && isPlain(fd, context.who)
    return root
  }

  /** Whether it was made by this restore, so nothing can be in the way. */
  get created(): boolean {
    return this.#created
  }

  /** Whether what is made in here gets the group of its maker, and no access list, as it does in most directories. */
  get plain(): boolean {
    return this.#plain
  }

  /** Makes it, unless it is there. @returns what that took */
  make(): Decision {
    const there = this.#context.dryRun ? this.probe() !== undefined : this.fd >= 0 && !this.#created
    if (there) return { action: 'keep', reason: 'the directory is there' }
    return this.#replaced ? { action: 'replace', reason: 'it is no directory' } : CREATE
  }

  /** The descriptor if it is there; nothing is made. */
  probe(): number | undefined {
    if (!this.#context.dryRun) return this.fd
    if (this.#fd < 0 && this.#up && this.#entry) {
      const above = this.#up.probe()
      this.#keep(above === undefined ? -1 : this.#openIfThere(above, this.#entry.name))
    }
    return this.#fd < 0 ? undefined : this.#fd
  }

  /** The descriptor; makes the directory, and those above, when first asked for. Never through a symlink. */
  get fd(): number {
    if (this.#fd < 0) this.#keep(this.#open())
    return this.#fd
  }

  /** Closes the descriptor, whatever is still to be done. */
  close(): void {
    this.#context.open.delete(this)
    closeFd(this.#fd)
  }

  #keep(fd: number): void {
    this.#fd = fd
    if (fd >= 0) this.#context.open.add(this)
  }

  hold(): void {
    this.#pending++
  }

  /** One thing less to be done; the last one sets the metadata and closes. */
  release(): void {
    if (--this.#pending > 0) return
    if (this.#fd >= 0 && this.#entry) {
      const untouched = this.#context.dryRun || (!this.#created && (this.#passage || this.#context.keepExisting))
      const onDifference: OnDifference = (what) => this.#context.onDifference(this.path, what)
      if (!untouched && !this.#created) dropOtherXattrs(this.#fd, this.#entry, onDifference)
      if (!untouched) applyToFd(this.#fd, this.#entry, this.#context.who, false, onDifference)
      this.close()
    }
    this.#up?.release()
  }

  #open(): number {
    const up = this.#up
    const entry = this.#entry
    if (!up || !entry) throw new HoldfastError('internal', 'The target directory is not open')
    this.#created = makeDirectory(up.fd, entry.name)
    let fd = this.#openIfThere(up.fd, entry.name)
    if (fd < 0) {
      unlinkAt(up.fd, entry.name)
      this.#created = makeDirectory(up.fd, entry.name)
      fd = openAt(up.fd, entry.name, OPEN)
    }
    this.#plain = this.#created && up.plain ? true : this.#makePlain(fd)
    return fd
  }

  /** What the directory above gave to a new one would be passed on to all that is made in it. */
  #makePlain(fd: number): boolean {
    const { who } = this.#context
    try {
      if (this.#created) {
        fchown(fd, who.euid, who.egid)
        dropAccessLists(fd)
        fchmod(fd, 0o700)
      }
    } catch (error) {
      if (!(error instanceof PosixError)) throw error
    }
    return isPlain(fd, who)
  }

  /** @returns -1 when it isn't there, or something else is and is to make way */
  #openIfThere(dirfd: number, name: string): number {
    try {
      return openAt(dirfd, name, OPEN)
    } catch (error) {
      if (isPosix(error, 'ENOENT')) return -1
      if (!isPosix(error, 'ENOTDIR') && !isPosix(error, 'ELOOP')) throw error
      this.#replaced = this.#context.replace
      if (this.#replaced) return -1
      const message = 'Something that is no directory is in the way (--overwrite always removes it)'
      throw new HoldfastError('denied', message, { cause: error })
    }
  }
}

const OPEN = O_RDONLY | O_DIRECTORY | O_NOFOLLOW

/** @returns false when the name is taken */
function makeDirectory(dirfd: number, name: string): boolean {
  try {
    mkdirAt(dirfd, name, 0o700)
    return true
  } catch (error) {
    if (isPosix(error, 'EEXIST')) return false
    throw error
  }
}

const stat = new Stat()
const S_ISGID = 0o2000

/** A group other than the maker's may be passed on without set-gid too: some file systems are mounted so. */
function isPlain(fd: number, who: Restorer): boolean {
  if (statFd(fd, stat) !== 0 || stat.gid !== who.egid || (stat.mode & S_ISGID) !== 0) return false
  return !readXattrs(fd).some(([name]) => name === ACL_DEFAULT)
}
