// What changed between two snapshots. Directories that are the same are not entered: it costs what differs.
import type { Repository } from '../repository/repository.ts'
import type { StoredSnapshot } from '../repository/snapshot.ts'
import type { Entry } from '../tree/entry.ts'
import type { LoadMeta, OwnedEntry } from '../tree/reader.ts'
import { entriesFrom } from './after.ts'
import { metaLoader } from './list.ts'

export type Change = 'added' | 'removed' | 'content' | 'metadata' | 'type'
export type Difference = {
  readonly path: string
  readonly change: Change
  readonly before: Entry | undefined
  readonly after: Entry | undefined
}

/**
 * Differences in the order of the tree, a directory before what it holds; of a directory that was added or removed, everything below too.
 * `after`: a path that was given already, only what follows it is wanted.
 */
export async function* diff(
  repository: Repository,
  a: Pick<StoredSnapshot, 'tree'>,
  b: Pick<StoredSnapshot, 'tree'>,
  after = '',
): AsyncGenerator<Difference> {
  await repository.loadIndexToRead()
  yield* compare(metaLoader(repository), Buffer.from(a.tree, 'hex'), Buffer.from(b.tree, 'hex'), after)
}

type Pair = { readonly before: Entry | undefined; readonly after: Entry | undefined }

/** Goes through two directories side by side; a stack, since they may be nested thousands deep. */
async function* compare(load: LoadMeta, a: Uint8Array, b: Uint8Array, seenTo: string): AsyncGenerator<Difference> {
  const names = seenTo.split('/').filter((name) => name !== '')
  const open = (path: string, from: Uint8Array, to: Uint8Array, seen: string | undefined) => ({
    path,
    seen,
    pairs: sideBySide(load, from, to, seen),
  })
  const stack = [open('', a, b, names[0])]
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const next = await top.pairs.next()
    if (next.done) {
      stack.pop()
      continue
    }
    const { before, after } = next.value
    const { name } = (before ?? after)!
    const path = `${top.path}/${name}`
    const wasSeen = name === top.seen
    const change = wasSeen ? undefined : changeOf(before, after)
    if (change) yield { path, change, before, after }
    const from = subtreeOf(before)
    const to = subtreeOf(after)
    if ((from.length > 0 || to.length > 0) && Buffer.compare(from, to) !== 0)
      stack.push(open(path, from, to, wasSeen ? names[stack.length] : undefined))
  }
}

async function* sideBySide(load: LoadMeta, a: Uint8Array, b: Uint8Array, first = ''): AsyncGenerator<Pair> {
  const left = entries(load, a, first)
  const right = entries(load, b, first)
  let before = await left.next()
  let after = await right.next()
  while (!before.done || !after.done) {
    const order = before.done ? 1 : after.done ? -1 : compareNames(before.value.entry.name, after.value.entry.name)
    const pair: Pair = {
      before: order <= 0 && !before.done ? before.value.entry : undefined,
      after: order >= 0 && !after.done ? after.value.entry : undefined,
    }
    if (order <= 0) before = await left.next()
    if (order >= 0) after = await right.next()
    yield pair
  }
}

async function* entries(load: LoadMeta, node: Uint8Array, first: string): AsyncGenerator<OwnedEntry> {
  if (node.length > 0) yield* entriesFrom(load, node, first)
}

const compareNames = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const subtreeOf = (entry: Entry | undefined): Uint8Array => entry?.subtree ?? new Uint8Array(0)

function changeOf(before: Entry | undefined, after: Entry | undefined): Change | undefined {
  if (!before) return 'added'
  if (!after) return 'removed'
  if (before.type !== after.type) return 'type'
  const sameContent =
    before.size === after.size &&
    before.target === after.target &&
    before.contentDepth === after.contentDepth &&
    Buffer.compare(before.content, after.content) === 0 &&
    // The same chunks elsewhere are another content.
    before.holes.length === after.holes.length &&
    before.holes.every((n, i) => n === after.holes[i]) &&
    before.deviceMajor === after.deviceMajor &&
    before.deviceMinor === after.deviceMinor
  if (!sameContent) return 'content'
  return sameMetadata(before, after) ? undefined : 'metadata'
}

/** ctime and inode differ after every restore: they are no change that a person would mean. */
const sameMetadata = (a: Entry, b: Entry): boolean =>
  a.mode === b.mode &&
  a.uid === b.uid &&
  a.gid === b.gid &&
  (a.type === 'directory' || (a.mtimeSec === b.mtimeSec && a.mtimeNsec === b.mtimeNsec)) &&
  a.xattrs.length === b.xattrs.length &&
  a.xattrs.every(([name, value], i) => name === b.xattrs[i]![0] && Buffer.compare(value, b.xattrs[i]![1]) === 0)
