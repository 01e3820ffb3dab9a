// Restores a snapshot or a part of it: walks its tree, makes directories and special files, has the lanes write the files pack by pack.
import { mkdirSync } from 'node:fs'
import { codeOf, HoldfastError, messageOf } from '../../contract/errors.ts'
import { META } from '../crypto/chunk-id.ts'
import { closeFd } from '../posix/at.ts'
import { escapePath, PosixError } from '../posix/errors.ts'
import { fspath } from '../posix/libc.ts'
import { openDirDeep } from '../posix/open.ts'
import type { Repository } from '../repository/repository.ts'
import type { StoredSnapshot } from '../repository/snapshot.ts'
import { compileInclude, type Include } from '../select/include.ts'
import type { Entry } from '../tree/entry.ts'
import { lookUp, type OwnedEntry, readDirectory } from '../tree/reader.ts'
import { Pool } from '../workers/pool.ts'
import { type Decision, decide, type Overwrite } from './decide.ts'
import { type DirectoryContext, TargetDirectory } from './directory.ts'
import { Files } from './files.ts'
import { HardLinks, type Link } from './hard-links.ts'
import type { Restorer } from './metadata.ts'
import type { RestoreInit, RestoreResult, RestoreTask } from './tasks.ts'
import { makeSpecial } from './write.ts'

export type RestoreOptions = {
  /** Of the snapshot, a byte string like "/home/a" or "" for all. */
  readonly path: string
  /** A byte string; made if it isn't there. */
  readonly target: string
  /** Patterns with gitignore semantics, relative to the top of the snapshot; empty: everything. */
  readonly includes: readonly string[]
  readonly overwrite: Overwrite
  readonly dryRun: boolean
  /** Read every restored file back and compare it. */
  readonly verify: boolean
  readonly threads: number
  readonly who: Restorer
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((counters: Readonly<RestoreCounters>) => void) | undefined
  /** Called for everything that is done, or in a dry run would be. */
  readonly onStep?: ((step: RestoreStep) => void) | undefined
}

export type RestoreStep = { readonly path: string; readonly type: Entry['type']; readonly size: number } & (
  | Decision
  | { readonly action: 'link'; readonly reason: string }
)

export type RestoreCounters = {
  files: number
  directories: number
  links: number
  others: number
  /** Left as they were. */
  kept: number
  /** Bytes of files written, or kept. */
  bytes: number
  /** Files read back and found right. */
  verified: number
  bytesTotal: number
}

/** Something that is not as it should be, at a path (byte string) below the target. */
export type RestoreProblem = { readonly path: string; readonly message: string }

export type RestoreOutcome = {
  readonly counters: Readonly<RestoreCounters>
  /** Not restored, or wrong. `damaged`: at least one because of the repository. */
  readonly failures: readonly RestoreProblem[]
  readonly damaged: boolean
  /** Restored, but for metadata that could not be set. */
  readonly differences: readonly RestoreProblem[]
  readonly omitted: number
}

type Level = {
  readonly entries: AsyncIterator<OwnedEntry>
  readonly directory: TargetDirectory
  /** From the top of the snapshot, ending in "/" unless empty. */
  readonly relative: string
}

const LISTED = 1000

/**
 * @throws `not_found` when the snapshot has no such path, `no_space`, `interrupted` (a second run with if-changed goes on); single files that
 * fail are in the outcome
 */
export async function restore(
  repository: Repository,
  snapshot: StoredSnapshot,
  options: RestoreOptions,
): Promise<RestoreOutcome> {
  await repository.loadIndex()
  return new Restore(repository, snapshot, options).run()
}

export class Restore {
  readonly repository: Repository
  readonly options: RestoreOptions
  readonly counters: RestoreCounters = {
    files: 0,
    directories: 0,
    links: 0,
    others: 0,
    kept: 0,
    bytes: 0,
    verified: 0,
    bytesTotal: 0,
  }
  readonly links = new HardLinks()
  readonly #snapshot: StoredSnapshot
  readonly #include: Include | undefined
  readonly #failures: RestoreProblem[] = []
  readonly #differences: RestoreProblem[] = []
  #omitted = 0
  #damaged = false
  /** Ends everything: a full disk fails for every file alike. */
  #fatal: unknown
  #rootFd = -1

  constructor(repository: Repository, snapshot: StoredSnapshot, options: RestoreOptions) {
    this.repository = repository
    this.options = options
    this.#snapshot = snapshot
    this.#include = options.includes.length > 0 ? compileInclude([...options.includes]) : undefined
  }

