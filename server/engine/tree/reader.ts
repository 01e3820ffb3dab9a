// Reads trees: a directory's entries in order, one entry by its path, everything below a place.
import { HoldfastError } from '../../contract/errors.ts'
import { ID_LENGTH } from '../crypto/chunk-id.ts'
import { decodeEntry, type Entry } from './entry.ts'
import { CONTENT_LIST, decodeNode, LEAF, type Leaf, type Owners } from './node.ts'

/** Gives the bytes of a chunk of class META, checked against its id. */
export type LoadMeta = (id: Uint8Array) => Promise<Uint8Array>

export type OwnedEntry = { readonly entry: Entry; readonly owners: Owners }

/** No honest writer stacks inner nodes or content lists higher than this. */
const MAX_DEPTH = 8

/** The leaves of a directory in order; with `from`, only those that can hold names from there on. */
export async function* leavesOf(load: LoadMeta, node: Uint8Array, from = '', depth = 0): AsyncGenerator<Leaf> {
  const decoded = decodeNode(await load(node))
  if (decoded.kind === LEAF) {
    // Each leaf has to move on, so that few nodes which stand in many places can't keep a reader busy for ever.
    if (depth > 0 && decoded.reader.done)
      throw new HoldfastError('damaged', 'A directory of many nodes has an empty one')
    yield decoded
    return
  }
  if (depth >= MAX_DEPTH) throw new HoldfastError('damaged', 'The nodes of a directory are stacked too high')
  const { children } = decoded
  for (const [i, child] of children.entries()) {
    const next = children[i + 1]
    if (next && next.firstName <= from) continue
    yield* leavesOf(load, child.id, from, depth + 1)
  }
}

/** The entries of a leaf in order. @throws `damaged` when names do not ascend, which a restore relies on */
export function* entriesOf(leaf: Leaf, after = ''): Generator<Entry> {
  let last = after
  const { reader } = leaf
  while (!reader.done) {
    const length = reader.varint()
    const end = reader.position + length
    if (end > reader.end) throw new HoldfastError('damaged', 'A tree entry is longer than its node')
    const nodeEnd = reader.end
    reader.end = end
    const entry = decodeEntry(reader)
    if (!reader.done) throw new HoldfastError('damaged', 'A tree entry is shorter than it says')
    reader.end = nodeEnd
    if (entry.name <= last) throw new HoldfastError('damaged', 'The names of a directory are out of order')
    last = entry.name
    yield entry
  }
}

/** The entries of a directory in ascending order of their names, a leaf at a time: what goes through millions of entries waits only for leaves. */
export async function* entryLists(
  load: LoadMeta,
  node: Uint8Array,
): AsyncGenerator<{ entries: Entry[]; owners: Owners }> {
  let last = ''
  for await (const leaf of leavesOf(load, node)) {
    const entries = [...entriesOf(leaf, last)]
    last = entries.at(-1)?.name ?? last
    yield { entries, owners: leaf.owners }
  }
}

/** The entries of a directory in ascending order of their names. */
export async function* readDirectory(load: LoadMeta, node: Uint8Array): AsyncGenerator<OwnedEntry> {
  for await (const { entries, owners } of entryLists(load, node)) {
    for (const entry of entries) yield { entry, owners }
  }
}

/** The entry of that name, reading only the leaf that can hold it. */
export async function lookUp(load: LoadMeta, node: Uint8Array, name: string): Promise<OwnedEntry | undefined> {
  let last = ''
  for await (const leaf of leavesOf(load, node, name)) {
    for (const entry of entriesOf(leaf, last)) {
      last = entry.name
      if (entry.name === name) return { entry, owners: leaf.owners }
      if (entry.name > name) return undefined
    }
  }
  return undefined
}

/** The entry at a path ("a/b/c", byte string) below a directory; undefined when there is none. */
export async function lookUpPath(load: LoadMeta, node: Uint8Array, path: string): Promise<OwnedEntry | undefined> {
  let found: OwnedEntry | undefined
  let directory = node
  for (const name of path.split('/').filter((part) => part !== '')) {
    if (found && found.entry.type !== 'directory') return undefined
    found = await lookUp(load, directory, name)
    if (!found) return undefined
    directory = found.entry.subtree
  }
  return found
}

export type WalkStep = OwnedEntry & { readonly path: string }

/** Everything below a directory, depth first, a directory before what it holds. `descend` may say no. */
export async function* walkTree(
  load: LoadMeta,
  node: Uint8Array,
  prefix = '',
  descend: (path: string) => boolean = () => true,
): AsyncGenerator<WalkStep> {
  // A stack instead of recursion: a source may be nested thousands deep.
  const stack = [{ prefix, entries: readDirectory(load, node) }]
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const next = await top.entries.next()
    if (next.done) {
      stack.pop()
      continue
    }
    const path = top.prefix === '' ? next.value.entry.name : `${top.prefix}/${next.value.entry.name}`
    yield { ...next.value, path }
    const { entry } = next.value
    if (entry.type === 'directory' && entry.subtree.length > 0 && descend(path)) {
      stack.push({ prefix: path, entries: readDirectory(load, entry.subtree) })
    }
  }
}

/** The chunk ids of a file, in order, in pieces of many ids (32 bytes each). */
export async function* contentOf(load: LoadMeta, entry: Entry): AsyncGenerator<Uint8Array> {
  if (entry.contentDepth > MAX_DEPTH) throw new HoldfastError('damaged', 'Content lists are stacked too high')
  yield* expand(load, entry.content, entry.contentDepth)
}

async function* expand(load: LoadMeta, ids: Uint8Array, depth: number): AsyncGenerator<Uint8Array> {
  if (depth === 0) {
    yield ids
    return
  }
  for (let at = 0; at < ids.length; at += ID_LENGTH) {
    const list = await load(ids.subarray(at, at + ID_LENGTH))
    if (list[0] !== CONTENT_LIST || (list.length - 1) % ID_LENGTH !== 0)
      throw new HoldfastError('damaged', 'A content list is malformed')
    yield* expand(load, list.subarray(1), depth - 1)
  }
}
