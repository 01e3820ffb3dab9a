// A backup from start to committed snapshot: parent, session, walk, then packs, index and snapshot in this order.
import { HoldfastError, hasCode, messageOf } from '../../contract/errors.ts'
import { type Clock, isoTime, parseTime } from '../../lib/clock.ts'
import type { CompressionSettings } from '../codec/codecs.ts'
import { META } from '../crypto/chunk-id.ts'
import { readPack, rebuildIndex } from '../index/rebuild.ts'
import type { IndexWriter } from '../index/store.ts'
import { type FoundPack, listPacks } from '../pack/list.ts'
import type { StoredPack } from '../pack/writer.ts'
import { checkFeatures } from '../repository/config.ts'
import type { Repository } from '../repository/repository.ts'
import { beginSession, endSession } from '../repository/sessions.ts'
import {
  type BackupType,
  readSnapshots,
  type Snapshot,
  type SourceError,
  type StoredSnapshot,
  writeSnapshot,
} from '../repository/snapshot.ts'
import { compilePatterns } from '../select/matcher.ts'
import { inspector } from '../verify/inspect.ts'
import { Pool } from '../workers/pool.ts'
import { Dispatcher } from './dispatcher.ts'
import { MetaStore } from './meta.ts'
import { trieOf } from './roots.ts'
import { Scout } from './scout.ts'
import { checkRoots } from './source.ts'
import type { Counters } from './tally.ts'
import type { ArchiveInit, ArchiveResult, ArchiveTask } from './tasks.ts'
import { Walker } from './walker.ts'

export type BackupOptions = {
  /** Absolute byte strings without "." or "..". */
  readonly roots: readonly string[]
  readonly host: string
  readonly type: BackupType
  /** Patterns with gitignore semantics, relative to each root. */
  readonly excludes: readonly string[]
  readonly tags: readonly string[]
  /** Lanes that read, compress and encrypt; 0: all in this thread. */
  readonly threads: number
  /** The repository's own settings when absent. */
  readonly compression?: CompressionSettings | undefined
  /** Accept a root that is empty though the last snapshot had files in it. */
  readonly allowEmpty: boolean
  /** Absolute paths that are left out: the repository itself. */
  readonly skip: readonly string[]
  readonly program: string
  readonly pid: number
  readonly clock: Clock
  /** `clock` is not the one that the file system stamps files by: equal stamps are trusted, however young they are. */
  readonly clockIsSimulated?: boolean | undefined
  readonly signal?: AbortSignal | undefined
  /** Called often; the counters are live. `position` gives the path (a byte string) that it is at, for people. */
  readonly onProgress?: ((counters: Readonly<Counters>, position: () => string) => void) | undefined
  /** Something a person should know that is no failure. */
  readonly onNotice?: ((text: string) => void) | undefined
}

/** The last snapshot of the source, the one that changes are detected against, and how many of the repository could not be read. */
type Previous = {
  readonly last: StoredSnapshot | undefined
  readonly parent: StoredSnapshot | undefined
  readonly unreadable: number
}

/** Where little has changed one lane does it all before a second one has started. */
const LANE_PATIENCE = 3

export type BackupOutcome = { readonly snapshot: StoredSnapshot; readonly errors: readonly SourceError[] }

/**
 * Makes a snapshot. What could not be read is in the outcome's errors and in the snapshot.
 * @throws `refused` for an empty root, `not_found` for a missing one, `interrupted`, and what the storage throws: then nothing is committed,
 * and the next run finds what was stored already
 */
export async function backup(repository: Repository, options: BackupOptions): Promise<BackupOutcome> {
  return new Backup(repository, options).run()
}

class Backup {
  readonly #repository: Repository
  readonly #options: BackupOptions
  readonly #started: number
  #bytesStored = 0
  /** Trees of the parent that are there but not what they were. */
  #rotten: unknown
  /** What the backup that met them ended with. */
  #refusal: unknown

  constructor(repository: Repository, options: BackupOptions) {
    this.#repository = repository
    this.#options = options
    this.#started = options.clock.now()
  }

