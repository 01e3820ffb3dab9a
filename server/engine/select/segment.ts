// One segment of a pattern (what stands between slashes), and matching it against one name in time O(pattern * name).

import { charLength, codeAt, toByteString } from './chars.ts'
import type { Reader } from './reader.ts'
import { type CharSet, readSet } from './set.ts'

export const anyChars = Symbol('*')
export const oneChar = Symbol('?')

/** A byte string stands for itself. */
export type Token = string | typeof anyChars | typeof oneChar | CharSet

export type Segment = readonly Token[]

/** Reads a segment up to the reader's end. Two or more stars together are one here. */
export function readSegment(reader: Reader, ignoreCase: boolean): Segment {
  const tokens: Token[] = []
  while (!reader.done) {
    if (reader.skip('*')) {
      if (tokens.at(-1) !== anyChars) tokens.push(anyChars)
    } else if (reader.skip('?')) tokens.push(oneChar)
    else if (reader.skip('[')) tokens.push(readSet(reader, ignoreCase))
    else appendText(tokens, toByteString(String.fromCodePoint(reader.escaped())))
  }
  return tokens
}

function appendText(tokens: Token[], text: string): void {
  const last = tokens.at(-1)
  if (typeof last === 'string') tokens[tokens.length - 1] = last + text
  else tokens.push(text)
}

/** The name that the segment stands for when it has no wildcard. */
export const literalOf = (segment: Segment): string | undefined =>
  segment.length === 1 && typeof segment[0] === 'string' ? segment[0] : undefined

const textAt = (segment: Segment, index: number): string => {
  const token = segment.at(index)
  return typeof token === 'string' ? token : ''
}

/** The plain text that the names begin with which the segment matches; perhaps none. */
export const headOf = (segment: Segment): string => textAt(segment, 0)

/** The plain text that they end with. */
export const tailOf = (segment: Segment): string => textAt(segment, -1)

/** Whether the segment is one star with or without plain text on either side, so that head, tail and length say all. */
export const isHeadAndTail = (segment: Segment): boolean =>
  segment.filter((token) => token === anyChars).length === 1 &&
  segment.every((token) => token === anyChars || typeof token === 'string')

/**
 * Whether `segment` matches all of path[from, to). Each token but the star takes a fixed text or one character, so when something fails
 * only the last star needs to take one character more (earlier ones can't help): no exponential backtracking.
 */
export function matchSegment(segment: Segment, path: string, from: number, to: number): boolean {
  let at = from
  let next = 0
  let star = -1
  let starEnd = 0
  for (;;) {
    const token = segment[next]
    if (token === anyChars) {
      star = next++
      starEnd = at
      if (next === segment.length) return true
      continue
    }
    const after = token === undefined ? -1 : step(token, path, at, to)
    if (after >= 0) {
      at = after
      next++
    } else if (token === undefined && at === to) return true
    else if (star < 0 || starEnd >= to) return false
    else {
      starEnd += charLength(path, starEnd)
      at = starEnd
      next = star + 1
    }
  }
}

/** Where matching goes on after `token` took what is at `at`; -1 when it does not match. */
function step(token: string | typeof oneChar | CharSet, path: string, at: number, to: number): number {
  if (typeof token === 'string') {
    const after = at + token.length
    return after <= to && path.startsWith(token, at) ? after : -1
  }
  if (at >= to || (token !== oneChar && !token.has(codeAt(path, at)))) return -1
  return at + charLength(path, at)
}
