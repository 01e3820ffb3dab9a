// The chunk ids of a file, gathered in order. A long list goes to content lists (chunks of class META), so an entry stays small.
import { ID_LENGTH } from '../crypto/chunk-id.ts'
import { CONTENT_LIST } from './node.ts'
import type { StoreMeta } from './writer.ts'

/** Ids that an entry holds itself at most, and ids in a list. */
const DIRECT = 512
const PER_LIST = 4096

/** Memory stays at PER_LIST ids a level, however long the file. */
export class ContentWriter {
  readonly #store: StoreMeta
  readonly #levels: Buffer[] = [Buffer.alloc(0)]

  constructor(store: StoreMeta) {
    this.#store = store
  }

  async add(ids: Uint8Array): Promise<void> {
    await this.#add(0, ids)
  }

  /** What the entry is to hold. */
  async finish(): Promise<{ content: Uint8Array; contentDepth: number }> {
    for (let depth = 0; ; depth++) {
      const pending = this.#levels[depth]!
      const top = depth === this.#levels.length - 1
      if (top && pending.length <= DIRECT * ID_LENGTH) return { content: pending, contentDepth: depth }
      if (pending.length > 0) await this.#storeList(depth, pending)
    }
  }

  async #add(depth: number, ids: Uint8Array): Promise<void> {
    let pending = Buffer.concat([this.#levels[depth] ?? Buffer.alloc(0), ids])
    while (pending.length >= PER_LIST * ID_LENGTH) {
      await this.#storeList(depth, pending.subarray(0, PER_LIST * ID_LENGTH))
      pending = pending.subarray(PER_LIST * ID_LENGTH)
    }
    this.#levels[depth] = pending
  }

  async #storeList(depth: number, ids: Uint8Array): Promise<void> {
    const id = await this.#store(Buffer.concat([Uint8Array.of(CONTENT_LIST), ids]))
    if (depth + 1 === this.#levels.length) this.#levels.push(Buffer.alloc(0))
    await this.#add(depth + 1, id)
  }
}
