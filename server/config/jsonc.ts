// Reads JSON with comments: the value, where each thing stands, and everything that is wrong with the text (syntax, keys given twice).
import {
  createScanner,
  findNodeAtLocation,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser'
import { maxDocumentBytes, maxDocumentDepth } from '../contract/config/document.ts'
import type { Path, PathPart } from '../contract/config/paths.ts'
import { type Problem, problem } from '../contract/config/problems.ts'

export type Place = { readonly line: number; readonly column: number }

export type JsonText = {
  /** Undefined when there is none at all. */
  readonly value: unknown
  readonly problems: readonly Problem[]
  /** Where a key (or, when it is absent, the nearest thing around it) stands. Lines and columns from 1. */
  locate(path: Path): Place | undefined
}

/** Reads text that may have comments and commas at the end of lists. It throws nothing. */
export function readJsonc(given: string): JsonText {
  const text = given.startsWith('\uFEFF') ? given.slice(1) : given
  const refused = tooMuch(text)
  if (refused) return { value: undefined, problems: [refused], locate: () => undefined }
  const placeAt = placesOf(text)
  const errors: ParseError[] = []
  const tree = parseTree(text, errors, { allowTrailingComma: true })
  const problems = errors.map(({ error, offset }) => problem('syntax', [], sayError(error), placeAt(offset)))
  if (!tree) return { value: undefined, problems, locate: () => undefined }
  const value = plainValue(tree, [], (path, offset) => {
    const key = JSON.stringify(path.at(-1))
    problems.push(problem('duplicate', path, `the key ${key} is here a second time`, placeAt(offset)))
  })
  return { value, problems, locate: (path) => locate(tree, path, placeAt) }
}

/** The parser calls itself for each level, so the depth is looked at before. */
function tooMuch(text: string): Problem | undefined {
  const bytes = Buffer.byteLength(text)
  if (bytes > maxDocumentBytes) {
    return problem('syntax', [], `it has ${bytes} bytes; ${maxDocumentBytes} are allowed`)
  }
  const scanner = createScanner(text, true)
  let depth = 0
  // By its place, for of a text that ends with "/*" the last token has a length for ever.
  for (scanner.scan(); scanner.getTokenOffset() < text.length; scanner.scan()) {
    const first = text[scanner.getTokenOffset()]
    if (first === '{' || first === '[') depth++
    if (first === '}' || first === ']') depth--
    if (depth > maxDocumentDepth) return problem('syntax', [], `it is nested deeper than ${maxDocumentDepth}`)
  }
  return undefined
}

/** "InvalidCommentToken" -> "invalid comment token" */
const sayError = (code: number): string =>
  printParseErrorCode(code)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()

function placesOf(text: string): (offset: number) => Place {
  const starts = [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map(({ index, 0: end }) => index + end.length)]
  return (offset) => {
    let [line, end] = [0, starts.length]
    while (end - line > 1) {
      const middle = (line + end) >> 1
      if ((starts[middle] ?? 0) <= offset) line = middle
      else end = middle
    }
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 }
  }
}

/** The plain value. Of a key that is there twice the first counts, and `twice` is told. Keys become own properties, "__proto__" too. */
function plainValue(node: Node, path: Path, twice: (path: Path, offset: number) => void): unknown {
  if (node.type === 'array') return (node.children ?? []).map((item, i) => plainValue(item, [...path, i], twice))
  if (node.type !== 'object') return node.value
  const entries = new Map<string, unknown>()
  for (const { children: [key, value] = [] } of node.children ?? []) {
    if (key === undefined) continue
    const place = [...path, String(key.value)]
    if (entries.has(String(key.value))) twice(place, key.offset)
    else entries.set(String(key.value), value === undefined ? undefined : plainValue(value, place, twice))
  }
  return Object.fromEntries(entries)
}

function locate(tree: Node, path: Path, placeAt: (offset: number) => Place): Place {
  for (let depth = path.length; depth > 0; depth--) {
    const node = findNodeAtLocation(tree, path.slice(0, depth) as PathPart[])
    if (node) return placeAt(node.parent?.type === 'property' ? node.parent.offset : node.offset)
  }
  return placeAt(tree.offset)
}
