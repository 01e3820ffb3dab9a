// For the tests of this folder: a temporary directory, reached as a path and as a descriptor.
import { constants, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { AT_FDCWD, closeFd, openAt } from './at.ts'
import { PosixError } from './errors.ts'

export type Place = { readonly path: string; readonly fd: number }

function makePlaceIn(parent: string): Place {
  const path = mkdtempSync(join(parent, 'holdfast-posix-'))
  const fd = openAt(AT_FDCWD, path, constants.O_DIRECTORY)
  onTestFinished(() => {
    closeFd(fd)
    rmSync(path, { recursive: true, force: true })
  })
  return { path, fd }
}

/** A new directory, removed when the running test ends. */
export const makePlace = (): Place => makePlaceIn(tmpdir())

/** The same in memory where there is such a file system: it is quick, and holds times of any year. */
export const makeMemoryPlace = (): Place => makePlaceIn(existsSync('/dev/shm') ? '/dev/shm' : tmpdir())

/** An empty file `name`, its descriptor closed when the running test ends. */
export function makeFile(place: Place, name: string, mode = 0o644): number {
  const fd = openAt(place.fd, name, constants.O_CREAT | constants.O_RDWR, mode)
  onTestFinished(() => closeFd(fd))
  return fd
}

/** The code of the PosixError that `action` throws; any other outcome fails the test. */
export function codeThrown(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof PosixError) return error.code
    throw error
  }
  throw new Error('nothing was thrown')
}

export const isRoot = process.geteuid?.() === 0
