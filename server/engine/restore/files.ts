// The files of a restore on their way through the lanes, a window at a time; while two are written the next is filled.
import { HoldfastError } from '../../contract/errors.ts'
import { ID_LENGTH } from '../crypto/chunk-id.ts'
import type { Entry } from '../tree/entry.ts'
import { contentOf } from '../tree/reader.ts'
import type { Pool } from '../workers/pool.ts'
import type { TargetDirectory } from './directory.ts'
import { UNLIKE } from './report.ts'
import type { Restore } from './restore.ts'
import { REPLACE, type RestoreResult, type RestoreTask, SHARED, WHOLE, type WriteTask } from './tasks.ts'
import { checkTask, type TargetFile, Window } from './window.ts'
import { dropShared, finishShared, openShared, writeWhole } from './write.ts'

/** Files that are read back together. */
const CHECK_FILES = 256
/** Windows in the lanes at once. */
const WINDOWS = 2

export class Files {
  readonly #restore: Restore
  readonly #pool: Pool<RestoreTask, RestoreResult>
  #window = new Window()
  /** The windows that the lanes work on, oldest first: two, so that no lane waits for the last task of one. */
  readonly #running: Promise<void>[] = []
  readonly #open = new Set<TargetFile>()
  #unchecked: TargetFile[] = []

  constructor(restore: Restore, pool: Pool<RestoreTask, RestoreResult>) {
    this.#restore = restore
    this.#pool = pool
  }

  /** Takes a file in. Waits when there is enough on its way. */
  async add(directory: TargetDirectory, entry: Entry, replace: boolean): Promise<void> {
    if (entry.content.length === 0) return this.#addEmpty(directory, entry, replace)
    const whole = entry.contentDepth === 0 && entry.content.length === ID_LENGTH && entry.holes.length === 0
    const file = this.#begin(directory, entry, whole ? (replace ? REPLACE : WHOLE) : SHARED, replace)
    try {
      await this.#addPieces(file)
    } catch (error) {
      file.failed = true
      this.#restore.report.failsWith(file.path, error)
    }
    this.#release(file)
    if (this.#window.full) await this.#next()
  }

  /** Resolves when everything is written (and read back). */
  async finish(): Promise<void> {
    await this.#next()
    await Promise.all(this.#running)
    await this.#checkComplete()
  }

  /** After a failure: waits for what is on its way and leaves nothing half-written. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#running)
    for (const file of this.#open) dropShared(file.directory.fd, { fd: file.fd, name: file.temporary })
    this.#open.clear()
  }

  /** No data at all: an empty file, or one that is a single hole. No window waits for it, so it is written here. */
  async #addEmpty(directory: TargetDirectory, entry: Entry, replace: boolean): Promise<void> {
    if (entry.size > 0 && entry.holes[1] !== entry.size) throw wrongSum(0, entry)
    const file = this.#begin(directory, entry, entry.size > 0 ? SHARED : WHOLE, replace)
    try {
      if (entry.size === 0) this.#writeEmpty(file, replace)
    } catch (error) {
      file.failed = true
      this.#restore.report.failsWith(file.path, error)
    }
    this.#release(file)
    if (this.#unchecked.length >= CHECK_FILES) await this.#checkComplete()
  }

  #writeEmpty({ directory: { fd, plain }, entry, path }: TargetFile, replace: boolean): void {
    const nothing = new Uint8Array(0)
    writeWhole(fd, entry, nothing, { replace, plain }, this.#restore.options.who, (what) =>
      this.#restore.report.differs(path, what),
    )
  }

  #begin(directory: TargetDirectory, entry: Entry, mode: number, replace: boolean): TargetFile {
    const shared = mode === SHARED ? openShared(directory.fd, entry, replace) : { fd: -1, name: '' }
    directory.hold()
    const file: TargetFile = {
      directory,
      entry,
      path: `${directory.path}/${entry.name}`,
      mode,
      fd: shared.fd,
      temporary: shared.name,
      pieces: 1,
      failed: false,
      ids: [],
      lengths: [],
    }
    if (mode === SHARED) this.#open.add(file)
    return file
  }

