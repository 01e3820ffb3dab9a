// Files that several lanes share, and sparse ones: opened here, read region by region by whichever lane is free, put together in order.
import { AT_FDCWD, closeFd } from '../posix/at.ts'
import { codeOfErrno, errnoOf, PosixError } from '../posix/errors.ts'
import { openForRead } from '../posix/open.ts'
import { Stat, statAt, statFd } from '../posix/stat.ts'
import { ContentWriter } from '../tree/content.ts'
import { type Entry, NO_DETAILS } from '../tree/entry.ts'
import type { StoreMeta } from '../tree/writer.ts'
import { pathOf, type Slot } from './directory.ts'
import { isThrough, tryXattrs } from './handles.ts'
import { dataExtents, holesBetween, regionsOf } from './regions.ts'
import { StatView, sameVersion } from './stat.ts'
import type { Counters } from './tally.ts'
import type { ArchiveResult, RegionResult, RegionTask } from './tasks.ts'

export type BigFile = { readonly slot: Slot; readonly path: string; readonly owner: number; readonly known: boolean }

type Hooks = {
  readonly store: StoreMeta
  readonly counters: Counters
  /** The entry is complete. */
  readonly finish: (slot: Slot, entry: Entry, known: boolean) => Promise<void>
  readonly fail: (file: BigFile, error: Failure) => Promise<void>
  /** Something about it is missing, but not its content. */
  readonly report: (slot: Slot, problem: string) => void
}

/** A file that changes while it is read is read so often at most. */
const ATTEMPTS = 3
const ENOENT = errnoOf('ENOENT')

/** One attempt to read one file. */
class Reading {
  readonly before: StatView
  readonly regions: Generator<RegionTask>
  readonly holes: readonly number[]
  readonly content: ContentWriter
  /** Results that came before their turn. */
  readonly early = new Map<number, { task: RegionTask; result: RegionResult }>()
  asked = 0
  taken = 0
  exhausted = false
  /** Where the data ended early, because the file had shrunk. */
  end = Number.POSITIVE_INFINITY

  constructor(fd: number, store: StoreMeta) {
    this.before = look(fd)
    if (this.before.type === 'directory') throw new PosixError(errnoOf('EISDIR'), 'read')
    const extents = dataExtents(fd, this.before.size)
    this.holes = holesBetween(extents, this.before.size)
    this.regions = regionsOf(fd, extents)
    this.content = new ContentWriter(store)
  }

  /** Takes a result, and those that waited for it, in the order of the file. */
  async take(index: number, task: RegionTask, result: RegionResult): Promise<void> {
    this.early.set(index, { task, result })
    for (let ready = this.early.get(this.taken); ready; ready = this.early.get(this.taken)) {
      this.early.delete(this.taken++)
      if (this.end !== Number.POSITIVE_INFINITY) continue
      await this.content.add(ready.result.ids)
      if (ready.result.bytesRead < ready.task.length) this.end = ready.task.offset + ready.result.bytesRead
    }
  }

  get complete(): boolean {
    return this.exhausted && this.taken === this.asked
  }
}

function look(fd: number): StatView {
  const view = new StatView()
  const errno = statFd(fd, view.stat)
  if (errno !== 0) throw new PosixError(errno, 'stat')
  return view
}

type Step = { task: RegionTask; done: (result: ArchiveResult) => Promise<void> } | { now: () => Promise<void> }

type Failure = Pick<PosixError, 'code' | 'errno' | 'message'>

type Open = {
  readonly file: BigFile
  readonly fd: number
  attempt: number
  reading: Reading
  /** Why it can't be read; regions that are on their way are waited for. */
  failure?: Failure
}

export class BigFiles {
  readonly #hooks: Hooks
  readonly #queue: BigFile[] = []
  /** Those that are being read, oldest first. */
  readonly #open = new Set<Open>()

  constructor(hooks: Hooks) {
    this.#hooks = hooks
  }

  add(file: BigFile): void {
    this.#queue.push(file)
  }

  /** The path (a byte string) of the one that is read the longest; undefined when none is. */
  get position(): string | undefined {
    const [oldest] = this.#open
    return oldest && pathOf(oldest.file.slot)
  }

