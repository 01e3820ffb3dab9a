// What the scout's thread does: it runs ahead of the walker, opens and lists directories and looks at what is in them, in the order in which the walker will.
import { constants } from 'node:fs'
import type { MessagePort } from 'node:worker_threads'
import { HoldfastError } from '../../contract/errors.ts'
import { closeFd, O_PATH, openAt } from '../posix/at.ts'
import { PosixError } from '../posix/errors.ts'
import { openFilesLimit } from '../posix/limits.ts'
import { listDirectory } from '../posix/names.ts'
import { openForRead } from '../posix/open.ts'
import { STAT_WORDS, Stat, statAt } from '../posix/stat.ts'
import { compilePatterns } from '../select/matcher.ts'
import type { Xattr } from '../tree/entry.ts'
import { HUGE_DIRECTORY, tryXattrs } from './handles.ts'

export type ScoutInit = {
  readonly port: MessagePort
  /** See SHARED. */
  readonly shared: Int32Array
  readonly excludes: readonly string[]
  readonly skip: ReadonlySet<string>
}

/** Places in the numbers that both threads see: entries and directories that the walker has got to, whether it waits, whether all is to end. */
export const SHARED = { taken: 0, directories: 1, waiting: 2, stop: 3 } as const

/** A directory where the look-ahead begins: `place` in `upFd`, a descriptor that is the scout's from now on. */
export type ScoutTask = {
  readonly upFd: number
  readonly place: string
  readonly path: string
  readonly relative: string
  readonly owner: number
  readonly size: number
}

/** A directory that is listed. `fd` (opened with O_PATH) belongs to whoever gets this. */
export type ScoutedDirectory = {
  readonly path: string
  readonly fd: number
  readonly xattrs: readonly Xattr[]
  readonly problem: string | undefined
  /** Sorted, with "/" between them: one string is far cheaper to send than many. */
  readonly names: string
  readonly count: number
}
export type ScoutReport = {
  readonly directories: readonly ScoutedDirectory[]
  /** STAT_WORDS for each name of each directory, in order; the first of them is 0 where nobody has looked. */
  readonly looks: Uint32Array
  /** What was begun last is done, whether all of it could be seen or not. */
  readonly ended: boolean
}

/** Entries, and directories, sent together at most. */
const BATCH = 256
const BATCH_DIRECTORIES = 64
/** So many entries ahead the scout waits, for they are in memory. */
const FAR = 8192
/** So many directories too, for they are open; and so many on the way down. What is nested deeper the walker does itself. */
export const MOST_AHEAD = Math.min(512, Math.floor(openFilesLimit() / 8))
const DEEPEST = Math.min(128, MOST_AHEAD)
/** So near it leaves the looks to the walker and only lists, which takes a fraction of the time: so both are done at the same time. */
const NEAR = 1024

/** After so many names it looks again whether the walker is near. */
const HURRY_CHECK = 64
/** Milliseconds after which it looks whether it is to stop. */
const LONGEST_WAIT = 100

type Folder = { readonly name: string; readonly owner: number; readonly size: number }
type Level = {
  readonly fd: number
  readonly path: string
  readonly relative: string
  readonly folders: readonly Folder[]
  next: number
}

export class Scouting {
  readonly #init: ScoutInit
  readonly #excludes: ((path: string) => boolean) | undefined
  readonly #stat = new Stat()
  readonly #levels: Level[] = []
  #directories: ScoutedDirectory[] = []
  #looks = new Uint32Array(STAT_WORDS * BATCH * 2)
  /** Entries in the batch at hand, and in all so far; directories in all so far. */
  #batched = 0
  #sent = 0
  #sentDirectories = 0

  constructor(init: ScoutInit) {
    this.#init = init
    const matcher = init.excludes.length > 0 ? compilePatterns([...init.excludes]) : undefined
    this.#excludes = matcher && ((path) => matcher.match(path, true) === 'exclude')
  }

