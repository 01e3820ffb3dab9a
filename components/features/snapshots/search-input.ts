// What a search for a file asks for, on the server ahead and in the browser alike; and how what is found is put together.
import type { Outputs } from '../../data/provider.tsx'
import { type Place, placeFrom, searchPattern } from '../../patterns/places.ts'

export const findInput = (repositoryId: string, typed: string, snapshot: string) => ({
  repositoryId,
  pattern: searchPattern(typed.trim()),
  ignoreCase: true,
  limit: 500,
  ...(snapshot === '' ? {} : { id: snapshot }),
})

export type FoundItem = Outputs['snapshots']['find']['items'][number]

/** One path with where it was found, the newest first. */
export type FoundPath = {
  readonly key: string
  readonly place: Place
  readonly newest: FoundItem
  /** Snapshots that have it, as far as was looked. */
  readonly snapshots: number
  /** Different contents, by size and time. */
  readonly versions: number
}

/** Groups what was found by path; the order is that of the newest snapshot that has it. */
export function byPath(items: readonly FoundItem[]): FoundPath[] {
  const groups = new Map<string, { newest: FoundItem; snapshots: Set<string>; versions: Set<string> }>()
  for (const item of items) {
    const key = item.pathBytes ?? `/${item.path}`
    const group = groups.get(key) ?? { newest: item, snapshots: new Set(), versions: new Set() }
    const { entry, snapshot } = item
    group.snapshots.add(snapshot)
    const version =
      entry.type === 'directory' ? `${entry.filesBelow} ${entry.bytesBelow}` : `${entry.mtimeSec} ${entry.mtimeNsec}`
    group.versions.add(`${entry.type} ${entry.size} ${version}`)
    groups.set(key, group)
  }
  return [...groups].map(([key, { newest, snapshots, versions }]) => ({
    key,
    place: placeFrom(newest),
    newest,
    snapshots: snapshots.size,
    versions: versions.size,
  }))
}
