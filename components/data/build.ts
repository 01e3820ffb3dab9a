'use client'
// Whether the pages that the server has are still those that this one came from. After an upgrade they are not: code that was not fetched yet is gone.
import { useSyncExternalStore } from 'react'
import { buildHeader } from '#server/contract/page-call.ts'

let own: string | undefined
let outdated = false
const listeners = new Set<() => void>()

/** Says which build the open page is of: the first that is said. Its code stays what it is, whatever the server sends later. */
export const noteOwnBuild = (build: string): void => {
  own ??= build
}

/** The server has newer pages than this one. It is said by a bar: what is typed may not be saved, so nothing reloads by itself. */
function noteOutdated(): void {
  if (outdated) return
  outdated = true
  for (const listener of listeners) listener()
}

/** Notes the build that an answer of the API names. */
export function noteBuild(answer: Response): void {
  const build = answer.headers.get(buildHeader)
  if (own !== undefined && build !== null && build !== own) noteOutdated()
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export const useOutdated = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => outdated,
    () => false,
  )

/** Whether something failed because a part of the page's code could not be fetched. */
export const isMissingCode = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'ChunkLoadError' || /failed to load chunk|dynamically imported module/i.test(error.message))

const RELOADED = 'holdfast-reloaded'

/**
 * Whether a page that broke for want of its code may load itself anew: once for each build, so it never goes round in circles. Says yes only once.
 * @param storage that of the tab
 */
export function mayReload(storage: Pick<Storage, 'getItem' | 'setItem'>, build = own ?? 'unknown'): boolean {
  try {
    if (storage.getItem(RELOADED) === build) return false
    storage.setItem(RELOADED, build)
    return true
  } catch (error) {
    // Without a memory of it, it could go on for ever.
    if (error instanceof DOMException) return false
    throw error
  }
}