  async #addPieces(file: TargetFile): Promise<void> {
    const { table } = this.#restore.repository
    const { entry } = file
    const holes = [...entry.holes]
    let position = 0
    for await (const ids of entry.contentDepth === 0 ? [entry.content] : contentOf(this.#restore.load, entry)) {
      for (let i = 0; i < ids.length; i += ID_LENGTH) {
        const id = ids.subarray(i, i + ID_LENGTH)
        const at = table.find(id)
        if (!at)
          throw new HoldfastError(
            'damaged',
            'A chunk of it is in no pack of the index; "holdfast rebuild-index" looks for it',
          )
        while (holes[0] === position) position += holes.splice(0, 2)[1]!
        // What a lane makes in one go can't be taken back later, and lists of lists may name more than all disks hold.
        const sum = position + at.length
        const fits = file.mode === SHARED ? at.length > 0 && sum <= entry.size : sum === entry.size
        if (!fits) throw wrongSum(sum, entry)
        this.#window.add(file, id, at, position)
        if (this.#restore.options.verify) this.#remember(file, id, at.length)
        position += at.length
        if (file.mode === SHARED && this.#window.full) await this.#next()
      }
    }
    while (holes[0] === position) position += holes.splice(0, 2)[1]!
    if (position !== entry.size) throw wrongSum(position, entry)
  }

  #remember(file: TargetFile, id: Uint8Array, length: number): void {
    file.ids.push(id)
    file.lengths.push(length)
  }

  /** Gives the window to the lanes as soon as there is room for it. */
  async #next(): Promise<void> {
    const window = this.#window
    this.#window = new Window()
    if (this.#running.length >= WINDOWS) await this.#running.shift()
    this.#restore.check()
    if (window.empty) return
    const written = this.#write(window)
    this.#running.push(written)
    // Whoever awaits it in its turn gets the error.
    written.catch(() => undefined)
  }

  async #write(window: Window): Promise<void> {
    const tasks = [...window.tasks(this.#restore.repository.packs)]
    // All of them must have ended before anybody may close what they write to.
    const ends = await Promise.allSettled(
      tasks.map(async ({ task, files, pieces }) => this.#written(task, files, pieces, await this.#pool.run(task))),
    )
    for (const end of ends) if (end.status === 'rejected') throw end.reason
    await this.#checkComplete()
  }

  #written(_task: WriteTask, files: TargetFile[], pieces: TargetFile[], result: RestoreResult): void {
    for (const { file, code, message } of result.failures) {
      // A big file may fail in several places, but it is one file.
      if (!files[file]!.failed) this.#restore.report.fails(files[file]!.path, code, message)
      files[file]!.failed = true
    }
    for (const { file, message } of result.differences) this.#restore.report.differs(files[file]!.path, message)
    this.#restore.report.counters.bytes += result.bytes
    for (const file of pieces) this.#release(file)
  }

  /** One piece less to be written. */
  #release(file: TargetFile): void {
    if (--file.pieces > 0) return
    try {
      if (file.mode === SHARED) this.#close(file)
    } catch (error) {
      file.failed = true
      this.#restore.report.failsWith(file.path, error)
    }
    if (!file.failed) this.#restore.report.counters.files++
    this.#restore.settleLinks(file.entry, file.failed ? 'failed' : 'complete')
    if (this.#restore.options.verify && !file.failed) this.#unchecked.push(file)
    else file.directory.release()
  }

  #close(file: TargetFile): void {
    this.#open.delete(file)
    const { who } = this.#restore.options
    const shared = { fd: file.fd, name: file.temporary }
    const { fd, plain } = file.directory
    if (file.failed) dropShared(fd, shared)
    else finishShared(fd, shared, file.entry, plain, who, (what) => this.#restore.report.differs(file.path, what))
  }

  /** Reads complete files back. */
  async #checkComplete(): Promise<void> {
    const files = this.#unchecked
    this.#unchecked = []
    const groups: TargetFile[][] = []
    for (let i = 0; i < files.length; i += CHECK_FILES) groups.push(files.slice(i, i + CHECK_FILES))
    await Promise.all(groups.map(async (group) => this.#checked(group, await this.#pool.run(checkTask(group)))))
  }

  #checked(files: TargetFile[], result: RestoreResult): void {
    for (const { file, message } of result.failures)
      this.#restore.report.fails(files[file]!.path, UNLIKE, `it was restored, but read back it ${message}`)
    for (const { file, message } of result.differences)
      this.#restore.report.differs(files[file]!.path, `it was restored, but ${message}`)
    this.#restore.report.counters.verified += files.length - result.failures.length - result.differences.length
    for (const file of files) file.directory.release()
  }
}

const wrongSum = (sum: number, { size }: Entry): HoldfastError =>
  new HoldfastError('damaged', `Its chunks make ${sum} bytes, its entry says ${size}`)
