// Snapshot objects: one for each backup, named by the hash of its bytes.
import { HoldfastError } from '../../contract/errors.ts'
import type { ReadStorage, Storage } from '../../storage/types.ts'
import type { Keyring } from '../crypto/keyring.ts'
import { nameOf, seal, unseal } from '../crypto/seal.ts'
import { isAboutObject, listOurs } from './names.ts'

export const backupTypes = ['full', 'incremental', 'differential'] as const
export type BackupType = (typeof backupTypes)[number]

export type BackupStatistics = {
  readonly filesNew: number
  readonly filesChanged: number
  readonly filesUnmodified: number
  readonly directories: number
  /** Other entries: links, devices, pipes, sockets. */
  readonly others: number
  /** Size of all files of the snapshot, in bytes. */
  readonly bytes: number
  readonly bytesRead: number
  /** Bytes that this run added to the repository. */
  readonly bytesStored: number
  readonly milliseconds: number
}

/** A path is a byte string; in JSON it is Latin-1 of those bytes. */
export type SourceError = { readonly path: string; readonly error: string }

export type Snapshot = {
  readonly version: 1
  /** When the backup began, ISO 8601. A file changed in that second or later is not trusted by the next run. */
  readonly time: string
  readonly finished: string
  readonly host: string
  /** Absolute paths that were asked for, byte strings. */
  readonly paths: readonly string[]
  readonly type: BackupType
  /** The snapshot that changes were detected against. */
  readonly parent: string | null
  /** The last snapshot of this source before this one: a removed or rolled-back one leaves a gap in this chain. */
  readonly previous: string | null
  /** Id of the top node, hexadecimal; it stands for "/". */
  readonly tree: string
  readonly statistics: BackupStatistics
  readonly errors: readonly SourceError[]
  /** More errors than are listed. */
  readonly errorsOmitted: number
  readonly program: string
  readonly tags: readonly string[]
  readonly excludes: readonly string[]
}

export type StoredSnapshot = Snapshot & { readonly id: string }

const snapshotKey = (id: string): string => `snapshots/${id}`

export async function writeSnapshot(storage: Storage, keyring: Keyring, snapshot: Snapshot): Promise<StoredSnapshot> {
  const bytes = seal(keyring, 'snapshots', Buffer.from(JSON.stringify(snapshot)))
  const id = nameOf(bytes)
  await storage.put(snapshotKey(id), bytes)
  return { ...snapshot, id }
}

/** @throws `not_found`, `damaged` */
export async function readSnapshot(storage: ReadStorage, keyring: Keyring, id: string): Promise<StoredSnapshot> {
  const bytes = await storage.get(snapshotKey(id))
  if (nameOf(bytes) !== id) throw new HoldfastError('damaged', `Snapshot ${id}: its bytes do not match its name`)
  const snapshot = JSON.parse(unseal(keyring, 'snapshots', bytes).toString()) as Snapshot
  if (snapshot.version !== 1)
    throw new HoldfastError('unsupported', `Snapshot ${id} has version ${snapshot.version}; this program reads 1`)
  return { ...snapshot, id }
}

/** Ids of all snapshots, from the listing alone. */
export async function snapshotIds(storage: ReadStorage): Promise<string[]> {
  const ids: string[] = []
  for await (const key of listOurs(storage, 'snapshots/')) ids.push(key.slice('snapshots/'.length))
  return ids
}

/** All snapshots, oldest first. Damaged ones are given beside their ids: the others still count. @throws what the storage throws but for damage */
export async function readSnapshots(
  storage: ReadStorage,
  keyring: Keyring,
): Promise<{ snapshots: StoredSnapshot[]; damaged: { id: string; error: unknown }[] }> {
  const snapshots: StoredSnapshot[] = []
  const damaged: { id: string; error: unknown }[] = []
  for (const id of await snapshotIds(storage)) {
    try {
      snapshots.push(await readSnapshot(storage, keyring, id))
    } catch (error) {
      if (!isAboutObject(error)) throw error
      damaged.push({ id, error })
    }
  }
  snapshots.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : a.id < b.id ? -1 : 1))
  return { snapshots, damaged }
}
