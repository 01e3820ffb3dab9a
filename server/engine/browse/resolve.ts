// From what a person types to a snapshot.
import { HoldfastError } from '../../contract/errors.ts'
import type { Repository } from '../repository/repository.ts'
import { readSnapshot, readSnapshots, type Snapshot, type StoredSnapshot, snapshotIds } from '../repository/snapshot.ts'

/** "latest", a whole id, or the beginning of exactly one. @throws `usage`, `not_found`, `damaged` */
export async function resolveSnapshot(repository: Repository, text: string): Promise<StoredSnapshot> {
  const { storage, keyring } = repository
  if (text === 'latest') return (await latestSnapshot(repository)).snapshot
  if (!/^[0-9a-f]{4,64}$/.test(text)) {
    throw new HoldfastError(
      'usage',
      `"${text}" names no snapshot: give "latest", or at least four hexadecimal digits of an id`,
    )
  }
  const ids = (await snapshotIds(storage)).filter((id) => id.startsWith(text))
  if (ids.length === 0)
    throw new HoldfastError('not_found', `No snapshot begins with ${text}; "holdfast snapshots" lists them`)
  if (ids.length > 1) {
    throw new HoldfastError(
      'usage',
      `${ids.length} snapshots begin with ${text}: ${ids.map((id) => id.slice(0, 12)).join(', ')}`,
    )
  }
  return readSnapshot(storage, keyring, ids[0]!)
}

/** What a snapshot was made of: a machine, and the roots (byte strings) that were read there. */
export type SnapshotSource = Pick<Snapshot, 'host' | 'paths'>

/** The newest snapshot of all, and the sources that it has nothing of. @throws `not_found`, `damaged` */
export async function latestSnapshot({
  storage,
  keyring,
}: Repository): Promise<{ snapshot: StoredSnapshot; otherSources: SnapshotSource[] }> {
  const { snapshots, damaged } = await readSnapshots(storage, keyring)
  // A snapshot that can't be read could be the latest: nothing is chosen in its stead.
  if (damaged.length > 0) {
    throw new HoldfastError(
      'damaged',
      `Which snapshot is the latest can't be told: ${damaged.map((d) => d.id.slice(0, 12)).join(', ')} can't be read`,
    )
  }
  const snapshot = snapshots.at(-1)
  if (!snapshot) throw new HoldfastError('not_found', 'The repository has no snapshot yet')
  const sources = new Map(snapshots.map(({ host, paths }) => [sourceKey({ host, paths }), { host, paths }]))
  sources.delete(sourceKey(snapshot))
  return { snapshot, otherSources: [...sources.values()] }
}

const sourceKey = ({ host, paths }: SnapshotSource): string => JSON.stringify([host, paths])