  async run(): Promise<BackupOutcome> {
    const { storage, keyring, config } = this.#repository
    const { host, pid } = this.#options
    checkFeatures(config, 'write')
    await this.#repository.healConfig()
    const index = this.#repository.newIndexWriter()
    const session = await beginSession(storage, keyring, { host, pid, started: isoTime(this.#started) })
    let scout: Scout | undefined
    try {
      const previous = await this.#previous()
      scout = this.#sendScout(previous.parent)
      await this.#prepareIndex(index)
      return await this.#archiveOrHeal(index, previous, scout)
    } finally {
      await scout?.close()
      // What became of the backup is decided by now: neither a success nor the reason of a failure may get lost here.
      await endSession(storage, session).catch((error: unknown) =>
        this.#options.onNotice?.(`The session object ${session} stays behind: ${messageOf(error)}`),
      )
    }
  }

  /**
   * Makes the index agree with the packs that are there, so that every chunk it offers can be relied on: packs that are gone are left aside (what
   * they held is stored again), packs that a killed or failed run left are taken in (its work is not done again).
   */
  async #prepareIndex(index: IndexWriter): Promise<void> {
    const { storage } = this.#repository
    const notice = (text: string): void => this.#options.onNotice?.(text)
    const packs = await listPacks(storage)
    const present = new Map(packs.map(({ id, size }) => [id, size]))
    await this.#repository.loadIndex({
      present,
      onDamage: (key, error) =>
        notice(`${key} is damaged and left aside (${messageOf(error)}); "holdfast rebuild-index" mends that`),
      onMissing: (pack) => notice(`Pack ${pack} is missing; what it held and is still there is stored again`),
    })
    const known = new Set(this.#repository.packs.map((pack) => pack.id))
    for (const found of packs) if (!known.has(found.id)) await this.#adopt(found, index)
    await index.flush()
  }

  /** Lists a pack that no index object lists. */
  async #adopt(found: FoundPack, index: IndexWriter): Promise<void> {
    const { storage, keyring } = this.#repository
    try {
      const pack = await readPack(storage, keyring, found)
      this.#repository.addPack(pack)
      index.add(pack)
    } catch (error) {
      if (!hasCode(error, 'damaged') && !hasCode(error, 'not_found') && !hasCode(error, 'wrong_secret')) throw error
      this.#options.onNotice?.(`Pack ${found.id} is not whole and stays unused: ${messageOf(error)}`)
    }
  }

  /**
   * Where the trees of the parent turn out to be damaged, everything damaged among the trees is taken out of the index, and the backup begins anew: then
   * what is still on the source is stored again.
   */
  async #archiveOrHeal(index: IndexWriter, previous: Previous, scout: Scout | undefined): Promise<BackupOutcome> {
    try {
      return await this.#archive(index, previous, scout)
    } catch (error) {
      if (this.#rotten === undefined || error !== this.#refusal) throw error
      this.#options.onNotice?.(`${messageOf(this.#rotten)}: the index is made anew without what is damaged`)
    }
    await index.flush()
    const inspect = inspector(this.#repository)
    await rebuildIndex(this.#repository, {
      inspect: async (pack) => (pack.chunkClass === META ? inspect(pack) : new Uint8Array(0)),
    })
    this.#rotten = undefined
    this.#repository.forgetIndex()
    const anew = this.#repository.newIndexWriter()
    await this.#prepareIndex(anew)
    return this.#archive(anew, previous, undefined)
  }

  async #archive(index: IndexWriter, previous: Previous, scout: Scout | undefined): Promise<BackupOutcome> {
    const { storage, keyring, config, table } = this.#repository
    const { roots, excludes, skip, threads } = this.#options
    const { parent } = previous
    if (!this.#options.allowEmpty) await checkRoots(roots, previous, this.#load)
    else await checkRoots(roots, { last: undefined, unreadable: 0 }, this.#load)
    const onStored = (pack: StoredPack): void => {
      this.#bytesStored += pack.size
      this.#repository.locatePack(pack)
      index.add(pack)
    }
    const meta = new MetaStore({ storage, keyring, table, packSize: config.packSize.meta, onStored })
    const pool = new Pool<ArchiveTask, ArchiveResult>({
      kind: 'archive',
      init: () => this.#laneInit(),
      threads,
      storage,
      ref: this.#repository.ref,
      onEvent: (pack) => onStored(pack as StoredPack),
      patience: LANE_PATIENCE,
    })
    const walker = new Walker({
      roots,
      trie: trieOf(roots),
      matcher: excludes.length > 0 ? compilePatterns([...excludes]) : undefined,
      skip: new Set(skip),
      parentTree: parent && Buffer.from(parent.tree, 'hex'),
      trustBefore: this.#trustBefore(parent),
      store: meta.store,
      load: this.#load,
      table,
      onNotice: (text) => this.#options.onNotice?.(text),
      dispatcher: new Dispatcher(pool, () => this.#grow(pool)),
      scout,
      breathe: () => this.#breathe(walker),
    })
    try {
      const top = await walker.run()
      this.#refuseRot()
      await pool.runAll({ kind: 'flush' })
      await meta.flush()
      await index.flush()
      return await this.#commit(top, walker, previous.last, parent)
    } catch (error) {
      if (hasCode(error, 'interrupted')) await this.#keepWhatIsStored(pool, index)
      throw error
    } finally {
      await meta.abort()
      await pool.close()
    }
  }

  /** Ends a run that was interrupted: packs that are complete get an index object. If that fails the next run takes them in all the same. */
  async #keepWhatIsStored(pool: Pool<ArchiveTask, ArchiveResult>, index: IndexWriter): Promise<void> {
    try {
      await pool.runAll({ kind: 'flush' })
      await index.flush()
    } catch (error) {
      this.#options.onNotice?.(`Not all that was stored is listed: ${messageOf(error)}`)
    }
  }

  #trustBefore(parent: StoredSnapshot | undefined): number {
    if (this.#options.clockIsSimulated) return Number.POSITIVE_INFINITY
    return parent ? Math.floor(parseTime(parent.time) / 1000) : 0
  }

  /** Starts what runs ahead of the walk, as early as may be. Without a parent all files are read, which keeps the lanes busy enough. */
  #sendScout(parent: StoredSnapshot | undefined): Scout | undefined {
    const { threads, excludes, skip } = this.#options
    return parent && threads > 0 && this.#repository.ref ? new Scout(excludes, new Set(skip)) : undefined
  }

