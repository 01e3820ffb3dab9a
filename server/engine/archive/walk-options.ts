// What a walk is given.
import type { ChunkTable } from '../index/table.ts'
import type { Matcher } from '../select/matcher.ts'
import type { LoadMeta } from '../tree/reader.ts'
import type { StoreMeta } from '../tree/writer.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { Trie } from './roots.ts'
import type { Scout } from './scout.ts'

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
  readonly table: ChunkTable
  readonly dispatcher: Dispatcher
  /** Runs ahead of the walk. Undefined: nobody does. */
  readonly scout: Scout | undefined
  /** Called now and then: throws to stop. */
  readonly breathe: () => void
  readonly onNotice: (text: string) => void
}
