// Opens the storage of a repository from data, in any thread: the driver, and around it the wrappers in their order.
import { type OpenOptions, openDriver } from './registry.ts'
import type { Storage, StorageRef } from './types.ts'
import { retry } from './wrappers/retry.ts'

export type { OpenOptions }

/** The storage that `options.url` names; `unsupported` for an unknown scheme, `usage` for a bad URL. */
export const open = async (options: OpenOptions): Promise<Storage> => wrap(await openDriver(options))

/** The one place that orders the wrappers: the last one is the outermost, the one that callers meet first. */
function wrap(driver: Storage): Storage {
  return retry(driver)
}

/** How another thread opens the same storage. */
export const storageRef = (options: OpenOptions): StorageRef => ({ module: import.meta.url, options })
