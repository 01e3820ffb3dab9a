// What a backup starts from: the paths that were asked for, as a tree from "/" down to them.

/** Names below a directory above the roots; `null`: a root itself, taken with all that is below. */
export type Trie = Map<string, Trie | null>

/** Roots are absolute byte strings without "." or ".." (so "/" or "/a/b"); one that lies in another is part of that one. */
export function trieOf(roots: readonly string[]): Trie | null {
  const top: Trie = new Map()
  for (const root of roots) {
    const parts = root.split('/').filter((part) => part !== '')
    if (parts.length === 0) return null
    insert(top, parts)
  }
  return top
}

function insert(top: Trie, parts: readonly string[]): void {
  let level = top
  for (const [i, part] of parts.entries()) {
    const known = level.get(part)
    if (known === null) return
    if (i === parts.length - 1) {
      level.set(part, null)
      return
    }
    const below: Trie = known ?? new Map()
    level.set(part, below)
    level = below
  }
}

/** The names at one level, in order. */
export const namesOf = (trie: Trie): string[] => [...trie.keys()].sort()
