// What a backup starts from: from the paths of a schedule to real ones, as byte strings like the engine's.
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { HoldfastError, messageOf } from '../../contract/errors.ts'

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
      const why = code === 'ENOENT' ? 'there is no such file or folder' : (code ?? messageOf(error))
      throw new HoldfastError(kind, `${path} can't be backed up: ${why}`, { cause: error })
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

/** Where a repository lies (a byte string, a real path), if that is on this machine. */
export function folderOf(url: string): string | undefined {
  if (/^file:/i.test(url)) return realPath(bytesOf(fileURLToPath(url)))
  return /^[a-z][a-z0-9+.-]*:/i.test(url) ? undefined : realPath(bytesOf(url))
}
