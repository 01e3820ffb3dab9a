// What differs between two documents, key by key.
import { isObject, type Plain, pathText } from './paths.ts'

export type Difference = {
  /** "storage.local.path", "alerts.alert_triggers[backup_failure].severity" */
  readonly path: string
  /** Absent: it was not there. */
  readonly before?: unknown
  /** Absent: it is gone. */
  readonly after?: unknown
}

/** In the order of the keys. Lists of things with names are compared by name, all other lists as a whole. */
export const diffDocuments = (before: unknown, after: unknown): Difference[] => [...differences(before, after, '')]

function* differences(before: unknown, after: unknown, path: string): Generator<Difference> {
  if (isObject(before) && isObject(after)) {
    for (const key of keysOf(before, after)) {
      yield* differences(own(before, key), own(after, key), pathText([key], path))
    }
    return
  }
  const [was, is] = [byName(before), byName(after)]
  if (!was || !is) {
    if (!same(before, after)) yield change(path, before, after)
    return
  }
  for (const name of keysOf(was, is)) yield* differences(own(was, name), own(is, name), `${path}[${name}]`)
  const [order, now] = [Object.keys(was), Object.keys(is)]
  // Only the order: of what is new or gone there was a word already.
  if (same([...order].sort(), [...now].sort()) && !same(order, now)) yield change(path, order, now)
}

const change = (path: string, before: unknown, after: unknown): Difference => ({
  path,
  ...(before !== undefined && { before }),
  ...(after !== undefined && { after }),
})

const keysOf = (a: Plain, b: Plain): Set<string> => new Set([...Object.keys(a), ...Object.keys(b)])

const own = (value: Plain, key: string): unknown => (Object.hasOwn(value, key) ? value[key] : undefined)

/** A list of objects with a name each, no two the same, as an object; undefined for anything else. */
export function byName(list: unknown): Plain | undefined {
  if (!Array.isArray(list) || !list.every((item) => isObject(item) && typeof item.name === 'string')) return undefined
  const entries = (list as { name: string }[]).map((item) => [item.name, item] as const)
  return new Set(entries.map(([name]) => name)).size === list.length ? Object.fromEntries(entries) : undefined
}

/** Whether two JSON values say the same; the order of keys doesn't matter. */
export function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => same(item, b[i]))
  if (!isObject(a) || !isObject(b)) return Object.is(a, b)
  const keys = keysOf(a, b)
  return keys.size === Object.keys(a).length && [...keys].every((key) => same(a[key], own(b, key)))
}
