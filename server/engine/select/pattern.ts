// A pattern with the meaning it has in a .gitignore file, and matching it against a whole path.

import { Reader } from './reader.ts'
import { anyChars, literalOf, matchSegment, readSegment, type Segment } from './segment.ts'

/** "**" between slashes: any number of directories. */
export const anyDirs = Symbol('**')

/** What stands between the slashes of an anchored pattern. */
export type PathPart = Segment | typeof anyDirs

/** With a slash (other than at its end) a pattern is about the path from the root; else about the last name alone, in any directory. */
export type Target =
  | { readonly anchored: true; readonly path: readonly PathPart[] }
  | { readonly anchored: false; readonly name: Segment }

export type Glob = {
  /** Ends with "/". */
  readonly dirsOnly: boolean
  readonly target: Target
}

/** `negated`: begins with "!", so what it matches is not selected after all. */
export type Pattern = Glob & { readonly negated: boolean }

/** One line of a .gitignore file (see gitignore(5)); undefined for an empty line or a comment. A pattern that makes no sense: `usage`. */
export function parsePattern(line: string): Pattern | undefined {
  const end = withoutTrailingSpaces(line)
  if (end === 0 || line.startsWith('#')) return undefined
  const negated = line.startsWith('!')
  return { ...parseGlob(line, { start: negated ? 1 : 0, end }), negated }
}

/** A pattern where "!", "#" and spaces have no special meaning. */
export function parseGlob(source: string, { start = 0, end = source.length, ignoreCase = false } = {}): Glob {
  const dirsOnly = end > start && source[end - 1] === '/'
  const bodyEnd = dirsOnly ? end - 1 : end
  const anchored = source.slice(start, bodyEnd).includes('/')
  if (!anchored) return { dirsOnly, target: { anchored, name: readName(source, start, bodyEnd, ignoreCase) } }
  const bodyStart = source[start] === '/' ? start + 1 : start
  return { dirsOnly, target: { anchored, path: readPath(source, bodyStart, bodyEnd, ignoreCase) } }
}

/** Where the line ends without trailing spaces; a space after a backslash stays. */
function withoutTrailingSpaces(line: string): number {
  let end = 0
  for (let at = 0; at < line.length; at++) {
    const escaped = line[at] === '\\'
    if (escaped) at++
    if (escaped || line[at] !== ' ') end = Math.min(at + 1, line.length)
  }
  return end
}

function readPath(source: string, start: number, end: number, ignoreCase: boolean): PathPart[] {
  const parts: PathPart[] = []
  for (let from = start; from <= end; ) {
    const slash = source.indexOf('/', from)
    const to = slash < 0 || slash > end ? end : slash
    const isAnyDirs = /^\*{2,}$/.test(source.slice(from, to))
    parts.push(isAnyDirs ? anyDirs : readName(source, from, to, ignoreCase))
    from = to + 1
  }
  // A "**" at the end stands for everything inside, not for the directory itself.
  if (parts.at(-1) === anyDirs) parts.push([anyChars])
  return parts
}

/** A segment that some name can match. */
function readName(source: string, from: number, to: number, ignoreCase: boolean): Segment {
  const reader = new Reader(source, from, to)
  const text = source.slice(from, to)
  if (text === '') throw reader.error('matches nothing, as a name is missing', from)
  if (text === '.' || text === '..') throw reader.error(`matches nothing, as no path has the name "${text}"`, from)
  if (text.includes('\0')) throw reader.error('has a zero byte', from + text.indexOf('\0'))
  return readSegment(reader, ignoreCase)
}

/** The path that an anchored pattern stands for when it has no wildcard. */
export function literalPath(path: readonly PathPart[]): string | undefined {
  const names = path.map((part) => (part === anyDirs ? undefined : literalOf(part)))
  return names.includes(undefined) ? undefined : names.join('/')
}

/** Whether the parts of an anchored pattern match all of `path`; as in matchSegment only the last "**" is ever tried again. */
export function matchPath(parts: readonly PathPart[], path: string): boolean {
  let at = 0
  let next = 0
  let dirs = -1
  let dirsEnd = 0
  for (;;) {
    const part = parts[next]
    if (part === anyDirs) {
      dirs = next++
      dirsEnd = at
      continue
    }
    const end = nameEnd(path, at)
    if (part !== undefined && at <= path.length && matchSegment(part, path, at, end)) {
      at = end + 1
      next++
    } else if (part === undefined && at > path.length) return true
    else if (dirs < 0 || dirsEnd > path.length) return false
    else {
      dirsEnd = nameEnd(path, dirsEnd) + 1
      at = dirsEnd
      next = dirs + 1
    }
  }
}

/** Whether some path below the directory `path` can match. */
export function mayMatchBelow({ target }: Glob, path: string): boolean {
  if (!target.anchored) return true
  let at = 0
  for (const part of target.path) {
    if (part === anyDirs || at > path.length) return true
    const end = nameEnd(path, at)
    if (!matchSegment(part, path, at, end)) return false
    at = end + 1
  }
  return false
}

/** Where the name that begins at `at` ends. */
function nameEnd(path: string, at: number): number {
  const slash = path.indexOf('/', at)
  return slash < 0 ? path.length : slash
}

/** Whether `glob` matches a path whose last name begins at `nameStart`, apart from the question whether it is a directory. */
export const matches = ({ target }: Glob, path: string, nameStart: number): boolean =>
  target.anchored ? matchPath(target.path, path) : matchSegment(target.name, path, nameStart, path.length)
