// The coordinator of a backup: walks the source, tells what changed, gives files to the lanes and builds the trees. It reads no file data.
import { fstatSync } from 'node:fs'
import { HoldfastError } from '../../contract/errors.ts'
import { ByteWriter } from '../../lib/bytes.ts'
import { AT_FDCWD, closeFd, readlinkAt } from '../posix/at.ts'
import { PosixError } from '../posix/errors.ts'
import { listDirectory, NameList } from '../posix/names.ts'
import { openForRead } from '../posix/open.ts'
import { Owners } from '../posix/owners.ts'
import { statAt, statFd } from '../posix/stat.ts'
import { readXattrs, readXattrsAt } from '../posix/xattr.ts'
import type { SourceError } from '../repository/snapshot.ts'
import type { Matcher } from '../select/matcher.ts'
import { type Entry, encodeEntry, encodeStat, NO_DETAILS } from '../tree/entry.ts'
import type { LoadMeta } from '../tree/reader.ts'
import { DirectoryWriter, type OwnerNames, type StoreMeta } from '../tree/writer.ts'
import type { Pool } from '../workers/pool.ts'
import { BigFiles } from './big-files.ts'
import { type Handle, OpenDirectory, type Slot } from './directory.ts'
import { decodeRaw, ParentDirectory, type RawEntry, sameStat } from './parent.ts'
import type { Trie } from './roots.ts'
import { StatView } from './stat.ts'
import type { ArchiveResult, ArchiveTask, FilesResult } from './tasks.ts'

/** Counted as the walk goes; `files*` and `bytes*` as in BackupStatistics. */
export type Counters = {
  filesNew: number
  filesChanged: number
  filesUnmodified: number
  directories: number
  others: number
  bytes: number
  bytesRead: number
  /** Bytes of files that are done with, read or not. */
  bytesDone: number
}

export type WalkOptions = {
  readonly roots: readonly string[]
  readonly trie: Trie | null
  readonly matcher: Matcher | undefined
  /** Absolute paths that are left out with all that is below: the repository itself. */
  readonly skip: ReadonlySet<string>
  /** The top node of the parent's tree. */
  readonly parentTree: Uint8Array | undefined
  /** From this second on (since 1970) a ctime of the parent's proves nothing: the file may have changed again within it. */
  readonly trustBefore: number
  readonly store: StoreMeta
  readonly load: LoadMeta
  readonly pool: Pool<ArchiveTask, ArchiveResult>
  /** Called between steps: throws to stop, grows the chunk table. */
  readonly breathe: () => void
}

/** A batch of files for a lane is closed at either. */
const BATCH_FILES = 256
const BATCH_BYTES = 2 << 20
/** Tasks that wait in each lane, so that it never idles while the walk goes on. */
const LANE_QUEUE = 3
/** Names looked at before results are taken in again. */
const SLICE = 2048
/** Larger files are shared between lanes. */
const SHARED_SIZE = 64 << 20
/** Directories nested deeper are reached through the descriptor of one above, for descriptors are limited. */
const OWN_HANDLES = 256
/** A path may have 4,095 bytes. */
const LONGEST_PATH = 4000
/** A directory whose own size is above this is kept as packed names. */
const HUGE_DIRECTORY = 1 << 20
/** The walk lets timers and messages through so often at least, in milliseconds. */
const BREATH = 40
const LISTED_ERRORS = 1000

type Batch = { paths: string[]; owners: number[]; slots: Slot[]; known: boolean[]; bytes: number }
const newBatch = (): Batch => ({ paths: [], owners: [], slots: [], known: [], bytes: 0 })

