// Places in the document: lists of keys, and how they are written.

export type PathPart = string | number
export type Path = readonly PathPart[]

/** Nobody reads a longer one. */
const MAX_TEXT = 1000

/** storage.local.path, alerts.alert_triggers[0].name, schedules["my plan"].type; `above`: what it goes on from. */
export function pathText(path: Path, above = ''): string {
  let text = above
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`
    else if (/^[\p{L}\p{N}_-]+$/u.test(part)) text += text === '' ? part : `.${part}`
    else text += `[${JSON.stringify(part)}]`
    if (text.length > MAX_TEXT) return `${text.slice(0, MAX_TEXT)}...`
  }
  return text
}

/** What is at a place of any value; undefined when nothing is. */
export function valueAt(value: unknown, path: Path): unknown {
  let at = value
  for (const part of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined
    at = (at as Record<PathPart, unknown>)[part]
  }
  return at
}

export type Plain = { readonly [key: string]: unknown }

export const isObject = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The entries of what should be an object of objects, whatever it is. */
export const objectsIn = (value: unknown): [string, Plain][] =>
  isObject(value) ? Object.entries(value).filter((entry): entry is [string, Plain] => isObject(entry[1])) : []

/** The items of what should be a list of objects, with their index. */
export const itemsIn = (value: unknown): [number, Plain][] =>
  Array.isArray(value) ? [...value.entries()].filter((entry): entry is [number, Plain] => isObject(entry[1])) : []

/** Every text in a value, with its place. */
export function* textsIn(value: unknown, path: Path = []): Generator<{ path: Path; text: string }> {
  if (typeof value === 'string') yield { path, text: value }
  else if (Array.isArray(value)) for (const [i, item] of value.entries()) yield* textsIn(item, [...path, i])
  else if (isObject(value)) for (const [key, item] of Object.entries(value)) yield* textsIn(item, [...path, key])
}
