// The pattern of a search for files.

import { foldCase } from './chars.ts'
import { matches, parseGlob } from './pattern.ts'

/** Whether the entry at `path` (relative to the root, a byte string) is one that is searched for. */
export type PathTest = (path: string, isDirectory: boolean) => boolean

/**
 * A pattern with the wildcards of a .gitignore file, but where "!", "#" and spaces stand for themselves. Without a slash it is about the
 * last name of a path, with one about the whole path from the root (begin with "**" and a slash for: at any depth); with one at its end
 * about directories only. A pattern that makes no sense: `usage`.
 */
export function globToMatcher(pattern: string, { ignoreCase = false }: { ignoreCase?: boolean } = {}): PathTest {
  const glob = parseGlob(ignoreCase ? pattern.toLowerCase() : pattern, { ignoreCase })
  return (path, isDirectory) => {
    if (glob.dirsOnly && !isDirectory) return false
    const folded = ignoreCase ? foldCase(path) : path
    return matches(glob, folded, folded.lastIndexOf('/') + 1)
  }
}
