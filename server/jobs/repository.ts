// What the jobs share: the repository with the folders that must not be touched, paths as the engine wants them, problems as people read them.
import { realpathSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { HoldfastError, messageOf } from '../contract/errors.ts'
import { escapePath } from '../engine/posix/errors.ts'
import type { Repository } from '../engine/repository/repository.ts'
import { openPlace, type RepositoryPlace } from '../services/repositories/open-place.ts'

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

function folderOf(url: string): string | undefined {
  if (/^file:/i.test(url)) return realPath(bytesOf(fileURLToPath(url)))
  return /^[a-z][a-z0-9+.-]*:/i.test(url) ? undefined : realPath(bytesOf(url))
}

/** Text as the bytes of its UTF-8, one char each. */
export const bytesOf = (text: string): string => Buffer.from(text).toString('latin1')

/** A byte string with all links resolved. @throws what the file system says */
export const realPath = (bytes: string): string =>
  realpathSync.native(Buffer.from(bytes, 'latin1'), { encoding: 'latin1' })

export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`)

/**
 * The roots of a backup: absolute byte strings, links resolved, none in another, sorted.
 * @throws `not_found`, `denied`: a path that isn't there may be a mount that is missing, so the others are not backed up without it
 */
export function rootsOf(paths: readonly string[]): string[] {
  const real = paths.map((path) => {
    try {
      return realPath(bytesOf(path))
    } catch (error) {
      const code = (error as { code?: string }).code
      const kind = code === 'ENOENT' || code === 'ENOTDIR' ? 'not_found' : 'denied'
      throw new HoldfastError(kind, `${path} can't be backed up: ${code ?? messageOf(error)}`, { cause: error })
    }
  })
  const roots: string[] = []
  for (const path of [...new Set(real)].sort()) if (!roots.some((root) => isWithin(path, root))) roots.push(path)
  return roots.sort()
}

/** The real path that `path` (absolute, without "." and "..") has, or would have: links are resolved as far down as there is something. */
export function realPathAhead(path: string): string {
  let tried = path
  for (;;) {
    try {
      const real = realPath(tried)
      const rest = path.slice(tried.length).split('/').filter(Boolean)
      return rest.length === 0 ? real : [real === '/' ? '' : real, ...rest].join('/')
    } catch (error) {
      if ((error as { code?: string }).code !== 'ENOENT' || tried === '/') throw error
      tried = tried.replace(/\/+[^/]*\/*$/, '') || '/'
    }
  }
}

/** The first of the problems, their paths safe to show. */
export const shown = <T extends { readonly path: string }>(problems: readonly T[]): T[] =>
  problems.slice(0, LISTED).map((problem) => ({ ...problem, path: escapePath(problem.path) }))
