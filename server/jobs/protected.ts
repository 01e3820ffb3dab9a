// Keeps Holdfast's own files out of backups and restores: with its keys or its catalog an operator would be an administrator.
import { normalize } from 'node:path'
import { HoldfastError } from '../contract/errors.ts'
import { META } from '../engine/crypto/chunk-id.ts'
import { escapePath } from '../engine/posix/errors.ts'
import type { Repository } from '../engine/repository/repository.ts'
import type { StoredSnapshot } from '../engine/repository/snapshot.ts'
import { lookUpPath } from '../engine/tree/reader.ts'
import { bytesOf, isWithin, realPathAhead } from './repository.ts'

/** The real paths (byte strings) of what is protected, none in another. */
export function protectedOf(paths: readonly string[]): string[] {
  const real = [...new Set(paths.map(realOrAsGiven))].sort()
  return real.filter((path) => !real.some((other) => other !== path && isWithin(path, other)))
}

function realOrAsGiven(path: string): string {
  try {
    return realPathAhead(bytesOf(path))
  } catch {
    // What this user can't even look at, no job of his can read or write.
    return normalize(bytesOf(path))
  }
}

/** @throws `refused` for a root of a backup that is protected, or lies in what is */
export function refuseRoots(roots: readonly string[], own: readonly string[]): void {
  const root = roots.find((each) => own.some((path) => isWithin(each, path)))
  if (root === undefined) return
  throw new HoldfastError(
    'refused',
    `${escapePath(root)} holds Holdfast's own files: no backup reads its keys or its catalog`,
  )
}

/** What a backup of these roots leaves out. */
export const leftOut = (roots: readonly string[], own: readonly string[]): string[] =>
  own.filter((path) => roots.some((root) => isWithin(path, root)))

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
