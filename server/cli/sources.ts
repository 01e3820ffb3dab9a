// The PATHs of a backup: from what was typed to the real, absolute, sorted roots.
import { HoldfastError, messageOf } from '../contract/errors.ts'
import { quote } from './bytes.ts'
import { realPathOf } from './place.ts'

export type Sources = {
  /** Absolute byte strings without links, "." or "..", sorted; none lies in another. */
  readonly roots: readonly string[]
  /** What a person should know: a link was followed, a path lies within another. */
  readonly notes: readonly string[]
}

/** An absolute byte string without ".", ".." and doubled slashes; links are not looked at. */
export function normalise(path: string, cwd: string): string {
  const parts: string[] = []
  for (const part of `${path.startsWith('/') ? '' : `${cwd}/`}${path}`.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

/** Whether `path` is `folder` or lies in it. */
export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`)

/** `given` and `cwd` are byte strings. @throws `usage` for an empty one, `not_found` and `denied` for one that can't be reached */
export function resolveSources(given: readonly string[], cwd: string): Sources {
  const notes: string[] = []
  const real = given.map((path) => {
    const found = realPath(path, cwd)
    if (found !== normalise(path, cwd)) notes.push(`${quote(path)} is really ${quote(found)}, and is stored as that`)
    return found
  })
  const roots: string[] = []
  for (const path of [...new Set(real)].sort()) {
    const outer = roots.find((root) => isWithin(path, root))
    if (outer === undefined) roots.push(path)
    else notes.push(`${quote(path)} lies in ${quote(outer)}, and is stored with it`)
  }
  return { roots: roots.sort(), notes }
}

function realPath(path: string, cwd: string): string {
  if (path === '') throw new HoldfastError('usage', 'A PATH is empty')
  try {
    return realPathOf(path.startsWith('/') ? path : `${cwd}/${path}`)
  } catch (error) {
    const code = (error as { code?: string }).code
    const kind = code === 'ENOENT' || code === 'ENOTDIR' ? 'not_found' : 'denied'
    throw new HoldfastError(kind, `${quote(path)} can't be backed up: ${code ?? messageOf(error)}`, { cause: error })
  }
}

/** The real path of what `path` (a byte string) names or would name: of it, or of the nearest folder above it that is there. */
export function realPathOrAbove(path: string, cwd: string): string {
  let tried = path.startsWith('/') ? path : `${cwd}/${path}`
  for (;;) {
    try {
      return realPathOf(tried)
    } catch (error) {
      if ((error as { code?: string }).code === undefined || tried === '/') throw error
      tried = tried.replace(/\/+[^/]*\/*$/, '') || '/'
    }
  }
}

/** @throws `usage` for a root that is the repository, or lies in it */
export function refuseOwnFolders(roots: readonly string[], own: readonly string[]): void {
  for (const root of roots) {
    const folder = own.find((each) => isWithin(root, each))
    if (folder !== undefined)
      throw new HoldfastError(
        'usage',
        `${quote(root)} is the repository (or its cache): it can't be backed up into itself`,
      )
  }
}