  /** What is to be done next: a region for a lane and what to do with the answer, or something that needs no lane. */
  next(): Step | undefined {
    for (const open of this.#open) {
      if (open.reading.exhausted) continue
      const step = this.#nextRegion(open)
      if (step) return step
    }
    const file = this.#queue.shift()
    if (!file) return undefined
    const failure = this.#start(file)
    return failure ? { now: () => this.#hooks.fail(file, failure) } : this.next()
  }

  #nextRegion(open: Open): Step | undefined {
    const { reading } = open
    const region = reading.regions.next()
    if (!region.done) {
      const index = reading.asked++
      return { task: region.value, done: (result) => this.#take(open, index, region.value, result as RegionResult) }
    }
    reading.exhausted = true
    // All regions may have been answered before anybody asked for one more.
    return reading.complete ? { now: () => this.#complete(open) } : undefined
  }

  close(): void {
    for (const { fd } of this.#open) closeFd(fd)
    this.#open.clear()
  }

  #start(file: BigFile): PosixError | undefined {
    let fd = -1
    try {
      fd = openForRead(AT_FDCWD, file.path, file.owner)
      if (!isThrough(file.path) && !isEntry(fd, file.slot)) throw new PosixError(ENOENT, 'open', file.path)
      const open = { file, fd, attempt: 1, reading: new Reading(fd, this.#hooks.store) }
      this.#open.add(open)
      return undefined
    } catch (error) {
      if (fd >= 0) closeFd(fd)
      if (error instanceof PosixError) return error
      throw error
    }
  }

  async #take(open: Open, index: number, task: RegionTask, result: RegionResult): Promise<void> {
    this.#hooks.counters.bytesRead += result.bytesRead
    this.#hooks.counters.bytesDone += result.bytesRead
    await open.reading.take(index, task, result)
    if (result.failure) {
      const [errno, message] = result.failure
      open.failure ??= { errno, message, code: codeOfErrno(errno) }
      open.reading.exhausted = true
    }
    if (open.reading.complete) await this.#complete(open)
  }

  async #complete(open: Open): Promise<void> {
    try {
      if (!open.failure) return await this.#finish(open)
    } catch (error) {
      if (!(error instanceof PosixError)) throw error
      open.failure = error
    }
    this.#open.delete(open)
    closeFd(open.fd)
    await this.#hooks.fail(open.file, open.failure)
  }

  async #finish(open: Open): Promise<void> {
    const { file, fd, reading } = open
    const { before } = reading
    const stable = reading.end === Number.POSITIVE_INFINITY && sameVersion(before, look(fd))
    if (!stable && open.attempt < ATTEMPTS) {
      open.attempt++
      open.reading = new Reading(fd, this.#hooks.store)
      return
    }
    const size = Math.min(reading.end, before.size)
    const { content, contentDepth } = await reading.content.finish()
    const { xattrs, problem } = tryXattrs(fd)
    if (problem !== undefined) this.#hooks.report(file.slot, problem)
    this.#open.delete(open)
    closeFd(fd)
    const entry: Entry = {
      ...before.snapshot(),
      ...NO_DETAILS,
      size,
      name: file.slot.name,
      content,
      contentDepth,
      holes: holesBefore(reading.holes, size),
      xattrs,
      changed: !stable,
    }
    await this.#hooks.finish(file.slot, entry, file.known)
  }
}

/** Whether the open file is what its directory has under that name: the path to it may have been bent by a link. */
function isEntry(fd: number, { directory, name }: Slot): boolean {
  const opened = new Stat()
  const listed = new Stat()
  const { handle } = directory.init
  if (statFd(fd, opened) !== 0 || statAt(handle.fd, handle.prefix + name, listed) !== 0) return false
  return opened.inoLo === listed.inoLo && opened.inoHi === listed.inoHi
}

/** The holes of a file that was cut to `size` bytes. */
function holesBefore(holes: readonly number[], size: number): number[] {
  const kept: number[] = []
  for (let i = 0; i < holes.length; i += 2) {
    const offset = holes[i]!
    if (offset >= size) break
    kept.push(offset, Math.min(holes[i + 1]!, size - offset))
  }
  return kept
}
