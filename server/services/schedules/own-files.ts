// Keeps Holdfast's own files out of backups: with its keys or its catalog an operator would be an administrator.
import { normalize } from 'node:path'
import { HoldfastError } from '../../contract/errors.ts'
import { escapePath } from '../../engine/posix/errors.ts'
import { bytesOf, isWithin, realPathAhead } from './roots.ts'

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