  async run(): Promise<RestoreOutcome> {
    const { dryRun, target, overwrite, who } = this.options
    const selection = await this.#select()
    this.#rootFd = openTarget(target, dryRun)
    const context: DirectoryContext = {
      who,
      dryRun,
      replace: overwrite === 'always',
      keepExisting: overwrite === 'never',
      onDifference: (path, what) => this.differs(path, what),
    }
    const root = TargetDirectory.root(context, this.#rootFd)
    const pool = this.#openPool()
    const files = new Files(this, pool)
    try {
      await this.#walk(root, context, selection, files)
      await files.finish()
      root.release()
    } finally {
      await files.settle()
      await pool.close()
      if (this.#rootFd >= 0) closeFd(this.#rootFd)
    }
    const { counters } = this
    return {
      counters,
      failures: this.#failures,
      damaged: this.#damaged,
      differences: this.#differences,
      omitted: this.#omitted,
    }
  }

  readonly load = (id: Uint8Array): Promise<Buffer> => this.repository.readChunk(META, id)

  /** Something at this place is wrong or missing. */
  fails(path: string, code: string, message: string): void {
    if (code === 'damaged' || code === 'not_found') this.#damaged = true
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      this.#fatal ??= new HoldfastError(
        'no_space',
        `The target is full: ${message}. Free some space and run the same again: what is complete is kept`,
      )
    }
    this.#list(this.#failures, { path, message })
  }

  failsWith(path: string, error: unknown): void {
    this.fails(path, error instanceof PosixError ? error.code : codeOf(error), messageOf(error))
  }

  differs(path: string, message: string): void {
    this.#list(this.#differences, { path, message })
  }

  /** @throws when there is no sense in going on */
  check(): void {
    if (this.#fatal !== undefined) throw this.#fatal
    if (this.options.signal?.aborted) {
      throw new HoldfastError(
        'interrupted',
        'The restore was interrupted; run the same again and it goes on (files that are complete are kept)',
      )
    }
    this.options.onProgress?.(this.counters)
  }

  step(step: RestoreStep): void {
    this.options.onStep?.(step)
  }

  /** A file's fate is known: links to it can be made, or can't. */
  settleLinks(entry: Entry, state: 'complete' | 'failed'): void {
    for (const link of this.links.settle(entry, state)) {
      if (state === 'complete') this.#link(link)
      else this.#failLink(link)
      link.directory.release()
    }
  }

  #list(list: RestoreProblem[], problem: RestoreProblem): void {
    if (list.length < LISTED) list.push(problem)
    else this.#omitted++
  }

