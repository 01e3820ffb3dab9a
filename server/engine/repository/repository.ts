// A repository: made once, opened with a secret, then read and written through what hangs here.
import { randomBytes } from 'node:crypto'
import { HoldfastError, hasCode, messageOf } from '../../contract/errors.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Storage, StorageRef } from '../../storage/types.ts'
import type { ChunkClass } from '../crypto/chunk-id.ts'
import { Keyring } from '../crypto/keyring.ts'
import { readPack } from '../index/rebuild.ts'
import {
  IndexWriter,
  loadIndexObject,
  locateChunks,
  openIndex,
  type PackRecord,
  packsOf,
  recordOf,
} from '../index/store.ts'
import { ChunkTable } from '../index/table.ts'
import { listPacks, packSize } from '../pack/list.ts'
import { packKey, type StoredPack } from '../pack/writer.ts'
import {
  CONFIG_KEY,
  checkConfig,
  checkFeatures,
  encodeConfig,
  type NewConfig,
  newConfig,
  parseConfig,
  type RepositoryConfig,
} from './config.ts'
import { ChunkReader, putQuietly } from './frames.ts'
import { listOurs } from './names.ts'
import { README } from './readme.ts'
import { addSlot, readSlots, repositoryIdOf, type Secret, type StoredSlot, unlock } from './slots.ts'

/** Where the repository lives, and how other threads get there. */
export type Place = {
  readonly storage: Storage
  /** Absent: everything runs in this thread. */
  readonly ref?: StorageRef | undefined
  /** For trees and index objects; losing it costs time only. */
  readonly cache?: Storage | undefined
}

export type LoadIndexOptions = {
  readonly onDamage?: (key: string, error: unknown) => void
  /** Packs that are there, with their sizes: what the index says of others is left aside. */
  readonly present?: ReadonlyMap<string, number>
  /** Told of each pack that is listed but not there as listed. */
  readonly onMissing?: (pack: string) => void
}

/** The index may be made anew while it is read, but not again and again. */
const INDEX_ATTEMPTS = 5

export class Repository {
  readonly storage: Storage
  readonly ref: StorageRef | undefined
  readonly cache: Storage | undefined
  readonly keyring: Keyring
  readonly config: RepositoryConfig
  /** The text of the config object, for new key slots. */
  readonly configText: string
  /** Whether the config object says the same. */
  readonly configState: 'good' | 'missing' | 'altered'
  /** The slot that the secret opened. */
  readonly slot: StoredSlot
  readonly packs: PackRecord[] = []
  #table: ChunkTable | undefined
  #loading: Promise<ChunkTable> | undefined
  #reader: ChunkReader | undefined

  private constructor(place: Place, keyring: Keyring, slot: StoredSlot, configState: Repository['configState']) {
    this.storage = place.storage
    this.ref = place.ref
    this.cache = place.cache
    this.keyring = keyring
    this.config = parseConfig(slot.config)
    this.configText = slot.config
    this.configState = configState
    this.slot = slot
  }

  /**
   * Makes a repository in an empty storage. @throws `exists` when one is there, `usage` for a bad secret or count of iterations
   */
  static async init(
    place: Place,
    secret: Secret,
    options: NewConfig & { clock: Clock; iterations: number; label: string },
  ): Promise<void> {
    const { storage } = place
    for await (const { key } of storage.list('')) {
      throw new HoldfastError(
        'exists',
        `There is something already (${key}): a repository is made in an empty place only`,
      )
    }
    const id = randomBytes(32)
    const masters = [randomBytes(32)]
    const keyring = new Keyring({ repositoryId: id, masters })
    const now = options.clock.now()
    const config = encodeConfig(newConfig(id, now, options), keyring.meta)
    await addSlot(
      storage,
      secret,
      { masters, repositoryId: id, config },
      { iterations: options.iterations, label: options.label, now },
    )
    await storage.put('README.txt', Buffer.from(README))
    // Last, since its presence says that a repository is here.
    await storage.put(CONFIG_KEY, Buffer.from(config), { ifAbsent: true })
  }