export class Walker {
  readonly counters: Counters = {
    filesNew: 0,
    filesChanged: 0,
    filesUnmodified: 0,
    directories: 0,
    others: 0,
    bytes: 0,
    bytesRead: 0,
    bytesDone: 0,
  }
  readonly errors: SourceError[] = []
  errorsOmitted = 0
  readonly #options: WalkOptions
  readonly #stack: OpenDirectory[] = []
  readonly #view = new StatView()
  readonly #scratch = new ByteWriter(256)
  readonly #owners = new Owners()
  readonly #ownerNames: OwnerNames = {
    user: (uid) => this.#owners.userName(uid),
    group: (gid) => this.#owners.groupName(gid),
  }
  readonly #big: BigFiles
  #batch = newBatch()
  /** Results and other work that waits for its turn: everything that builds trees runs one after the other. */
  readonly #ready: (() => Promise<void>)[] = []
  #wake: (() => void) | undefined
  #inFlight = 0
  #failure: unknown
  #top: Uint8Array | undefined
  #lastBreath = performance.now()

  constructor(options: WalkOptions) {
    this.#options = options
    this.#big = new BigFiles({
      store: options.store,
      counters: this.counters,
      finish: (slot, entry, known) => this.#finishFile(slot, entry, known),
      fail: (slot, path, error) => this.#failFile(slot, path, error),
    })
  }

  /** Walks everything. @returns the id of the top node */
  async run(): Promise<Uint8Array> {
    try {
      await this.#openTop()
      while (this.#top === undefined) await this.#step()
      return this.#top
    } finally {
      this.#big.close()
    }
  }

  /** One piece of work, the most urgent first. */
  async #step(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    if (performance.now() - this.#lastBreath > BREATH) await this.#breathe()
    const ready = this.#ready.shift()
    if (ready) return ready()
    if (this.#options.pool.load < LANE_QUEUE) {
      const region = this.#big.next()
      if (region) return 'task' in region ? this.#dispatch(region.task, region.done) : region.now()
      if (this.#stack.length > 0) return this.#scan(this.#stack.at(-1)!)
      if (this.#batch.paths.length > 0) return this.#sendBatch()
    }
    await this.#sleep()
  }

  async #breathe(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    this.#options.breathe()
    this.#lastBreath = performance.now()
  }

  async #sleep(): Promise<void> {
    if (this.#inFlight === 0) throw new HoldfastError('internal', 'The backup has nothing to wait for')
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
    this.#options.breathe()
    this.#lastBreath = performance.now()
  }

  /** Gives a task to a lane; `done` runs in its turn when the answer is there. */
  #dispatch(task: ArchiveTask, done: (result: ArchiveResult) => Promise<void>): void {
    this.#inFlight++
    this.#options.pool
      .run(task)
      .then((result) => {
        this.#ready.push(() => done(result))
      })
      .catch((error: unknown) => {
        this.#failure ??= error
      })
      .finally(() => {
        this.#inFlight--
        this.#wake?.()
      })
  }

  #sendBatch(): void {
    const batch = this.#batch
    this.#batch = newBatch()
    this.#dispatch({ kind: 'files', paths: batch.paths, owners: batch.owners }, (result) =>
      this.#takeFiles(batch, result as FilesResult),
    )
  }

  async #takeFiles(batch: Batch, result: FilesResult): Promise<void> {
    const { counters } = this
    counters.bytesRead += result.bytesRead
    counters.bytesDone += result.bytes
    const failures = new Map(result.failures.map(([index, errno, message]) => [index, { errno, message }]))
    const directories = new Set<OpenDirectory>()
    let at = 0
    for (const [i, slot] of batch.slots.entries()) {
      const length = result.lengths[i]!
      const failure = failures.get(i)
      directories.add(slot.directory)
      if (length > 0) {
        this.#fill(slot, Buffer.from(result.entries.buffer, result.entries.byteOffset + at, length), batch.known[i]!)
      } else if (failure) {
        this.#fillUnreadable(slot, batch.paths[i]!, failure.errno, failure.message)
      } else {
        slot.dropped = true
      }
      at += length
    }
    for (const i of result.changed)
      this.#report(batch.paths[i]!, 'changed while it was read; what was read is kept and flagged')
    for (const directory of directories) await this.#advance(directory)
  }

  async #finishFile(slot: Slot, entry: Entry, known: boolean): Promise<void> {
    const writer = new ByteWriter(1024)
    encodeEntry(writer, entry)
    this.#fill(slot, writer.view(), known)
    if (entry.changed) this.#report(pathOf(slot), 'changed while it was read; what was read is kept and flagged')
    await this.#advance(slot.directory)
  }

  async #failFile(slot: Slot, path: string, error: PosixError): Promise<void> {
    if (error.code === 'ENOENT') slot.dropped = true
    else this.#fillUnreadable(slot, path, error.errno, error.message)
    await this.#advance(slot.directory)
  }

  #fill(slot: Slot, entry: Uint8Array, known: boolean): void {
    slot.entry = entry
    if (known) this.counters.filesChanged++
    else this.counters.filesNew++
  }

  /** What can't be read is in the snapshot all the same, with the reason. */
  #fillUnreadable(slot: Slot, path: string, errno: number, message: string): void {
    const { prefix, fd } = slot.directory.init.handle
    this.#report(path, message)
    if (statAt(fd, prefix + slot.name, this.#view.stat) !== 0) {
      slot.dropped = true
      return
    }
    const writer = new ByteWriter(256)
    encodeEntry(writer, { ...this.#view.snapshot(), ...NO_DETAILS, size: 0, name: slot.name, errno })
    slot.entry = writer.view()
  }

  #report(path: string, error: string): void {
    if (this.errors.length < LISTED_ERRORS) this.errors.push({ path, error })
    else this.errorsOmitted++
  }

  /** Moves ready entries on; a directory that is complete becomes an entry of the one above. */
  async #advance(from: OpenDirectory): Promise<void> {
    let directory = from
    while (await directory.drain()) {
      const { slot, handle } = directory.init
      const subtree = await directory.init.writer.finish()
      if (handle.owned) closeFd(handle.fd)
      if (!slot) {
        this.#top = subtree
        return
      }
      slot.entry = directory.encode(subtree)
      slot.directory.files += directory.files
      slot.directory.bytes += directory.bytes
      directory = slot.directory
    }
  }

  async #openTop(): Promise<void> {
    const { trie, parentTree, load, matcher } = this.#options
    const fd = openForRead(AT_FDCWD, '/', 0)
    this.#stat(fd, '')
    this.#push({
      path: '',
      depth: 0,
      handle: { fd, prefix: '', owned: true },
      names: trie ? namesOf(trie) : listDirectory(fd).names,
      stat: this.#view.snapshot(),
      xattrs: [],
      slot: undefined,
      parent: parentTree && new ParentDirectory(load, parentTree),
      trie: trie ?? undefined,
      matcher: trie ? undefined : matcher,
      relative: '',
    })
  }

  #stat(fd: number, name: string): void {
    const errno = name === '' ? statFd(fd, this.#view.stat) : statAt(fd, name, this.#view.stat)
    if (errno !== 0) throw new PosixError(errno, 'stat', name)
  }

  #push(init: Omit<OpenDirectory['init'], 'writer'>): OpenDirectory {
    const directory = new OpenDirectory({ ...init, writer: new DirectoryWriter(this.#options.store, this.#ownerNames) })
    this.#stack.push(directory)
    this.counters.directories++
    return directory
  }

  /** Looks at the next names of a directory, until one leads further down, a batch is full, or a slice is done. */
  async #scan(directory: OpenDirectory): Promise<void> {
    const { names, parent } = directory.init
    for (let slice = 0; slice < SLICE && !directory.scanned; slice++) {
      const name = names.at(directory.next++)!
      while (parent?.needsLeaf(name)) await parent.nextLeaf()
      if (this.#look(directory, name, parent?.find(name))) return
      if (this.#batch.paths.length >= BATCH_FILES || this.#batch.bytes >= BATCH_BYTES) {
        this.#sendBatch()
        if (this.#options.pool.load >= LANE_QUEUE) break
      }
    }
    if (directory.scanned) this.#stack.pop()
    await this.#advance(directory)
  }

  /** One name. @returns true when a directory was opened, which comes first now */
  #look(directory: OpenDirectory, name: string, raw: RawEntry | undefined): boolean {
    const { init } = directory
    const { fd, prefix } = init.handle
    const view = this.#view
    // What is gone between the listing and the look was deleted: no error.
    if (statAt(fd, prefix + name, view.stat) !== 0) return false
    const isDirectory = view.type === 'directory'
    if (this.#isExcluded(directory, name, isDirectory)) return false
    if (isDirectory) return this.#openDirectory(directory, name, raw)
    const known = raw !== undefined && raw.type === view.type
    if (view.type === 'file') {
      directory.files++
      directory.bytes += view.size
      this.counters.bytes += view.size
    } else {
      this.counters.others++
    }
    if (known && this.#unchanged(raw)) this.#keep(directory, name, raw)
    else if (view.type === 'file') this.#read(directory, name, known)
    else this.#describe(directory, name)
    return false
  }

  #isExcluded(directory: OpenDirectory, name: string, isDirectory: boolean): boolean {
    const { matcher, relative, path } = directory.init
    if (matcher && matcher.match(relative + name, isDirectory) === 'exclude') return true
    return this.#options.skip.size > 0 && this.#options.skip.has(`${path}/${name}`)
  }

  /** Whether the parent's entry still tells the truth about what the view shows. */
  #unchanged(raw: RawEntry): boolean {
    if (raw.doubtful || this.#view.ctimeSec >= this.#options.trustBefore) return false
    encodeStat(this.#scratch.reset(), this.#view)
    return sameStat(raw, this.#scratch.view())
  }

  #keep(directory: OpenDirectory, name: string, raw: RawEntry): void {
    const { uid, gid, type, size } = this.#view
    directory.ready(name, uid, gid, raw.bytes)
    if (type !== 'file') return
    this.counters.filesUnmodified++
    this.counters.bytesDone += size
  }

  #read(directory: OpenDirectory, name: string, known: boolean): void {
    const view = this.#view
    const slot = directory.newSlot(name, view.uid, view.gid)
    const path = this.#pathFor(directory, name)
    const sparse = view.size >= SHARED_SIZE / 1024 && view.stat.blocks * 512 < view.size
    if (view.size > SHARED_SIZE || sparse) {
      this.#big.add({ slot, path, owner: view.uid, known })
      return
    }
    const batch = this.#batch
    batch.paths.push(path)
    batch.owners.push(view.uid)
    batch.slots.push(slot)
    batch.known.push(known)
    batch.bytes += view.size
  }

  /** A path that a lane can open: the plain one, or when that is too long, one through the descriptor that is open here. */
  #pathFor(directory: OpenDirectory, name: string): string {
    const { path, handle } = directory.init
    return path.length + name.length < LONGEST_PATH
      ? `${path}/${name}`
      : `/proc/self/fd/${handle.fd}/${handle.prefix}${name}`
  }

  /** Links, devices, pipes and sockets: all that there is to them is metadata. */
  #describe(directory: OpenDirectory, name: string): void {
    const { fd, prefix } = directory.init.handle
    const { stat } = this.#view
    const entry = { ...this.#view.snapshot(), ...NO_DETAILS, name }
    try {
      const writer = new ByteWriter(256)
      encodeEntry(writer, {
        ...entry,
        target: entry.type === 'symlink' ? readlinkAt(fd, prefix + name) : '',
        deviceMajor: stat.rdevMajor,
        deviceMinor: stat.rdevMinor,
        xattrs: readXattrsAt(fd, prefix + name),
      })
      directory.ready(name, entry.uid, entry.gid, writer.view())
    } catch (error) {
      if (!(error instanceof PosixError)) throw error
      if (error.code !== 'ENOENT')
        this.#fillUnreadable(
          directory.newSlot(name, entry.uid, entry.gid),
          `${directory.init.path}/${name}`,
          error.errno,
          error.message,
        )
    }
  }

  #openDirectory(up: OpenDirectory, name: string, raw: RawEntry | undefined): boolean {
    const stat = this.#view.snapshot()
    const { init } = up
    const path = `${init.path}/${name}`
    const trie = init.trie?.get(name) ?? undefined
    const slot = up.newSlot(name, stat.uid, stat.gid)
    const parentEntry = raw?.type === 'directory' ? decodeRaw(raw) : undefined
    const common = {
      path,
      depth: init.depth + 1,
      stat,
      slot,
      parent:
        parentEntry && parentEntry.subtree.length > 0
          ? new ParentDirectory(this.#options.load, parentEntry.subtree)
          : undefined,
      trie,
      matcher: trie ? undefined : this.#options.matcher,
      relative: init.trie ? '' : `${init.relative}${name}/`,
    }
    let handle: Handle | undefined
    try {
      const opened = this.#openHandle(init.handle, name, init.depth, stat.uid)
      handle = opened.handle
      const { xattrs, names } = opened
      this.#push({ ...common, handle, xattrs, names: trie ? namesOf(trie) : names })
      return true
    } catch (error) {
      if (!(error instanceof PosixError)) throw error
      if (error.code === 'ENOENT') {
        slot.dropped = true
        return false
      }
      this.#report(path, error.message)
      const closed = this.#push({ ...common, handle: { fd: -1, prefix: '', owned: false }, xattrs: [], names: [] })
      closed.errno = error.errno
      return true
    }
  }

  /** Opens and lists a directory; keeps the descriptor unless too many would be open. */
  #openHandle(up: Handle, name: string, depth: number, owner: number) {
    const fd = openForRead(up.fd, up.prefix + name, owner)
    try {
      const xattrs = readXattrs(fd)
      const names = fstatSync(fd).size > HUGE_DIRECTORY ? NameList.read(fd) : listDirectory(fd).names
      const owned = depth < OWN_HANDLES || up.prefix.length + name.length > LONGEST_PATH / 2
      if (owned) return { handle: { fd, prefix: '', owned }, xattrs, names }
      closeFd(fd)
      return { handle: { fd: up.fd, prefix: `${up.prefix}${name}/`, owned }, xattrs, names }
    } catch (error) {
      closeFd(fd)
      throw error
    }
  }
}

const namesOf = (trie: Trie): string[] => [...trie.keys()].sort()
const pathOf = (slot: Slot): string => `${slot.directory.init.path}/${slot.name}`
