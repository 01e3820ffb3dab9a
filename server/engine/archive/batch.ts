// Files that go to a lane together.
import type { Slot } from './directory.ts'
import { pushVersion, type Version } from './stat.ts'
import type { FilesResult, FilesTask } from './tasks.ts'

/** A batch is closed at either. */
const BATCH_FILES = 256
const BATCH_BYTES = 2 << 20

export type BatchItem = { readonly slot: Slot; readonly path: string; readonly owner: number; readonly known: boolean }

/** What came of a file: an entry, a failure, or nothing at all when it is gone. */
export type BatchOutcome = BatchItem & {
  readonly entry: Uint8Array | undefined
  readonly failure: { errno: number; message: string } | undefined
}

export class Batch {
  readonly #items: BatchItem[] = []
  readonly #versions: number[] = []
  #bytes = 0

  add(item: BatchItem, version: Version): void {
    this.#items.push(item)
    pushVersion(this.#versions, version)
    this.#bytes += version.size
  }

  get empty(): boolean {
    return this.#items.length === 0
  }

  get full(): boolean {
    return this.#items.length >= BATCH_FILES || this.#bytes >= BATCH_BYTES
  }

  get task(): FilesTask {
    return {
      kind: 'files',
      paths: this.#items.map((item) => item.path),
      owners: this.#items.map((item) => item.owner),
      versions: Float64Array.from(this.#versions),
    }
  }

  slotOf(index: number): Slot {
    return this.#items[index]!.slot
  }

  /** The answer of a lane, file by file. */
  *outcomes(result: FilesResult): Generator<BatchOutcome> {
    const failures = new Map(result.failures.map(([index, errno, message]) => [index, { errno, message }]))
    const { buffer, byteOffset } = result.entries
    let at = byteOffset
    for (const [i, item] of this.#items.entries()) {
      const length = result.lengths[i]!
      yield { ...item, entry: length > 0 ? Buffer.from(buffer, at, length) : undefined, failure: failures.get(i) }
      at += length
    }
  }
}
