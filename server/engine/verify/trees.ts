// Walks the trees of snapshots, each node once, and makes sure that every chunk that a file needs is there.
import { HoldfastError, messageOf } from '../../contract/errors.ts'
import { hex } from '../../lib/bytes.ts'
import { ID_LENGTH, META } from '../crypto/chunk-id.ts'
import { escapePath } from '../posix/errors.ts'
import { isAboutObject } from '../repository/names.ts'
import type { Repository } from '../repository/repository.ts'
import type { StoredSnapshot } from '../repository/snapshot.ts'
import type { Entry } from '../tree/entry.ts'
import { contentOf, type LoadMeta, type OwnedEntry, readDirectory } from '../tree/reader.ts'

type Level = { readonly node: Uint8Array; readonly path: string; readonly entries: AsyncGenerator<OwnedEntry> }

export class TreeCheck {
  /** Directories that were looked into. */
  count = 0
  readonly #repository: Repository
  readonly #badPacks: ReadonlySet<number>
  readonly #badChunks: ReadonlySet<string>
  readonly #report: (object: string, message: string) => void
  /** One bit for each place of the chunk table: the trees seen so far. */
  readonly #seen: Uint8Array
  /** Of these, the trees below which something is damaged: other snapshots with the same tree are hit as well, though it is told once. */
  readonly #hit: Uint8Array

  constructor(
    repository: Repository,
    badPacks: ReadonlySet<number>,
    badChunks: ReadonlySet<string>,
    report: (object: string, message: string) => void,
  ) {
    this.#repository = repository
    this.#badPacks = badPacks
    this.#badChunks = badChunks
    this.#report = report
    this.#seen = new Uint8Array(Math.ceil(repository.table.slots / 8))
    this.#hit = new Uint8Array(this.#seen.length)
  }

  /** @returns whether all that the snapshot needs is there and not known to be bad */
  async check(snapshot: StoredSnapshot, signal: AbortSignal | undefined): Promise<boolean> {
    const stack: Level[] = []
    const name = `snapshots/${snapshot.id}`
    let whole = true
    const hit = (): void => {
      whole = false
      for (const { node } of stack) this.#mark(this.#hit, node)
    }
    const enter = (node: Uint8Array, path: string): void => {
      if (this.#markSeen(node)) stack.push({ node, path, entries: readDirectory(this.#load, node) })
      else if (this.#isMarked(this.#hit, node)) hit()
    }
    enter(Buffer.from(snapshot.tree, 'hex'), '')
    for (let level = stack.at(-1); level; level = stack.at(-1)) {
      if (signal?.aborted) throw new HoldfastError('interrupted', 'The verification was interrupted')
      try {
        const next = await level.entries.next()
        if (next.done) {
          stack.pop()
          continue
        }
        const { entry } = next.value
        const path = `${level.path}/${entry.name}`
        if (entry.type === 'file' && !(await this.#checkFile(name, path, entry))) hit()
        if (entry.type === 'directory' && entry.subtree.length > 0) enter(entry.subtree, path)
      } catch (error) {
        if (!isAboutObject(error)) throw error
        // The rest of this directory can't be known; go on above it.
        hit()
        stack.pop()
        this.#report(name, `${escapePath(level.path) || '/'}: the directory can't be read: ${messageOf(error)}`)
      }
    }
    return whole
  }

  readonly #load: LoadMeta = (id) => this.#repository.readChunk(META, id)

  /** @returns false when the node was seen before */
  #markSeen(node: Uint8Array): boolean {
    if (this.#isMarked(this.#seen, node)) return false
    this.count++
    this.#mark(this.#seen, node)
    return true
  }

  /** A node that the index does not know is never marked: it is looked at again, and told of again. */
  #isMarked(bits: Uint8Array, node: Uint8Array): boolean {
    const ordinal = this.#repository.table.ordinal(node)
    return ordinal !== undefined && (bits[ordinal >> 3]! & (1 << (ordinal & 7))) !== 0
  }

  #mark(bits: Uint8Array, node: Uint8Array): void {
    const ordinal = this.#repository.table.ordinal(node)
    if (ordinal !== undefined) bits[ordinal >> 3]! |= 1 << (ordinal & 7)
  }

  /** @returns false for one that can't be restored */
  async #checkFile(snapshot: string, path: string, entry: Entry): Promise<boolean> {
    try {
      await this.#checkContent(entry)
      return true
    } catch (error) {
      if (!isAboutObject(error)) throw error
      this.#report(snapshot, `${escapePath(path)} can't be restored: ${messageOf(error)}`)
      return false
    }
  }

  async #checkContent(entry: Entry): Promise<void> {
    const { table } = this.#repository
    let size = 0
    for (let i = 1; i < entry.holes.length; i += 2) size += entry.holes[i]!
    for await (const ids of contentOf(this.#load, entry)) {
      for (let i = 0; i < ids.length; i += ID_LENGTH) {
        const id = ids.subarray(i, i + ID_LENGTH)
        const at = table.find(id)
        const good = at && !this.#badPacks.has(at.pack) && !this.#isBad(at.pack, id)
        if (!good) throw new HoldfastError('damaged', `chunk ${hex(id).slice(0, 16)} is ${at ? 'damaged' : 'missing'}`)
        size += at.length
        // Lists of lists may name more than all disks hold.
        if (at.length === 0 || size > entry.size) throw wrongSum(size, entry)
      }
    }
    if (size !== entry.size) throw wrongSum(size, entry)
  }

  #isBad(pack: number, id: Uint8Array): boolean {
    return this.#badChunks.size > 0 && this.#badChunks.has(`${pack}/${hex(id)}`)
  }
}

const wrongSum = (sum: number, { size }: Entry): HoldfastError =>
  new HoldfastError('damaged', `its chunks make ${sum} bytes instead of ${size}`)
