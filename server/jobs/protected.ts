// Keeps restores away from Holdfast's own files, as services/schedules/own-files.ts does backups.
import { HoldfastError } from '../contract/errors.ts'
import { META } from '../engine/crypto/chunk-id.ts'
import { escapePath } from '../engine/posix/errors.ts'
import type { Repository } from '../engine/repository/repository.ts'
import type { StoredSnapshot } from '../engine/repository/snapshot.ts'
import { lookUpPath } from '../engine/tree/reader.ts'
import { isWithin } from './repository.ts'

export { leftOut, protectedOf, refuseRoots } from '../services/schedules/own-files.ts'

/** @throws `refused` for a target of a restore (real path) that is protected, or lies in what is */
export function refuseTarget(target: string, own: readonly string[]): void {
  if (own.some((path) => isWithin(target, path)))
    throw new HoldfastError('refused', `${escapePath(target)} is for Holdfast's own files: restore beside it`)
}

/**
 * A target above what is protected does, as long as the part of the snapshot that is restored (`within`, "a/b" or "") holds nothing for its place.
 * @throws `refused`
 */
export async function refuseOver(
  repository: Repository,
  snapshot: StoredSnapshot,
  { within, target }: { readonly within: string; readonly target: string },
  own: readonly string[],
): Promise<void> {
  const places = own
    .filter((path) => isWithin(path, target))
    .map((path) => path.slice(target === '/' ? 1 : target.length + 1))
    .filter((place) => within === '' || isWithin(place, within) || isWithin(within, place))
  if (places.length === 0) return
  await repository.loadIndexToRead()
  const load = (id: Uint8Array): Promise<Buffer> => repository.readChunk(META, id)
  for (const place of places) {
    if (!(await lookUpPath(load, Buffer.from(snapshot.tree, 'hex'), place))) continue
    const full = escapePath(`${target === '/' ? '' : target}/${place}`)
    throw new HoldfastError(
      'refused',
      `${full} is for Holdfast's own files, and would be restored over: choose another target`,
    )
  }
}
