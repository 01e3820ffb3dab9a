// Many patterns against millions of paths: plain names, extensions and paths are looked up, only the rest is tried one by one.

import { anyDirs, literalPath, matches, type Pattern, parsePattern, type Target } from './pattern.ts'
import { headOf, isHeadAndTail, literalOf, tailOf } from './segment.ts'

/** What the last pattern that matches says; a "!" pattern says `include`. */
export type Verdict = 'exclude' | 'include'

export type Matcher = {
  /**
   * The verdict on a path relative to the root ("a/b/c", a byte string), undefined when no pattern matches. The caller does not enter
   * excluded directories: a "!" pattern can't bring back what lies below one, nor does this look at the directories above.
   */
  match(path: string, isDirectory: boolean): Verdict | undefined
}

/** The lines of a .gitignore file, as ordinary strings; a later one wins. A pattern that makes no sense: `usage`, with its place. */
export function compilePatterns(lines: readonly string[]): Matcher {
  const patterns = parsePatterns(lines)
  const index = new PatternIndex(patterns)
  const verdicts = patterns.map(({ negated }): Verdict => (negated ? 'include' : 'exclude'))
  return { match: (path, isDirectory) => verdicts[index.last(path, isDirectory)] }
}

export const parsePatterns = (lines: readonly string[]): Pattern[] =>
  lines.map(parsePattern).filter((pattern) => pattern !== undefined)

/** The place of the last pattern of a kind: among all of them, and among those for directories only. */
type Places = { any: number; dir: number }

const placeFor = (places: Places | undefined, isDirectory: boolean): number => {
  if (places === undefined) return -1
  return isDirectory && places.dir > places.any ? places.dir : places.any
}

/** A pattern with wildcards. */
type Wild = {
  readonly place: number
  readonly pattern: Pattern
  /** What the path (of an anchored pattern) or the name begins and ends with, as a quick test. */
  readonly head: string
  readonly tail: string
  /** The quick test says all. */
  readonly isSimple: boolean
}

function wild(pattern: Pattern, place: number): Wild {
  const { target } = pattern
  const last = target.anchored ? target.path.at(-1) : target.name
  return {
    place,
    pattern,
    head: target.anchored ? pathHead(target) : headOf(target.name),
    tail: last === undefined || last === anyDirs ? '' : tailOf(last),
    isSimple: !target.anchored && isHeadAndTail(target.name),
  }
}

/** The plain text that the paths begin with which an anchored pattern matches. */
function pathHead({ path }: Extract<Target, { anchored: true }>): string {
  let head = ''
  for (const part of path) {
    const literal = part === anyDirs ? undefined : literalOf(part)
    if (literal === undefined) return part === anyDirs ? head : head + headOf(part)
    head += `${literal}/`
  }
  return head
}

/** Finds the last of many patterns that matches a path. */
export class PatternIndex {
  readonly #names = new Map<string, Places>()
  readonly #paths = new Map<string, Places>()
  /** Those that end with plain text that has a dot, "*.tar.gz" under ".gz": it is the last extension of all the names that match. */
  readonly #extensions = new Map<string, Wild[]>()
  /** The others. In both the last comes first. */
  readonly #others: Wild[] = []

  constructor(patterns: readonly Pattern[]) {
    patterns.forEach((pattern, place) => {
      this.#add(pattern, place)
    })
  }

  #add(pattern: Pattern, place: number): void {
    const { target } = pattern
    const literal = target.anchored ? literalPath(target.path) : literalOf(target.name)
    if (literal !== undefined) setPlace(target.anchored ? this.#paths : this.#names, literal, pattern, place)
    else this.#addWild(wild(pattern, place))
  }

  #addWild(wild: Wild): void {
    const dot = wild.tail.lastIndexOf('.')
    const extension = wild.tail.slice(dot)
    const list = dot < 0 ? this.#others : (this.#extensions.get(extension) ?? [])
    if (dot >= 0) this.#extensions.set(extension, list)
    list.unshift(wild)
  }

  /** The place of the last pattern that matches; -1 when none does. */
  last(path: string, isDirectory: boolean): number {
    const nameStart = path.lastIndexOf('/') + 1
    const name = nameStart === 0 ? path : path.slice(nameStart)
    let last = placeFor(this.#names.get(name), isDirectory)
    if (this.#paths.size > 0) last = Math.max(last, placeFor(this.#paths.get(path), isDirectory))
    if (this.#extensions.size > 0) {
      const dot = name.lastIndexOf('.')
      const candidates = dot < 0 ? undefined : this.#extensions.get(name.slice(dot))
      if (candidates !== undefined) last = lastOf(candidates, path, nameStart, isDirectory, last)
    }
    return lastOf(this.#others, path, nameStart, isDirectory, last)
  }
}

function setPlace(map: Map<string, Places>, key: string, pattern: Pattern, place: number): void {
  const places = map.get(key) ?? { any: -1, dir: -1 }
  map.set(key, pattern.dirsOnly ? { ...places, dir: place } : { ...places, any: place })
}

/** The place of the first of `candidates` (last first) that matches, if that is later than `found`; otherwise `found`. */
function lastOf(
  candidates: readonly Wild[],
  path: string,
  nameStart: number,
  isDirectory: boolean,
  found: number,
): number {
  for (const wild of candidates) {
    if (wild.place < found) break
    if ((isDirectory || !wild.pattern.dirsOnly) && wildMatches(wild, path, nameStart)) return wild.place
  }
  return found
}

function wildMatches({ pattern, head, tail, isSimple }: Wild, path: string, nameStart: number): boolean {
  const start = pattern.target.anchored ? 0 : nameStart
  if (!path.startsWith(head, start) || !path.endsWith(tail)) return false
  return isSimple ? path.length - start >= head.length + tail.length : matches(pattern, path, nameStart)
}