  /** Goes through all that is below the place, in order, unless it is stopped. */
  run({ upFd, place, path, relative, owner, size }: ScoutTask): void {
    try {
      this.#visit(upFd, { name: place, owner, size }, path, relative)
      for (let level = this.#levels.at(-1); level && !this.#stopped; level = this.#levels.at(-1)) {
        const folder = level.folders[level.next++]
        if (folder) {
          this.#visit(level.fd, folder, `${level.path}/${folder.name}`, `${level.relative}${folder.name}/`)
        } else {
          closeFd(level.fd)
          this.#levels.pop()
        }
      }
    } finally {
      closeFd(upFd)
      for (const { fd } of this.#levels.splice(0)) closeFd(fd)
      this.#flush(true)
    }
  }

  get #stopped(): boolean {
    return Atomics.load(this.#init.shared, SHARED.stop) !== 0
  }

  /** Entries that the walker has not got to yet. The counters may wrap round. */
  get #lead(): number {
    return (this.#sent - Atomics.load(this.#init.shared, SHARED.taken)) | 0
  }

  get #farAhead(): boolean {
    const directories = (this.#sentDirectories - Atomics.load(this.#init.shared, SHARED.directories)) | 0
    return this.#lead > FAR || directories > MOST_AHEAD - BATCH_DIRECTORIES
  }

  /** One directory. What can't be opened or listed is left out: the walker meets the reason itself. */
  #visit(upFd: number, folder: Folder, path: string, relative: string): void {
    if (folder.size > HUGE_DIRECTORY) return
    let fd = -1
    try {
      fd = openForRead(upFd, folder.name, folder.owner)
      const { xattrs, problem } = tryXattrs(fd)
      const { names, folders } = listDirectory(fd)
      const found = this.#look(fd, names, folders)
      const wanted = found.filter(({ name }) => this.#wants(path, relative, name))
      // The walker closes its own whenever it is done. That is cheap: what the kernel keeps of a listing hangs on the one that is listed.
      const theirs = openAt(fd, '.', O_PATH | constants.O_DIRECTORY)
      this.#directories.push({ path, fd: theirs, xattrs, problem, names: names.join('/'), count: names.length })
      if (wanted.length > 0 && this.#levels.length < DEEPEST)
        this.#levels.push({ fd, path, relative, folders: wanted, next: 0 })
      else closeFd(fd)
      this.#batched += names.length
      this.#sent += names.length
      this.#sentDirectories++
    } catch (error) {
      if (fd >= 0) closeFd(fd)
      if (!(error instanceof PosixError || error instanceof HoldfastError)) throw error
      return
    }
    const full = this.#batched >= BATCH || this.#directories.length >= BATCH_DIRECTORIES
    if (full || Atomics.load(this.#init.shared, SHARED.waiting) !== 0) this.#flush(false)
  }

  #wants(path: string, relative: string, name: string): boolean {
    return !this.#init.skip.has(`${path}/${name}`) && this.#excludes?.(relative + name) !== true
  }

  /** Looks at what is in a directory: at folders always, at everything else while there is time. @returns the folders */
  #look(fd: number, names: readonly string[], folders: readonly number[]): Folder[] {
    const from = this.#batched * STAT_WORDS
    const to = from + names.length * STAT_WORDS
    if (to > this.#looks.length) {
      const larger = new Uint32Array(to * 2)
      larger.set(this.#looks.subarray(0, from))
      this.#looks = larger
    }
    this.#looks.fill(0, from, to)
    const found: Folder[] = []
    let hurries = false
    let folder = 0
    for (let i = 0; i < names.length; i++) {
      if (i % HURRY_CHECK === 0) hurries = this.#lead < NEAR
      const mayBeFolder = folders[folder] === i
      if (mayBeFolder) folder++
      else if (hurries) continue
      if (statAt(fd, names[i]!, this.#stat) !== 0) continue
      this.#stat.save(this.#looks, from + i * STAT_WORDS)
      if (mayBeFolder && this.#stat.isDirectory())
        found.push({ name: names[i]!, owner: this.#stat.uid, size: this.#stat.size })
    }
    return found
  }

  /** Sends what there is, and waits when the walker is far behind. */
  #flush(ended: boolean): void {
    const { port, shared } = this.#init
    const looks = this.#looks.slice(0, this.#batched * STAT_WORDS)
    const report: ScoutReport = { directories: this.#directories, looks, ended }
    port.postMessage(report, [looks.buffer])
    this.#directories = []
    this.#batched = 0
    while (!ended && !this.#stopped && this.#farAhead)
      Atomics.wait(shared, SHARED.taken, Atomics.load(shared, SHARED.taken), LONGEST_WAIT)
  }
}