  #laneInit(): ArchiveInit {
    const { keyring, config, table } = this.#repository
    return {
      material: keyring.material,
      chunker: config.chunker,
      compression: this.#options.compression ?? config.compression,
      packSize: config.packSize.data,
      table: table.memory,
    }
  }

  readonly #load = async (id: Uint8Array): Promise<Buffer> => {
    const known = this.#repository.table.find(id) !== undefined
    try {
      return await this.#repository.readChunk(META, id)
    } catch (error) {
      if (known && hasCode(error, 'damaged')) this.#rotten ??= error
      throw error
    }
  }

  /**
   * What the index offers is taken for good without being read, so a new snapshot would name what is damaged again.
   * @throws `damaged`
   */
  #refuseRot(): void {
    if (this.#rotten === undefined) return
    const cure =
      '"holdfast rebuild-index --read-data" takes what is damaged out of the index, and the next backup stores it anew'
    this.#refusal = new HoldfastError('damaged', `${messageOf(this.#rotten)}: ${cure}`, { cause: this.#rotten })
    throw this.#refusal
  }

  #breathe(walker: Walker): void {
    if (this.#options.signal?.aborted)
      throw new HoldfastError(
        'interrupted',
        'The backup was interrupted; what is stored so far is used by the next one',
      )
    this.#options.onProgress?.(walker.tally.counters, () => walker.position)
  }

  #grow(pool: Pool<ArchiveTask, ArchiveResult>): void {
    const memory = this.#repository.table.grow()
    if (memory) pool.attach(memory)
  }

  async #previous(): Promise<Previous> {
    const { storage, keyring } = this.#repository
    const { snapshots, damaged } = await readSnapshots(storage, keyring)
    for (const { id, error } of damaged) this.#options.onNotice?.(`Snapshot ${id} can't be read: ${messageOf(error)}`)
    const own = snapshots.filter((snapshot) => sameSource(snapshot, this.#options))
    const last = own.at(-1)
    return {
      last,
      unreadable: damaged.length,
      parent: parentOf(this.#options.type, own),
    }
  }

  async #commit(
    top: Uint8Array,
    walker: Walker,
    last: StoredSnapshot | undefined,
    parent: StoredSnapshot | undefined,
  ): Promise<BackupOutcome> {
    const { storage, keyring } = this.#repository
    const { clock, host, roots, type, program, tags, excludes } = this.#options
    const { bytesDone: _, ...counted } = walker.tally.counters
    const finished = clock.now()
    const snapshot: Snapshot = {
      version: 1,
      time: isoTime(this.#started),
      finished: isoTime(finished),
      host,
      paths: roots,
      // Without anything to compare with, every file was read: that is a full backup, and a later differential may rely on it.
      type: parent ? type : 'full',
      parent: parent?.id ?? null,
      previous: last?.id ?? null,
      tree: Buffer.from(top).toString('hex'),
      statistics: { ...counted, bytesStored: this.#bytesStored, milliseconds: finished - this.#started },
      errors: walker.tally.errors,
      errorsOmitted: walker.tally.errorsOmitted,
      program,
      tags,
      excludes,
    }
    return { snapshot: await writeSnapshot(storage, keyring, snapshot), errors: walker.tally.errors }
  }
}

/** What changes are detected against, of the snapshots of a source in the order of time. */
function parentOf(type: BackupType, own: readonly StoredSnapshot[]): StoredSnapshot | undefined {
  if (type === 'full') return undefined
  return type === 'differential' ? own.findLast((snapshot) => snapshot.type === 'full') : own.at(-1)
}

const sameSource = (snapshot: Snapshot, { host, roots }: BackupOptions): boolean =>
  snapshot.host === host &&
  snapshot.paths.length === roots.length &&
  snapshot.paths.every((path, i) => path === roots[i])
