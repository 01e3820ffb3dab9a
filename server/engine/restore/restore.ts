// Restores a snapshot or a part of it: walks its tree, makes directories and special files, has the lanes write the files pack by pack.
import { mkdirSync } from 'node:fs'
import { codeOf, HoldfastError, messageOf } from '../../contract/errors.ts'
import { namesBehind } from '../../contract/names.ts'
import { META } from '../crypto/chunk-id.ts'
import { closeFd } from '../posix/at.ts'
import { escapePath } from '../posix/errors.ts'
import { fspath } from '../posix/libc.ts'
import { openDirDeep } from '../posix/open.ts'
import type { Repository } from '../repository/repository.ts'
import type { StoredSnapshot } from '../repository/snapshot.ts'
import { compileInclude, type Include } from '../select/include.ts'
import type { Entry } from '../tree/entry.ts'
import { entryLists, lookUp, type OwnedEntry } from '../tree/reader.ts'
import { Pool } from '../workers/pool.ts'
import { type Decision, decide, type Overwrite, SAME } from './decide.ts'
import { type DirectoryContext, TargetDirectory } from './directory.ts'
import { Files } from './files.ts'
import { HardLinks, type Link } from './hard-links.ts'
import type { Restorer } from './metadata.ts'
import { Report, type RestoreCounters, type RestoreOutcome, type RestoreStep } from './report.ts'
import type { RestoreInit, RestoreResult, RestoreTask } from './tasks.ts'
import { makeSpecial } from './write.ts'

export type { RestoreOutcome, RestoreProblem, RestoreStep } from './report.ts'

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
  /** Called often; the counters are live. `position` gives the path (a byte string) in the target that it is at, for people. */
  readonly onProgress?: ((counters: Readonly<RestoreCounters>, position: () => string) => void) | undefined
  /** Called for everything that is done, or in a dry run would be. */
  readonly onStep?: ((step: RestoreStep) => void) | undefined
}

type Level = {
  readonly lists: AsyncIterator<{ readonly entries: readonly Entry[] }>
  /** The leaf at hand, and the next entry in it. */
  entries: readonly Entry[]
  next: number
  readonly directory: TargetDirectory
  /** From the top of the snapshot, ending in "/" unless empty. */
  readonly relative: string
}

/**
 * @throws `not_found` when the snapshot has no such path, `no_space`, `interrupted` (a second run with if-changed goes on); single files that
 * fail are in the outcome
 */
export async function restore(
  repository: Repository,
  snapshot: StoredSnapshot,
  options: RestoreOptions,
): Promise<RestoreOutcome> {
  const damaged = await repository.loadIndexToRead()
  const run = new Restore(repository, snapshot, options)
  for (const { object, message } of damaged) run.report.fails(object, 'damaged', message)
  return run.run()
}

export class Restore {
  readonly repository: Repository
  readonly options: RestoreOptions
  readonly report: Report
  readonly links = new HardLinks()
  readonly #snapshot: StoredSnapshot
  readonly #include: Include | undefined
  #rootFd = -1
  #at: { readonly directory: TargetDirectory; readonly entry: Entry } | undefined

