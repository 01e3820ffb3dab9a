// Walks the source: compares with the parent, has the lanes read what changed, builds the trees.
import { messageOf } from '../../contract/errors.ts'
import { namesBehind } from '../../contract/names.ts'
import { ByteWriter } from '../../lib/bytes.ts'
import { AT_FDCWD } from '../posix/at.ts'
import { codeOfErrno, errnoOf, escapePath, PosixError } from '../posix/errors.ts'
import { listDirectory } from '../posix/names.ts'
import { openForRead } from '../posix/open.ts'
import { Owners } from '../posix/owners.ts'
import { statAt, statFd } from '../posix/stat.ts'
import { type Entry, encodeEntry, encodeStat, NO_DETAILS } from '../tree/entry.ts'
import { DirectoryWriter, type OwnerNames } from '../tree/writer.ts'
import { Batch, type BatchItem } from './batch.ts'
import { BigFiles } from './big-files.ts'
import { OpenDirectory, pathOf, type Slot } from './directory.ts'
import { Handles, pathFor, pathIfThere, refuseExhaustion } from './handles.ts'
import { isStored, ParentDirectory, type RawEntry } from './parent.ts'
import { namesOf } from './roots.ts'
import type { Scouted } from './scout.ts'
import { encodeSpecial } from './special.ts'
import { StatView } from './stat.ts'
import { Tally } from './tally.ts'
import type { FilesResult } from './tasks.ts'
import type { WalkOptions } from './walk-options.ts'

/** Names looked at before results are taken in again. */
const SLICE = 2048
/** Larger files are shared between lanes. */
const SHARED_SIZE = 64 << 20
/** The walk lets timers and messages through so often at least, in milliseconds. */
const BREATH = 40

const ENOENT = errnoOf('ENOENT')

