// For tests: the guide's configuration, as it stands.
import { readdirSync, readFileSync } from 'node:fs'
import type { ConfigDocument } from './document.ts'
import { isObject, type Path, type Plain } from './paths.ts'

const folder = new URL('../../../tests/fixtures/config/', import.meta.url)

export type Block = { readonly file: string; readonly text: string }

/** The 17 blocks, with their comments. */
export const guideBlocks = (): Block[] =>
  readdirSync(new URL('blocks/', folder))
    .sort()
    .map((file) => ({ file, text: readFileSync(new URL(`blocks/${file}`, folder), 'utf8') }))

export type GuideKey = {
  /** As in keys.tsv: lists have the name or type of the item in brackets. */
  readonly key: string
  readonly value: unknown
}

/** The 241 keys. */
export const guideKeys = (): GuideKey[] =>
  readFileSync(new URL('keys.tsv', folder), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [, key = '', value = ''] = line.split('\t')
      return { key, value: JSON.parse(value) as unknown }
    })

/** All blocks in one text: what the last block says again is left out, what is new in it stays. */
export function guideText(): string {
  const blocks = guideBlocks().map(({ text }) =>
    text
      .trim()
      .replace(/^\{|\}$/g, '')
      .trimEnd(),
  )
  const last = (blocks.pop() ?? '').split(/(?<=^ {2}\}),$/m).slice(0, 2)
  return `{${[...blocks, ...last].join(',')}\n}\n`
}

/** One object over another, key by key. */
export function merged(below: unknown, above: unknown): unknown {
  if (!isObject(below) || !isObject(above)) return above
  return Object.fromEntries(
    [...new Set([...Object.keys(below), ...Object.keys(above)])].map((key) => [
      key,
      Object.hasOwn(above, key) ? merged((below as Plain)[key], above[key]) : below[key],
    ]),
  )
}

/** Where a key of keys.tsv is in a document. */
export function placeOf(document: ConfigDocument, key: string): Path {
  const place: (string | number)[] = []
  let at: unknown = document
  for (const [, name, item] of key.matchAll(/([^.[\]]+)|\[([^\]]+)\]/g)) {
    const part = name ?? (at as Plain[]).findIndex((each) => isObject(each) && (each.name ?? each.type) === item)
    place.push(part)
    at = (at as Record<string | number, unknown>)[part]
  }
  return place
}

/** A copy with another value (or, for undefined, nothing) at a place, and another key when `rename` says so. */
export function withValue(document: unknown, path: Path, value: unknown, rename?: string): unknown {
  const copy = structuredClone(document) as Plain
  let at = copy as Record<string | number, unknown>
  for (const part of path.slice(0, -1)) at = at[part] as Record<string | number, unknown>
  const key = path.at(-1) ?? ''
  if (rename !== undefined || value === undefined) delete at[key]
  if (value !== undefined) at[rename ?? key] = value
  return copy
}