  /**
   * What a key slot says of the repository counts: it is authenticated with the keys. The config object only has to agree.
   * @throws `not_found` when there is none, `wrong_secret`, `damaged`, `unsupported`
   */
  static async open(place: Place, secret: Secret): Promise<Repository> {
    const { slots, damaged } = await readSlots(place.storage)
    const object = await readConfigObject(place.storage)
    if (slots.length === 0 && damaged.length === 0 && object === undefined) {
      throw new HoldfastError('not_found', 'There is no repository here: "holdfast init" makes one')
    }
    const opened = await unlock(slots, secret)
    // A slot of another repository, planted here, may open too.
    const unlocked = opened.find(({ slot }) => slot.config === object) ?? opened[0]
    if (!unlocked) throw noSlotOpens(secret, slots, damaged)
    const { slot, masters } = unlocked
    const keyring = new Keyring({ repositoryId: repositoryIdOf(slot), masters })
    checkFeatures(checkConfig(slot.config, keyring.meta), 'read')
    const state = object === undefined ? 'missing' : object === slot.config ? 'good' : 'altered'
    return new Repository(place, keyring, slot, state)
  }

  /** The same repository, read from its storage alone; the index is to be loaded again. */
  withoutCache(): Repository {
    const { storage, ref, keyring, slot, configState } = this
    return new Repository({ storage, ref }, keyring, slot, configState)
  }

  /** Puts the config object right when it was lost or altered; the key slots hold its text. */
  async healConfig(): Promise<void> {
    if (this.configState !== 'good') await this.storage.put(CONFIG_KEY, Buffer.from(this.configText))
  }

