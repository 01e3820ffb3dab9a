// Opened repositories, kept for a while: deriving the key takes a good part of a second, and browsing asks again and again.
import { HoldfastError } from '../../contract/errors.ts'
import type { Repository } from '../../engine/repository/repository.ts'
import type { Clock } from '../../lib/clock.ts'
import { openPlace, type RepositoryPlace } from './place.ts'

/** So many are kept open, each for so long after it was last asked for (ms). */
const KEPT = 4
const IDLE = 10 * 60_000

type Entry = {
  readonly key: string
  readonly opening: Promise<Repository>
  /** The same repository with the index as it was when its objects were `objects`. */
  indexed: { readonly objects: string; readonly repository: Repository } | undefined
  usedAt: number
  /** How many have borrowed it. */
  users: number
  /** Nobody gets it any more; the last user closes it. */
  dropped: boolean
}

/** A repository in use: `await using lent = await opened.borrow(place)`. */
export type Lent = AsyncDisposable & {
  /** Without its index. */
  readonly repository: Repository
  /** The same, with an index that knows all snapshots that are there now. */
  indexed(): Promise<Repository>
}

export type OpenedRepositories = {
  /** @throws what `openPlace` throws */
  borrow(place: RepositoryPlace): Promise<Lent>
  /** Closes what nobody uses at once, and the rest once it is given back. */
  close(): Promise<void>
}

async function closeUnused(entry: Entry): Promise<void> {
  if (!entry.dropped || entry.users > 0) return
  const repository = await entry.opening.catch(() => undefined)
  await repository?.storage.close()
}

async function withIndex(entry: Entry): Promise<Repository> {
  const repository = await entry.opening
  const objects = await indexObjects(repository)
  if (entry.indexed?.objects !== objects) entry.indexed = { objects, repository: repository.withoutCache() }
  const { repository: fresh } = entry.indexed
  await fresh.loadIndexToRead()
  return fresh
}

/** Index objects never change, so their names say whether what was loaded is still all there is. */
async function indexObjects({ storage }: Repository): Promise<string> {
  const keys: string[] = []
  for await (const { key } of storage.list('index/')) keys.push(key)
  return keys.sort().join()
}

export function createOpened(clock: Clock): OpenedRepositories {
  const entries = new Map<string, Entry>()
  let closed = false

  async function drop(id: string, entry: Entry): Promise<void> {
    if (entries.get(id) === entry) entries.delete(id)
    entry.dropped = true
    await closeUnused(entry)
  }

  /** Those that were not asked for in a while, and the oldest when there are too many. */
  async function tidy(): Promise<void> {
    const byUse = [...entries].sort(([, a], [, b]) => b.usedAt - a.usedAt)
    const old = byUse.filter(([, entry], i) => i >= KEPT || entry.usedAt < clock.now() - IDLE)
    await Promise.all(old.map(([id, entry]) => drop(id, entry)))
  }

  /** Counts the caller in before anything is waited for, so that nobody who tidies up meanwhile takes it for unused. */
  function take(place: RepositoryPlace): { entry: Entry; replaced: Entry | undefined } {
    if (closed) throw new HoldfastError('unavailable', 'The server is shutting down')
    const key = JSON.stringify([place.url, place.engineId, place.secret])
    const known = entries.get(place.id)
    const usedAt = clock.now()
    if (known?.key === key) {
      known.users++
      known.usedAt = usedAt
      return { entry: known, replaced: undefined }
    }
    const entry: Entry = { key, opening: openPlace(place), indexed: undefined, usedAt, users: 1, dropped: false }
    entries.set(place.id, entry)
    return { entry, replaced: known }
  }

  async function borrow(place: RepositoryPlace): Promise<Lent> {
    const { entry, replaced } = take(place)
    const giveBack = async (): Promise<void> => {
      entry.users--
      await closeUnused(entry)
    }
    try {
      // Together: an opening that fails while something else is closed would be an error that nobody handles.
      const [repository] = await Promise.all([entry.opening, replaced && drop(place.id, replaced), tidy()])
      return { repository, indexed: () => withIndex(entry), [Symbol.asyncDispose]: giveBack }
    } catch (error) {
      // Whoever asks next tries again.
      await drop(place.id, entry)
      await giveBack()
      throw error
    }
  }

  return {
    borrow,
    close: async () => {
      closed = true
      await Promise.all([...entries].map(([id, entry]) => drop(id, entry)))
    },
  }
}
