// What the jobs share: the repository with the folders that must not be touched, and problems as people read them.
import { availableParallelism } from 'node:os'
import { escapePath } from '../engine/posix/errors.ts'
import type { Repository } from '../engine/repository/repository.ts'
import { openPlace, type RepositoryPlace } from '../services/repositories/open-place.ts'
import { folderOf } from '../services/schedules/roots.ts'

export { bytesOf, isWithin, realPath, realPathAhead, rootsOf } from '../services/schedules/roots.ts'

/** Problems that are listed in a run's statistics; the others are counted. */
export const LISTED = 100
const MAX_DEFAULT_THREADS = 16

export const threadsOf = (asked: number | undefined): number =>
  asked ?? Math.min(MAX_DEFAULT_THREADS, availableParallelism())

/** Opens the repository; `folder` is where it lies (a byte string), if that is on this machine. @throws what opening throws */
export async function openRepository(
  place: RepositoryPlace,
): Promise<{ repository: Repository; folder: string | undefined }> {
  const repository = await openPlace(place)
  return { repository, folder: folderOf(place.url) }
}

/** The first of the problems, their paths safe to show. */
export const shown = <T extends { readonly path: string }>(problems: readonly T[]): T[] =>
  problems.slice(0, LISTED).map((problem) => ({ ...problem, path: escapePath(problem.path) }))
