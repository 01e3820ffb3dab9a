// Which objects are ours, by their names; and which failures are about one object, not about the storage.
import { codeOf, type ErrorCode } from '../../contract/errors.ts'
import type { ReadStorage } from '../../storage/types.ts'

/** Objects named by the SHA-256 of their bytes. */
const HASHED = /^(?:index|snapshots|keys|marks|holds)\/[0-9a-f]{64}$/
const OTHERS = /^(?:config|README\.txt|sessions\/[0-9a-f]{32}|packs\/([0-9a-f]{2})\/\1[0-9a-f]{62})$/

/** Whether an object of this format can have such a key. Other programs leave files everywhere: those are told of, and otherwise left alone. */
export const isOurs = (key: string): boolean => HASHED.test(key) || OTHERS.test(key)

/** Keys in the folder ("index/") that can be ours. */
export async function* listOurs(storage: ReadStorage, folder: string): AsyncGenerator<string> {
  for await (const { key } of storage.list(folder)) if (isOurs(key)) yield key
}

const aboutOneObject: readonly ErrorCode[] = ['damaged', 'not_found', 'unsupported', 'wrong_secret']

/**
 * Whether the failure to read an object says something about that object. All others (out of reach, interrupted ...) say nothing: to take them for
 * damage would raise a false alarm, and hide what is there.
 */
export const isAboutObject = (error: unknown): boolean => aboutOneObject.includes(codeOf(error))