  /**
   * Reads all index objects (once).
   * @throws `damaged`, unless `onDamage` takes it: then what is left is used
   */
  loadIndex(options: LoadIndexOptions = {}): Promise<ChunkTable> {
    // Whoever asks while it is being read waits for the same: half an index would look like damage.
    this.#loading ??= this.#readIndex(options).catch((error: unknown) => {
      this.#loading = undefined
      throw error
    })
    return this.#loading
  }

  /** After the index was made anew: what this object knows of it is the old one. */
  forgetIndex(): void {
    this.packs.length = 0
    this.#loading = undefined
    this.#table = undefined
    this.#reader = undefined
  }

  async #readIndex(options: LoadIndexOptions): Promise<ChunkTable> {
    const objects = await this.#indexObjects(options.onDamage)
    const bytes = objects.reduce((sum, object) => sum + object.length, 0)
    // An entry of the index takes 33 bytes at least.
    const table = ChunkTable.create(bytes / 33)
    const absent = await this.#absentPacks(objects, options)
    for (const object of objects) loadIndexObject(object, table, this.packs, absent)
    this.#table = table
    return table
  }

  /**
   * `loadIndex` for reading only, which goes on where index objects are damaged: packs that no other lists are asked themselves. Nothing is written,
   * so that a repository on read-only media comes back too.
   * @returns what was damaged
   */
  async loadIndexToRead(): Promise<{ readonly object: string; readonly message: string }[]> {
    const damaged: { object: string; message: string }[] = []
    await this.loadIndex({ onDamage: (object, error) => damaged.push({ object, message: messageOf(error) }) })
    if (damaged.length === 0) return damaged
    const known = new Set(this.packs.map((pack) => pack.id))
    for (const found of await listPacks(this.storage)) {
      if (known.has(found.id)) continue
      try {
        this.addPack(await readPack(this.storage, this.keyring, found))
      } catch (error) {
        if (!hasCode(error, 'damaged')) throw error
        damaged.push({ object: packKey(found.id), message: messageOf(error) })
      }
    }
    return damaged
  }

  /** Packs that are listed but not there as listed. One that another writer stored since the listing, or that it doesn't show yet, is there. */
  async #absentPacks(objects: readonly Buffer[], { present, onMissing }: LoadIndexOptions): Promise<Set<string>> {
    const absent = new Set<string>()
    if (!present) return absent
    for (const object of objects) {
      for (const { id, size } of packsOf(object)) {
        if (absent.has(id) || (present.get(id) ?? (await packSize(this.storage, id))) === size) continue
        absent.add(id)
        onMissing?.(id)
      }
    }
    return absent
  }

  async #indexObjects(onDamage: LoadIndexOptions['onDamage']): Promise<Buffer[]> {
    const objects: Buffer[] = []
    const done = new Set<string>()
    for (let attempt = 1; ; attempt++) {
      let gone: unknown
      for await (const key of listOurs(this.storage, 'index/')) {
        if (done.has(key)) continue
        try {
          objects.push(await this.#indexObject(key))
        } catch (error) {
          if (hasCode(error, 'not_found')) {
            gone = error
            continue
          }
          if (!onDamage || !hasCode(error, 'damaged')) throw error
          onDamage(key, error)
        }
        done.add(key)
      }
      if (gone === undefined) return objects
      // Another process made the index anew while we read it: what replaces the object is there already.
      if (attempt === INDEX_ATTEMPTS) throw gone
    }
  }

  /** Makes a pack known to this process. */
  addPack(pack: StoredPack): void {
    this.table.reserve(pack.frames.reduce((sum, frame) => sum + frame.lengths.length, 0))
    this.locatePack(pack)
  }

  /** The same for a pack whose chunks were claimed by this run, so that they are in the table already. */
  locatePack(pack: StoredPack): void {
    const number = this.packs.push(recordOf(pack)) - 1
    locateChunks(this.table, number, pack.frames)
  }

  get table(): ChunkTable {
    if (!this.#table) throw new HoldfastError('internal', 'The index is not loaded')
    return this.#table
  }

  newIndexWriter(): IndexWriter {
    return new IndexWriter(this.storage, this.keyring)
  }

  /** The bytes of a chunk. The index must be loaded. */
  readChunk(chunkClass: ChunkClass, id: Uint8Array): Promise<Buffer> {
    const { storage, cache, keyring, packs } = this
    this.#reader ??= new ChunkReader({ storage, cache, keyring, table: this.table, packs })
    return this.#reader.read(chunkClass, id)
  }

  async #indexObject(key: string): Promise<Buffer> {
    const id = key.slice('index/'.length)
    if (!this.cache) return openIndex(this.keyring, id, await this.storage.get(key))
    try {
      return openIndex(this.keyring, id, await this.cache.get(key))
    } catch {
      // Absent or spoilt in the cache: the storage has the truth.
      const bytes = await this.storage.get(key)
      const index = openIndex(this.keyring, id, bytes)
      await putQuietly(this.cache, key, bytes)
      return index
    }
  }
}

async function readConfigObject(storage: Storage): Promise<string | undefined> {
  try {
    return Buffer.from(await storage.get(CONFIG_KEY)).toString()
  } catch (error) {
    if (hasCode(error, 'not_found')) return undefined
    throw error
  }
}

function noSlotOpens(
  secret: Secret,
  slots: readonly StoredSlot[],
  damaged: { id: string; error: unknown }[],
): HoldfastError {
  const spoilt =
    damaged.length > 0
      ? ` (${damaged.length} key slots are damaged: ${damaged.map((d) => d.id.slice(0, 8)).join(', ')})`
      : ''
  if (slots.length === 0) return new HoldfastError('damaged', `The repository has no usable key slot${spoilt}`)
  const kinds = [...new Set(slots.map((slot) => slot.kind))].join(', ')
  // With a damaged slot nobody can tell whether the secret is wrong.
  return new HoldfastError(
    damaged.length > 0 ? 'damaged' : 'wrong_secret',
    `Wrong ${secret.kind}: it opens no key slot (there are slots of kind ${kinds})${spoilt}`,
  )
}
