// Goes on in a tree where an earlier look stopped: everything that comes after a path, reading only the nodes that can hold it.
import type { Entry } from '../tree/entry.ts'
import { entriesOf, type LoadMeta, leavesOf, type OwnedEntry, type WalkStep } from '../tree/reader.ts'

/** The entries of a directory whose names are not before `from`, in order. */
export async function* entriesFrom(load: LoadMeta, node: Uint8Array, from: string): AsyncGenerator<OwnedEntry> {
  let last = ''
  for await (const leaf of leavesOf(load, node, from)) {
    for (const entry of entriesOf(leaf, last)) {
      last = entry.name
      if (entry.name >= from) yield { entry, owners: leaf.owners }
    }
  }
}

type Level = {
  readonly prefix: string
  readonly entries: AsyncGenerator<OwnedEntry>
  /** The name at this level that `after` goes through: what was seen already, all but what follows below it. */
  readonly seen: string | undefined
}

/**
 * Everything below a directory that comes after the path `after` ("a/b", a byte string; '' for all), in the order of `walkTree`: depth first,
 * a directory before what it holds.
 */
export async function* walkAfter(load: LoadMeta, node: Uint8Array, after: string): AsyncGenerator<WalkStep> {
  const names = after === '' ? [] : after.split('/')
  const open = (of: Uint8Array, prefix: string, depth: number | undefined): Level => {
    const seen = depth === undefined ? undefined : names[depth]
    return { prefix, entries: entriesFrom(load, of, seen ?? ''), seen }
  }
  const stack = [open(node, '', 0)]
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const next = await top.entries.next()
    if (next.done) {
      stack.pop()
      continue
    }
    const { entry } = next.value
    const path = top.prefix === '' ? entry.name : `${top.prefix}/${entry.name}`
    const wasSeen = entry.name === top.seen
    if (!wasSeen) yield { ...next.value, path }
    if (canEnter(entry)) stack.push(open(entry.subtree, path, wasSeen ? stack.length : undefined))
  }
}

const canEnter = (entry: Entry): boolean => entry.type === 'directory' && entry.subtree.length > 0
