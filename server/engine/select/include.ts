// Which part of a snapshot a restore wants.

import { PatternIndex, parsePatterns } from './matcher.ts'
import { mayMatchBelow, type Pattern } from './pattern.ts'

/** `maybe below`: a directory that is not wanted itself, but may contain something that is. */
export type Wanted = 'yes' | 'no' | 'maybe below'

export type Include = {
  /** Whether the entry at `path` (relative to the root, a byte string) is wanted. Cheapest when asked in the order of a walk. */
  wants(path: string, isDirectory: boolean): Wanted
}

/**
 * Lines as in a .gitignore file, that name what is wanted: what a pattern matches, and all that lies below it unless a "!" pattern takes
 * it out again (or yet another pattern brings it back). With no pattern, or "!" patterns only, all the rest is wanted.
 */
export function compileInclude(lines: readonly string[]): Include {
  const patterns = parsePatterns(lines)
  const positive = patterns.filter(({ negated }) => !negated)
  const inherit = inheritance(patterns, positive.length === 0)
  return {
    wants(path, isDirectory) {
      if (inherit(path, isDirectory)) return 'yes'
      return isDirectory && positive.some((pattern) => mayMatchBelow(pattern, path)) ? 'maybe below' : 'no'
    },
  }
}

/** Tells whether a path is wanted: as the last pattern that matches it says, or else as its directory, and so on up to the root. */
function inheritance(patterns: readonly Pattern[], root: boolean): (path: string, isDirectory: boolean) => boolean {
  const index = new PatternIndex(patterns)
  let lastDirectory = ''
  let lastAnswer = root

  const ofDirectory = (path: string): boolean => {
    if (path === '') return root
    if (path !== lastDirectory) {
      lastAnswer = ofEntry(path, true)
      lastDirectory = path
    }
    return lastAnswer
  }
  const ofEntry = (path: string, isDirectory: boolean): boolean => {
    const pattern = patterns[index.last(path, isDirectory)]
    return pattern === undefined ? ofDirectory(path.slice(0, Math.max(0, path.lastIndexOf('/')))) : !pattern.negated
  }
  return ofEntry
}