export class Walker {
  readonly tally = new Tally()
  readonly #options: WalkOptions
  readonly #stack: OpenDirectory[] = []
  readonly #handles = new Handles()
  readonly #view = new StatView()
  readonly #scratch = new ByteWriter(256)
  readonly #owners = new Owners()
  readonly #ownerNames: OwnerNames = {
    user: (uid) => this.#owners.userName(uid),
    group: (gid) => this.#owners.groupName(gid),
  }
  readonly #big: BigFiles
  /** The last names of `skip`: a look there spares putting paths together. */
  readonly #skipNames: ReadonlySet<string>
  #batch = new Batch()
  #at: OpenDirectory | undefined
  #top: Uint8Array | undefined
  #lastBreath = performance.now()

  constructor(options: WalkOptions) {
    this.#options = options
    this.#skipNames = new Set([...options.skip].map((path) => path.slice(path.lastIndexOf('/') + 1)))
    this.#big = new BigFiles({
      store: options.store,
      counters: this.tally.counters,
      finish: (slot, entry, known) => this.#finishFile(slot, entry, known),
      fail: (file, error) => this.#failFile(file, error),
      report: (slot, problem) => this.tally.report(pathOf(slot), problem),
    })
  }

  /** The path (a byte string) of a large file that is being read, else of what was looked at last. */
  get position(): string {
    return this.#big.position ?? this.#at?.position ?? ''
  }

  /** Walks everything. @returns the id of the top node */
  async run(): Promise<Uint8Array> {
    try {
      await this.#openTop()
      while (this.#top === undefined) await this.#step()
      return this.#top
    } finally {
      this.#big.close()
      this.#handles.closeAll()
    }
  }

  /** One piece of work, the most urgent first. */
  async #step(): Promise<void> {
    const { dispatcher } = this.#options
    if (performance.now() - this.#lastBreath > BREATH) await this.#breathe()
    const ready = dispatcher.next()
    if (ready) return ready()
    if (dispatcher.hasRoom) {
      const big = this.#big.next()
      if (big) return 'task' in big ? dispatcher.give(big.task, big.done) : big.now()
      if (this.#stack.length > 0) return this.#scan(this.#stack.at(-1)!)
      if (!this.#batch.empty) return this.#sendBatch()
    }
    await dispatcher.wait()
    this.#options.breathe()
    this.#lastBreath = performance.now()
  }

  async #breathe(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    this.#options.breathe()
    this.#lastBreath = performance.now()
  }

  #sendBatch(): void {
    const batch = this.#batch
    this.#batch = new Batch()
    this.#options.dispatcher.give(batch.task, (result) => this.#takeFiles(batch, result as FilesResult))
  }

  async #takeFiles(batch: Batch, result: FilesResult): Promise<void> {
    const { counters } = this.tally
    counters.bytesRead += result.bytesRead
    counters.bytesDone += result.bytes
    const directories = new Set<OpenDirectory>()
    for (const outcome of batch.outcomes(result)) {
      const { slot, known, entry, failure } = outcome
      directories.add(slot.directory)
      if (entry) this.#fill(slot, entry, known)
      else if (failure) this.#fillUnreadable(slot, failure.errno, failure.message)
      else this.#seekAgain(outcome, (moved) => this.#batch.add(moved, this.#view))
    }
    for (const [index, message] of result.withoutAttributes) this.tally.report(pathOf(batch.slotOf(index)), message)
    for (const index of result.changed) this.tally.reportChanged(pathOf(batch.slotOf(index)))
    for (const directory of directories) await this.#advance(directory)
  }

  async #finishFile(slot: Slot, entry: Entry, known: boolean): Promise<void> {
    const writer = new ByteWriter(1024)
    encodeEntry(writer, entry.name, entry, entry)
    this.#fill(slot, writer.view(), known)
    if (entry.changed) this.tally.reportChanged(pathOf(slot))
    await this.#advance(slot.directory)
  }

  async #failFile(file: BatchItem, error: Pick<PosixError, 'code' | 'errno' | 'message'>): Promise<void> {
    const { slot } = file
    if (error.code !== 'ENOENT') this.#fillUnreadable(slot, error.errno, error.message)
    else this.#seekAgain(file, (moved) => this.#big.add(moved))
    await this.#advance(slot.directory)
  }

  /** What is not there under its path was deleted, unless a folder above it was renamed. */
  #seekAgain(item: BatchItem, read: (moved: BatchItem) => void): void {
    const path = pathIfThere(item.slot, item.path, this.#view.stat)
    if (path === undefined) item.slot.dropped = true
    else read({ ...item, path })
  }

  #fill(slot: Slot, entry: Uint8Array, known: boolean): void {
    slot.entry = entry
    this.tally.read(known)
  }

  /** What can't be read is in the snapshot all the same, with the reason. */
  #fillUnreadable(slot: Slot, errno: number, message: string): void {
    refuseExhaustion({ code: codeOfErrno(errno), message })
    const { prefix, fd } = slot.directory.init.handle
    this.tally.report(pathOf(slot), message)
    if (statAt(fd, prefix + slot.name, this.#view.stat) !== 0) {
      slot.dropped = true
      return
    }
    const writer = new ByteWriter(256)
    encodeEntry(writer, slot.name, { ...this.#view.snapshot(), size: 0 }, { ...NO_DETAILS, errno })
    slot.entry = writer.view()
  }

  /** Moves ready entries on; a directory that is complete becomes an entry of the one above. */
  async #advance(from: OpenDirectory): Promise<void> {
    let directory = from
    while (await directory.drain()) {
      const { slot, handle } = directory.init
      const subtree = await directory.init.writer.finish()
      this.#handles.close(handle)
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
    const { trie, parentTree, matcher } = this.#options
    const fd = openForRead(AT_FDCWD, '/', 0)
    const errno = statFd(fd, this.#view.stat)
    if (errno !== 0) throw new PosixError(errno, 'stat', '/')
    const handle = this.#handles.own(fd)
    if (!trie) this.#options.scout?.begin(handle, '.', { path: '', relative: '', owner: 0, size: 0 })
    this.#push({
      path: '',
      depth: 0,
      handle,
      names: trie ? namesOf(trie) : listDirectory(fd).names,
      stat: this.#view.snapshot(),
      xattrs: [],
      scouted: undefined,
      slot: undefined,
      parent: parentTree && this.#parentAt('', parentTree),
      trie: trie ?? undefined,
      matcher: trie ? undefined : matcher,
      relative: '',
    })
  }

  /** A directory of the parent, unless its tree is unknown. */
  #parentAt(path: string, subtree: Uint8Array): ParentDirectory | undefined {
    if (subtree.length === 0) return undefined
    const notice = (error: unknown): void =>
      this.#options.onNotice(
        `The last backup of a folder can't be read, so its files are read anew.${namesBehind.path}${escapePath(path) || '/'}: ${messageOf(error)}`,
      )
    return new ParentDirectory(this.#options.load, subtree, notice)
  }

  #push(init: Omit<OpenDirectory['init'], 'writer'>): OpenDirectory {
    const directory = new OpenDirectory({ ...init, writer: new DirectoryWriter(this.#options.store, this.#ownerNames) })
    this.#stack.push(directory)
    this.tally.counters.directories++
    return directory
  }

  /** Looks at the next names of a directory, until one leads further down, a batch is full, or a slice is done. */
  async #scan(directory: OpenDirectory): Promise<void> {
    const { names, parent } = directory.init
    this.#at = directory
    for (let slice = 0; slice < SLICE && !directory.scanned; slice++) {
      const name = names.at(directory.next++)!
      while (parent?.needsLeaf(name)) await parent.nextLeaf()
      const below = this.#look(directory, name, parent?.find(name))
      if (below && (await below) === true) return
      if (this.#batch.full) {
        this.#sendBatch()
        if (!this.#options.dispatcher.hasRoom) break
      }
    }
    if (directory.scanned) this.#stack.pop()
    await this.#advance(directory)
  }

  /** One name, the last that was taken. @returns (true when a directory was opened, which comes first now), or nothing for what is no directory */
  #look(directory: OpenDirectory, name: string, raw: RawEntry | undefined): Promise<unknown> | undefined {
    const { init } = directory
    const { fd, prefix } = init.handle
    const view = this.#view
    const errno = init.scouted?.look(directory.next - 1, view.stat) ? 0 : statAt(fd, prefix + name, view.stat)
    if (errno !== 0) {
      const { code, message } = new PosixError(errno, 'stat', name)
      refuseExhaustion({ code, message })
      // What is gone between the listing and the look was deleted: no error, but for a root.
      if (errno !== ENOENT || init.trie) this.tally.report(`${init.path}/${name}`, message)
      return
    }
    const isDirectory = view.type === 'directory'
    if (this.#isExcluded(directory, name, isDirectory)) return
    if (isDirectory) return this.#openDirectory(directory, name, raw)
    if (init.trie?.get(name))
      this.tally.report(
        `${init.path}/${name}`,
        'is no directory, so what was asked for below it is not in the snapshot',
      )
    const known = raw !== undefined && raw.type === view.type
    if (view.type === 'file') {
      directory.files++
      directory.bytes += view.size
      this.tally.counters.bytes += view.size
    } else {
      this.tally.counters.others++
    }
    if (known && this.#unchanged(raw)) return this.#keep(directory, name, raw)
    if (view.type === 'file') this.#read(directory, name, known)
    else return this.#describe(directory, name)
    return
  }

  #isExcluded(directory: OpenDirectory, name: string, isDirectory: boolean): boolean {
    const { matcher, relative, path } = directory.init
    if (matcher && matcher.match(relative + name, isDirectory) === 'exclude') return true
    return this.#skipNames.has(name) && this.#options.skip.has(`${path}/${name}`)
  }

  readonly #has = (id: Uint8Array): boolean => this.#options.table.find(id) !== undefined

  /** Whether the parent's entry still tells the truth about what the view shows, and what it names is still in the repository. */
  #unchanged(raw: RawEntry): boolean {
    if (raw.doubtful || this.#view.ctimeSec >= this.#options.trustBefore) return false
    encodeStat(this.#scratch.reset(), this.#view)
    return raw.hasStat(this.#scratch.view()) && raw.relies(this.#has, this.#scratch.length)
  }

  #keep(directory: OpenDirectory, name: string, raw: RawEntry): Promise<void> | undefined {
    const { uid, gid, type, size } = this.#view
    if (raw.indirect) {
      this.#keepLong(directory, name, raw.decode(), raw.bytes)
      return undefined
    }
    if (type === 'file') this.tally.unmodified(size)
    return directory.ready(name, uid, gid, raw.bytes)
  }

  /** A file whose chunks are named in content lists: those have to be read to know whether all is still there. */
  #keepLong(directory: OpenDirectory, name: string, entry: Entry, bytes: Uint8Array): void {
    const slot = directory.newSlot(name, entry.uid, entry.gid)
    this.#options.dispatcher.later(async () => {
      if (await isStored(this.#options.load, this.#has, entry)) {
        slot.entry = bytes
        this.tally.unmodified(entry.size)
        await this.#advance(directory)
      } else {
        this.#big.add({ slot, path: pathFor(directory, name), owner: entry.uid, known: true })
      }
    })
  }

  #read(directory: OpenDirectory, name: string, known: boolean): void {
    const view = this.#view
    const slot = directory.newSlot(name, view.uid, view.gid)
    const path = pathFor(directory, name)
    const sparse = view.size >= SHARED_SIZE / 1024 && view.stat.blocks * 512 < view.size
    if (view.size > SHARED_SIZE || sparse) {
      this.#big.add({ slot, path, owner: view.uid, known })
      return
    }
    this.#batch.add({ slot, path, owner: view.uid, known }, view)
  }

  /** Links, devices, pipes and sockets: all that there is to them is metadata. */
  #describe(directory: OpenDirectory, name: string): Promise<void> | undefined {
    const { fd, prefix } = directory.init.handle
    const { uid, gid } = this.#view
    try {
      return directory.ready(name, uid, gid, encodeSpecial(fd, prefix + name, name, this.#view))
    } catch (error) {
      if (!(error instanceof PosixError)) throw error
      if (error.code !== 'ENOENT') this.#fillUnreadable(directory.newSlot(name, uid, gid), error.errno, error.message)
      return undefined
    }
  }

  async #openDirectory(up: OpenDirectory, name: string, raw: RawEntry | undefined): Promise<boolean> {
    const stat = this.#view.snapshot()
    const { init } = up
    const path = `${init.path}/${name}`
    const trie = init.trie?.get(name) ?? undefined
    const slot = up.newSlot(name, stat.uid, stat.gid)
    const parentEntry = raw?.type === 'directory' ? raw.decode() : undefined
    const common = {
      path,
      depth: init.depth + 1,
      stat,
      slot,
      parent: parentEntry && this.#parentAt(path, parentEntry.subtree),
      trie,
      matcher: trie ? undefined : this.#options.matcher,
      relative: init.trie ? '' : `${init.relative}${name}/`,
    }
    const scouted = trie ? undefined : await this.#scouted(up, name, path, common.relative)
    try {
      const { handle, xattrs, names, problem } = trie
        ? this.#handles.passage(init.handle, name)
        : this.#handles.directory(init.handle, name, init.depth, stat.uid, scouted)
      if (problem) this.tally.report(path, problem)
      this.#push({ ...common, handle, xattrs, names: trie ? namesOf(trie) : names, scouted })
      return true
    } catch (error) {
      if (!(error instanceof PosixError)) throw error
      if (error.code === 'ENOENT') {
        slot.dropped = true
        return false
      }
      refuseExhaustion(error)
      this.tally.report(path, error.message)
      const closed = this.#push({
        ...common,
        handle: { fd: -1, prefix: '', owned: false },
        xattrs: [],
        names: [],
        scouted,
      })
      closed.errno = error.errno
      return true
    }
  }

  /** What the scout has of the directory that the view shows. It begins at each root. */
  async #scouted(up: OpenDirectory, name: string, path: string, relative: string): Promise<Scouted | undefined> {
    const { scout } = this.#options
    const { uid: owner, size } = this.#view.stat
    if (up.init.trie) scout?.begin(up.init.handle, name, { path, relative, owner, size })
    return scout?.take(path)
  }
}
