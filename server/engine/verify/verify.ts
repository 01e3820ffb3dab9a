// Verifies a repository: every object that restores rely on, and on request every byte of the data.
import { randomInt } from 'node:crypto'
import { HoldfastError, messageOf } from '../../contract/errors.ts'
import { hex } from '../../lib/bytes.ts'
import { ID_LENGTH } from '../crypto/chunk-id.ts'
import type { PackRecord } from '../index/store.ts'
import { listPacks } from '../pack/list.ts'
import { packKey } from '../pack/writer.ts'
import { isOurs } from '../repository/names.ts'
import type { Repository } from '../repository/repository.ts'
import { readSlots } from '../repository/slots.ts'
import { readSnapshots, type StoredSnapshot } from '../repository/snapshot.ts'
import { Pool } from '../workers/pool.ts'
import type { VerifyInit, VerifyResult, VerifyTask } from './tasks.ts'
import { TreeCheck } from './trees.ts'

export type VerifyOptions = {
  readonly readData: boolean
  /** Share (0 to 1) of the packs whose data is read, drawn by lot. */
  readonly sample: number | undefined
  readonly threads: number
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: { done: number; total: number; bytes: number }) => void) | undefined
}

export type Problem = { readonly object: string; readonly message: string }
export type VerifyOutcome = {
  readonly packs: number
  readonly packsRead: number
  readonly snapshots: number
  readonly trees: number
  readonly chunks: number
  readonly bytesRead: number
  readonly problems: readonly Problem[]
  readonly omitted: number
  /** Ids of all snapshots that can't be restored whole, told of in `problems` or not. */
  readonly damagedSnapshots: readonly string[]
  /** Packs with damage that the index does not rely on: it was taken out of it, and is stored elsewhere, or needed by nothing. */
  readonly damagedAside: readonly string[]
  /** Packs that no index object lists: left by a run that was killed; the next backup takes them in. */
  readonly unusedPacks: readonly string[]
  /** Keys of objects that are none of ours: harmless, but somebody writes here who should not. */
  readonly foreign: readonly string[]
}

const LISTED = 1000
/** Packs that wait for a lane. */
const AHEAD = 4

/** Finds everything that would make a restore fail; it changes nothing. @throws `interrupted`, and what the storage throws but for damage */
export async function verify(repository: Repository, options: VerifyOptions): Promise<VerifyOutcome> {
  // What lies in a cache proves nothing about the repository.
  return new Verification(repository.withoutCache(), options).run()
}

class Verification {
  readonly #repository: Repository
  readonly #options: VerifyOptions
  readonly #problems: Problem[] = []
  #omitted = 0
  #bytesRead = 0
  #packsRead = 0
  readonly #aside: string[] = []
  /** What files must not rely on. */
  readonly #badPacks = new Set<number>()
  /** Pack number and id: the same chunk may be whole in another pack. */
  readonly #badChunks = new Set<string>()

  constructor(repository: Repository, options: VerifyOptions) {
    this.#repository = repository
    this.#options = options
  }