  constructor(repository: Repository, snapshot: StoredSnapshot, options: RestoreOptions) {
    this.repository = repository
    this.options = options
    this.report = new Report(options.onStep)
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
      onDifference: (path, what) => this.report.differs(path, what),
      open: new Set(),
    }
    const root = TargetDirectory.root(context, this.#rootFd)
    const pool = this.#openPool()
    const files = new Files(this, pool)
    try {
      await this.#walk(root, context, selection, files)
      await files.finish()
      root.release()
      if (this.report.fatal !== undefined) throw this.report.fatal
    } finally {
      await files.settle()
      await pool.close()
      for (const directory of context.open) directory.close()
      if (this.#rootFd >= 0) closeFd(this.#rootFd)
    }
    return this.report.outcome
  }

  readonly load = (id: Uint8Array): Promise<Buffer> => this.repository.readChunk(META, id)

  /** @throws when there is no sense in going on */
  check(): void {
    if (this.report.fatal !== undefined) throw this.report.fatal
    if (this.options.signal?.aborted) {
      throw new HoldfastError(
        'interrupted',
        'The restore was interrupted; run the same again and it goes on (files that are complete are kept)',
      )
    }
    this.options.onProgress?.(this.report.counters, () =>
      this.#at ? `${this.#at.directory.path}/${this.#at.entry.name}` : '',
    )
  }

  /** A file's fate is known: links to it can be made, or can't. */
  settleLinks(entry: Entry, state: 'complete' | 'failed'): void {
    for (const link of this.links.settle(entry, state)) {
      if (state === 'complete') this.#link(link)
      else this.#failLink(link)
      link.directory.release()
    }
  }

  #openPool(): Pool<RestoreTask, RestoreResult> {
    const { repository, options } = this
    const init: RestoreInit = { material: repository.keyring.material, ...options.who }
    const threads = options.dryRun ? 0 : options.threads
    return new Pool({ kind: 'restore', init: () => init, threads, storage: repository.storage, ref: repository.ref })
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
          `Snapshot ${this.#snapshot.id.slice(0, 8)} has no such file or folder.${namesBehind.path}${escapePath(this.options.path)}`,
        )
      found.push(next)
      node = next.entry.subtree
    }
    const entry = found.at(-1)?.entry
    this.report.counters.bytesTotal = entry
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
    const passages = selection.slice(0, -1)
    let directory = root
    for (const { entry } of passages) {
      const below = new TargetDirectory(context, directory, entry, true)
      if (directory !== root) directory.release()
      directory = below
    }
    const lists = last ? only(last.entry) : entryLists(this.load, Buffer.from(this.#snapshot.tree, 'hex'))
    const relative = last ? passages.map(({ entry }) => `${entry.name}/`).join('') : ''
    const stack: Level[] = [{ lists, entries: [], next: 0, directory, relative }]
    if (directory === root) root.hold()
    for (let level = stack.at(-1); level; level = stack.at(-1)) {
      const entry = level.entries[level.next++]
      if (entry) {
        const below = await this.#entry(level, entry, context, files)
        if (below) stack.push(below)
      } else if (!(await this.#nextList(level))) {
        stack.pop()
        level.directory.release()
      }
    }
  }

  /** @returns false at the end of the directory, or where it can't be read further */
  async #nextList(level: Level): Promise<boolean> {
    this.check()
    try {
      const next = await level.lists.next()
      if (next.done) return false
      level.entries = next.value.entries
      level.next = 0
      return true
    } catch (error) {
      this.report.failsWith(level.directory.path, error)
      return false
    }
  }

  /** One entry. @returns the level below, for a directory that is to be entered */
  async #entry(level: Level, entry: Entry, context: DirectoryContext, files: Files): Promise<Level | undefined> {
    const isDirectory = entry.type === 'directory'
    this.#at = { directory: level.directory, entry }
    const wanted = this.#include ? this.#include.wants(`${level.relative}${entry.name}`, isDirectory) : 'yes'
    if (wanted === 'no') return undefined
    try {
      if (isDirectory) return this.#enter(level, entry, context, wanted === 'yes')
      await this.#leaf(level.directory, entry, files)
    } catch (error) {
      if (codeOf(error) === 'interrupted' || error === this.report.fatal) throw error
      this.report.failsWith(`${level.directory.path}/${entry.name}`, error)
    }
    return undefined
  }

  #enter(level: Level, entry: Entry, context: DirectoryContext, wanted: boolean): Level {
    const directory = new TargetDirectory(context, level.directory, entry, !wanted)
    try {
      // What is only passed through is made when something comes that is wanted.
      if (wanted) this.#makeDirectory(level, directory, entry)
    } catch (error) {
      directory.release()
      throw error
    }
    if (entry.errno !== 0) this.report.differs(directory.path, 'could not be read when the snapshot was made')
    const lists = entry.subtree.length > 0 ? entryLists(this.load, entry.subtree) : only()
    return { lists, entries: [], next: 0, directory, relative: `${level.relative}${entry.name}/` }
  }

  #makeDirectory(level: Level, directory: TargetDirectory, entry: Entry): void {
    this.report.counters.directories++
    this.report.step(level.directory, entry, directory.make())
  }

  async #leaf(directory: TargetDirectory, entry: Entry, files: Files): Promise<void> {
    if (entry.errno !== 0) {
      this.report.fails(
        `${directory.path}/${entry.name}`,
        'incomplete',
        'it could not be read when the snapshot was made',
      )
      return
    }
    const { dryRun, overwrite, who } = this.options
    const isNew = directory.created && !dryRun
    const decision = decide(isNew ? undefined : directory.probe(), entry, overwrite, who)
    if (this.links.isLink(entry))
      return this.#addLink({ directory, entry, replace: decision.action !== 'create' }, decision)
    this.report.step(directory, entry, decision)
    // Something else that is kept is no file that the other names could lead to.
    if (decision.action !== 'keep' || decision === SAME) this.links.begin(directory, entry, decision === SAME)
    if (decision.action === 'keep' || dryRun) {
      if (decision.action === 'keep') this.report.keeps(entry)
      else {
        this.#count(entry)
        this.report.counters.bytes += entry.size
      }
      this.settleLinks(entry, 'complete')
    } else {
      await this.#make(directory, entry, decision.action === 'replace', files)
    }
  }

  async #make(directory: TargetDirectory, entry: Entry, replace: boolean, files: Files): Promise<void> {
    try {
      if (entry.type === 'file') {
        await files.add(directory, entry, replace)
        return
      }
      const { fd, plain } = directory
      makeSpecial(fd, entry, { replace, plain }, (what) => this.report.differs(`${directory.path}/${entry.name}`, what))
      this.#count(entry)
      this.settleLinks(entry, 'complete')
    } catch (error) {
      // It never got as far as the lanes: nobody else would tell those that wait for it.
      this.settleLinks(entry, 'failed')
      throw error
    }
  }

  #count(entry: Entry): void {
    if (entry.type === 'file') this.report.counters.files++
    else this.report.counters.others++
  }

  #addLink(link: Link, decision: Decision): void {
    if (decision.action === 'keep' && (this.options.overwrite === 'never' || this.links.isMade(link))) {
      this.report.keeps(link.entry)
      this.report.step(link.directory, link.entry, decision)
      return
    }
    this.report.step(link.directory, link.entry, { action: 'link', reason: 'another name of a file restored before' })
    if (this.options.dryRun) {
      this.report.counters.links++
      this.report.counters.bytes += link.entry.size
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
      this.report.counters.links++
      this.report.counters.bytes += link.entry.size
    } catch (error) {
      this.report.failsWith(`${link.directory.path}/${link.entry.name}`, error)
    }
  }

  #failLink({ directory, entry }: Link): void {
    this.report.fails(
      `${directory.path}/${entry.name}`,
      'incomplete',
      'the file that it is another name of could not be restored',
    )
  }
}

async function* only(...entries: Entry[]): AsyncGenerator<{ entries: Entry[] }> {
  yield { entries }
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