  #openPool(): Pool<RestoreTask, RestoreResult> {
    const { repository, options } = this
    const init: RestoreInit = { material: repository.keyring.material, ...options.who }
    const threads = options.dryRun ? 0 : options.threads
    return new Pool({ kind: 'restore', init, threads, storage: repository.storage, ref: repository.ref })
  }

  /** The way down to what was asked for. */
  async #select(): Promise<OwnedEntry[]> {
    const found: OwnedEntry[] = []
    let node: Uint8Array = Buffer.from(this.#snapshot.tree, 'hex')
    for (const name of this.options.path.split('/').filter((part) => part !== '')) {
      const last = found.at(-1)
      const next = last && last.entry.type !== 'directory' ? undefined : await lookUp(this.load, node, name)
      if (!next)
        throw new HoldfastError(
          'not_found',
          `Snapshot ${this.#snapshot.id.slice(0, 8)} has no ${escapePath(this.options.path)}`,
        )
      found.push(next)
      node = next.entry.subtree
    }
    const entry = found.at(-1)?.entry
    this.counters.bytesTotal = entry
      ? entry.type === 'directory'
        ? entry.bytesBelow
        : entry.size
      : this.#snapshot.statistics.bytes
    return found
  }

  async #walk(
    root: TargetDirectory,
    context: DirectoryContext,
    selection: readonly OwnedEntry[],
    files: Files,
  ): Promise<void> {
    const last = selection.at(-1)
    const stack: Level[] = []
    let directory = root
    for (const { entry } of selection.slice(0, -1)) {
      const below = new TargetDirectory(context, directory, entry, true)
      if (directory !== root) directory.release()
      directory = below
    }
    const entries = last ? only(last) : readDirectory(this.load, Buffer.from(this.#snapshot.tree, 'hex'))
    stack.push({
      entries,
      directory,
      relative: last
        ? selection
            .slice(0, -1)
            .map((s) => `${s.entry.name}/`)
            .join('')
        : '',
    })
    root.hold()
    for (let level = stack.at(-1); level; level = stack.at(-1)) {
      this.check()
      const next = await level.entries.next()
      if (!next.done) {
        const below = await this.#entry(level, next.value.entry, context, files)
        if (below) stack.push(below)
        continue
      }
      stack.pop()
      level.directory.release()
    }
  }

  /** One entry. @returns the level below, for a directory that is to be entered */
  async #entry(level: Level, entry: Entry, context: DirectoryContext, files: Files): Promise<Level | undefined> {
    const relative = `${level.relative}${entry.name}`
    const isDirectory = entry.type === 'directory'
    const wanted = this.#include ? this.#include.wants(relative, isDirectory) : 'yes'
    if (wanted === 'no') return undefined
    try {
      if (isDirectory) return this.#enter(level, entry, context, `${relative}/`, wanted === 'yes')
      await this.#leaf(level.directory, entry, files)
    } catch (error) {
      if (codeOf(error) === 'interrupted' || error === this.#fatal) throw error
      this.failsWith(`${level.directory.path}/${entry.name}`, error)
    }
    return undefined
  }

  #enter(level: Level, entry: Entry, context: DirectoryContext, relative: string, wanted: boolean): Level {
    const directory = new TargetDirectory(context, level.directory, entry, !wanted)
    try {
      // What is only passed through is made when something comes that is wanted.
      if (wanted) this.#makeDirectory(directory, entry)
    } catch (error) {
      directory.release()
      throw error
    }
    if (entry.errno !== 0) this.differs(directory.path, 'could not be read when the snapshot was made')
    return { entries: readDirectory(this.load, entry.subtree)[Symbol.asyncIterator](), directory, relative }
  }

  #makeDirectory(directory: TargetDirectory, entry: Entry): void {
    this.counters.directories++
    const there = directory.make()
    const decision: Decision = there
      ? { action: 'keep', reason: 'the directory is there' }
      : { action: 'create', reason: 'it is not there' }
    this.step({ path: directory.path, type: entry.type, size: 0, ...decision })
  }

  async #leaf(directory: TargetDirectory, entry: Entry, files: Files): Promise<void> {
    const path = `${directory.path}/${entry.name}`
    if (entry.errno !== 0) return this.fails(path, 'incomplete', 'it could not be read when the snapshot was made')
    const isNew = directory.created && !this.options.dryRun
    const decision = isNew
      ? decide(undefined, entry, this.options.overwrite)
      : decide(directory.probe(), entry, this.options.overwrite)
    if (this.links.isLink(entry))
      return this.#addLink({ directory, entry, replace: decision.action === 'replace' }, decision)
    this.step({ path, type: entry.type, size: entry.size, ...decision })
    this.links.begin(directory, entry)
    if (decision.action === 'keep' || this.options.dryRun) {
      if (decision.action === 'keep') this.counters.kept++
      else this.#count(entry)
      this.counters.bytes += entry.size
      this.settleLinks(entry, 'complete')
    } else if (entry.type === 'file') {
      await files.add(directory, entry, decision.action === 'replace')
    } else {
      makeSpecial(directory.fd, entry, decision.action === 'replace', (what) => this.differs(path, what))
      this.#count(entry)
      this.settleLinks(entry, 'complete')
    }
  }

  #count(entry: Entry): void {
    if (entry.type === 'file') this.counters.files++
    else this.counters.others++
  }

  #addLink(link: Link, decision: Decision): void {
    const path = `${link.directory.path}/${link.entry.name}`
    if (decision.action === 'keep') {
      this.counters.kept++
      this.step({ path, type: link.entry.type, size: link.entry.size, ...decision })
      return
    }
    this.step({
      path,
      type: link.entry.type,
      size: link.entry.size,
      action: 'link',
      reason: 'another name of a file restored before',
    })
    if (this.options.dryRun) {
      this.counters.links++
      return
    }
    const when = this.links.add(link)
    if (when === 'wait') link.directory.hold()
    else if (when === 'now') this.#link(link)
    else this.#failLink(link)
  }

  #link(link: Link): void {
    try {
      this.links.make(this.#rootFd, link)
      this.counters.links++
      this.counters.bytes += link.entry.size
    } catch (error) {
      this.failsWith(`${link.directory.path}/${link.entry.name}`, error)
    }
  }

  #failLink({ directory, entry }: Link): void {
    this.fails(
      `${directory.path}/${entry.name}`,
      'incomplete',
      'the file that it is another name of could not be restored',
    )
  }
}

async function* only(entry: OwnedEntry): AsyncGenerator<OwnedEntry> {
  yield entry
}

/** @returns -1 in a dry run when there is no such directory yet */
function openTarget(target: string, dryRun: boolean): number {
  try {
    if (!dryRun) mkdirSync(fspath(target), { recursive: true })
    return openDirDeep(target)
  } catch (error) {
    const code = (error as { code?: string }).code
    if (dryRun && code === 'ENOENT') return -1
    throw new HoldfastError('denied', `The target ${escapePath(target)} can't be used: ${messageOf(error)}`, {
      cause: error,
    })
  }
}