  async run(): Promise<VerifyOutcome> {
    const repository = this.#repository
    const { damaged } = await readSlots(repository.storage)
    for (const { id, error } of damaged) this.#report(`keys/${id}`, messageOf(error))
    if (repository.configState !== 'good')
      this.#report('config', `it is ${repository.configState}; the next backup puts it right`)
    await repository.loadIndex({ onDamage: (key, error) => this.#report(key, messageOf(error)) })
    const unusedPacks = await this.#checkListing()
    await this.#checkPacks()
    const { snapshots, trees, damagedSnapshots } = await this.#checkSnapshots()
    return {
      packs: repository.packs.length,
      packsRead: this.#packsRead,
      snapshots,
      trees,
      chunks: repository.table.count,
      bytesRead: this.#bytesRead,
      problems: this.#problems,
      omitted: this.#omitted,
      damagedSnapshots,
      damagedAside: this.#aside,
      unusedPacks,
      foreign: await this.#foreign(),
    }
  }

  async #foreign(): Promise<string[]> {
    const keys: string[] = []
    for await (const { key } of this.#repository.storage.list(''))
      if (!isOurs(key) && keys.length < LISTED) keys.push(key)
    return keys
  }

  #report(object: string, message: string): void {
    if (this.#problems.length < LISTED) this.#problems.push({ object, message })
    else this.#omitted++
  }

  /** Compares the packs that are there with those of the index. @returns packs that the index doesn't list */
  async #checkListing(): Promise<string[]> {
    const packs = await listPacks(this.#repository.storage)
    const sizes = new Map(packs.map((pack) => [pack.id, pack.size]))
    const unused = new Set(sizes.keys())
    this.#repository.packs.forEach((record, number) => {
      const size = sizes.get(record.id)
      unused.delete(record.id)
      if (size === record.size) return
      this.#badPacks.add(number)
      this.#report(
        `packs/${record.id}`,
        size === undefined ? 'it is missing' : `it has ${size} bytes instead of ${record.size}`,
      )
    })
    return [...unused]
  }

  async #checkPacks(): Promise<void> {
    const { keyring, table, storage, ref, packs } = this.#repository
    const { threads, onProgress } = this.#options
    const init: VerifyInit = { material: keyring.material, table: table.memory }
    const pool = new Pool<VerifyTask, VerifyResult>({ kind: 'verify', init: () => init, threads, storage, ref })
    const chosen = this.#choose()
    const running = new Set<Promise<void>>()
    let done = 0
    try {
      for (const [number, record] of packs.entries()) {
        if (this.#badPacks.has(number)) continue
        if (this.#options.signal?.aborted) throw new HoldfastError('interrupted', 'The verification was interrupted')
        const check = this.#checkPack(pool, number, record, chosen(number)).then(() => {
          running.delete(check)
          onProgress?.({ done: ++done, total: packs.length, bytes: this.#bytesRead })
        })
        running.add(check)
        if (running.size >= Math.max(1, threads) * AHEAD) await Promise.race(running)
      }
      await Promise.all(running)
    } finally {
      await pool.close()
    }
  }

  /** Which packs' data is read. */
  #choose(): (pack: number) => boolean {
    const { readData, sample } = this.#options
    if (sample === undefined) return () => readData
    const total = this.#repository.packs.length
    const numbers = Array.from({ length: total }, (_, i) => i)
    const count = Math.min(total, Math.ceil(total * sample))
    for (let i = 0; i < count; i++) {
      const other = randomInt(i, total)
      ;[numbers[i], numbers[other]] = [numbers[other]!, numbers[i]!]
    }
    const drawn = new Set(numbers.slice(0, count))
    return (pack) => drawn.has(pack)
  }

  async #checkPack(
    pool: Pool<VerifyTask, VerifyResult>,
    number: number,
    record: PackRecord,
    data: boolean,
  ): Promise<void> {
    const { id, size, frames } = record
    const result = await pool.run({ id, size, frames, data, number })
    for (const problem of result.problems) this.#report(packKey(id), problem)
    if (result.aside) this.#aside.push(id)
    if (result.unreadable) this.#badPacks.add(number)
    for (let i = 0; i < result.badChunks.length; i += ID_LENGTH)
      this.#badChunks.add(`${number}/${hex(result.badChunks.subarray(i, i + ID_LENGTH))}`)
    this.#bytesRead += result.bytesRead
    if (data) this.#packsRead++
  }

  /** Every snapshot names the one before it of the same source: a gap shows that one was removed, or that this is an older copy with newer parts. */
  #checkChain(snapshots: readonly StoredSnapshot[], there: ReadonlySet<string>): void {
    for (const { id, previous, host } of snapshots)
      if (previous !== null && !there.has(previous))
        this.#report(`snapshots/${previous}`, `it is missing, though snapshot ${id} of ${host} follows it`)
  }

  async #checkSnapshots(): Promise<Pick<VerifyOutcome, 'snapshots' | 'trees' | 'damagedSnapshots'>> {
    const { storage, keyring } = this.#repository
    const { snapshots, damaged } = await readSnapshots(storage, keyring)
    for (const { id, error } of damaged) this.#report(`snapshots/${id}`, messageOf(error))
    this.#checkChain(snapshots, new Set([...snapshots, ...damaged].map(({ id }) => id)))
    const trees = new TreeCheck(this.#repository, this.#badPacks, this.#badChunks, (path, message) =>
      this.#report(path, message),
    )
    const damagedSnapshots = damaged.map(({ id }) => id)
    for (const snapshot of snapshots)
      if (!(await trees.check(snapshot, this.#options.signal))) damagedSnapshots.push(snapshot.id)
    return { snapshots: snapshots.length, trees: trees.count, damagedSnapshots }
  }
}
