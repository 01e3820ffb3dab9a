// Changes put on top of what somebody else saved meanwhile: a three-way merge of documents. Pure.
import { byName, same } from '#server/contract/config/diff.ts'
import { isObject, type Plain, pathText } from '#server/contract/config/paths.ts'

export type Rebased = {
  /** Undefined where nothing is left. */
  readonly document: unknown
  /** Places that both changed, each in another way: there `mine` counts, and the other's is lost. */
  readonly conflicts: readonly string[]
}

/**
 * What was changed from `base` to `mine`, put on top of `theirs`. Groups are merged key by key, lists of things with names by name, other lists by value.
 */
export function rebased(base: unknown, mine: unknown, theirs: unknown): Rebased {
  const conflicts: string[] = []
  return { document: merged(base, mine, theirs, { path: '', conflicts }), conflicts }
}

type Place = { readonly path: string; readonly conflicts: string[] }

function merged(base: unknown, mine: unknown, theirs: unknown, { path, conflicts }: Place): unknown {
  if (same(base, mine) || same(mine, theirs)) return theirs
  if (same(base, theirs)) return mine
  if (isObject(mine) && isObject(theirs)) {
    const before = isObject(base) ? base : {}
    const keys = new Set([...Object.keys(theirs), ...Object.keys(mine)])
    const entries = [...keys].map((key) => {
      const place = { path: pathText([key], path), conflicts }
      return [key, merged(own(before, key), own(mine, key), own(theirs, key), place)] as const
    })
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
  }
  if (Array.isArray(mine) && Array.isArray(theirs)) {
    const list = mergedList(Array.isArray(base) ? base : [], mine, theirs, { path, conflicts })
    if (list !== undefined) return list
  }
  conflicts.push(path)
  return mine
}

const own = (group: Plain, key: string): unknown => (Object.hasOwn(group, key) ? group[key] : undefined)

/** @returns undefined where nobody can tell which item is which, or what their order should be */
function mergedList(
  base: readonly unknown[],
  mine: readonly unknown[],
  theirs: readonly unknown[],
  { path, conflicts }: Place,
): unknown[] | undefined {
  const lists = [base, mine, theirs] as const
  const named = lists.every((list) => byName(list) !== undefined)
  const keyOf = (item: unknown): string => (named && isObject(item) ? String(item.name) : textOf(item))
  const keyed = (list: readonly unknown[]): Keyed => new Map(list.map((item) => [keyOf(item), item]))
  const [was, here, there] = [keyed(base), keyed(mine), keyed(theirs)]
  if ([was, here, there].some(({ size }, i) => size !== lists[i]?.length)) return undefined
  // A group without a name that is gone from both may be the one that both changed.
  const isGone = ([key, item]: [string, unknown]): boolean => isObject(item) && !here.has(key) && !there.has(key)
  if (!named && [...was].some(isGone)) return undefined
  const order = orderOf(was, here, there)
  const items = order?.map((key) => {
    const place = { path: `${path}[${key}]`, conflicts }
    return merged(was.get(key), here.get(key), there.get(key), place)
  })
  return items?.filter((item) => item !== undefined)
}

type Keyed = ReadonlyMap<string, unknown>

/** All keys of both: in the order of the one that was reordered, what only the other has behind the one that it stands behind there. */
function orderOf(was: Keyed, mine: Keyed, theirs: Keyed): string[] | undefined {
  const stays = (key: string): boolean => was.has(key) && mine.has(key) && theirs.has(key)
  const [before, here, there] = [was, mine, theirs].map((keyed) => [...keyed.keys()].filter(stays))
  const moved = !same(before, here)
  if (moved && !same(before, there) && !same(here, there)) return undefined
  const [frame, other] = moved ? [mine, theirs] : [theirs, mine]
  const keys = [...frame.keys()]
  let at = 0
  for (const key of other.keys()) {
    const known = keys.indexOf(key)
    if (known >= 0) at = known + 1
    else keys.splice(at++, 0, key)
  }
  return keys
}

/** The same for values that say the same, whatever the order of their keys. */
const textOf = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  )
