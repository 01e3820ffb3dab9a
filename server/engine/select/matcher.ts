// Many patterns against millions of paths: plain names, suffixes and paths are looked up, only the rest is tried one by one.

import { literalPath, matches, type Pattern, parsePattern } from './pattern.ts'
import { literalOf, suffixOf } from './segment.ts'

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

/** A pattern that was not turned into a look-up. */
type Slow = { readonly place: number; readonly pattern: Pattern; readonly suffix: string | undefined }

/** Finds the last of many patterns that matches a path. */
export class PatternIndex {
  readonly #names = new Map<string, Places>()
  readonly #paths = new Map<string, Places>()
  /** "*.tar.gz" under ".gz": a name that ends with the one has the other as its last extension. */
  readonly #extensions = new Map<string, Slow[]>()
  /** Last first. */
  readonly #slow: Slow[] = []

  constructor(patterns: readonly Pattern[]) {
    patterns.forEach((pattern, place) => {
      this.#add(pattern, place)
    })
  }

  #add(pattern: Pattern, place: number): void {
    const { target } = pattern
    const literal = target.anchored ? literalPath(target.path) : literalOf(target.name)
    const suffix = target.anchored ? undefined : suffixOf(target.name)
    if (literal === undefined) this.#slowList(suffix).unshift({ place, pattern, suffix })
    else setPlace(target.anchored ? this.#paths : this.#names, literal, pattern, place)
  }

  /** Where a pattern goes that is no plain name or path. */
  #slowList(suffix: string | undefined): Slow[] {
    const dot = suffix?.lastIndexOf('.') ?? -1
    if (suffix === undefined || dot < 0) return this.#slow
    const extension = suffix.slice(dot)
    const list = this.#extensions.get(extension) ?? []
    this.#extensions.set(extension, list)
    return list
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
    return lastOf(this.#slow, path, nameStart, isDirectory, last)
  }
}

function setPlace(map: Map<string, Places>, key: string, pattern: Pattern, place: number): void {
  const places = map.get(key) ?? { any: -1, dir: -1 }
  map.set(key, pattern.dirsOnly ? { ...places, dir: place } : { ...places, any: place })
}

/** The place of the first of `candidates` (last first) that matches, if that is later than `found`; otherwise `found`. */
function lastOf(
  candidates: readonly Slow[],
  path: string,
  nameStart: number,
  isDirectory: boolean,
  found: number,
): number {
  for (const { place, pattern, suffix } of candidates) {
    if (place < found) break
    if (pattern.dirsOnly && !isDirectory) continue
    if (suffix === undefined ? matches(pattern, path, nameStart) : endsWith(path, nameStart, suffix)) return place
  }
  return found
}

const endsWith = (path: string, nameStart: number, suffix: string): boolean =>
  path.length - nameStart >= suffix.length && path.endsWith(suffix)
