// Asks again, after a growing and jittered pause, what failed with an error that the catalogue calls retryable.
import { setTimeout as pause } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { codeOf, errorCatalogue, hasCode } from '../../contract/errors.ts'
import { partsOf } from '../range.ts'
import type { ObjectInfo, ObjectWriter, PutOptions, Storage } from '../types.ts'

export type RetryOptions = {
  /** How often an operation is tried in all. */
  readonly attempts?: number
  /** The pause before the second attempt is at most so long; each further one at most twice the one before, up to `maxMs`. */
  readonly baseMs?: number
  readonly maxMs?: number
  readonly sleep?: (ms: number) => Promise<unknown>
  /** Uniform in [0, 1). */
  readonly random?: () => number
}

/** Runs `attempt` (told its number, from 1) until it succeeds, fails for good, or has been tried often enough. */
type Again = <T>(attempt: (n: number) => Promise<T>) => Promise<T>

const mayRetry = (error: unknown): boolean => errorCatalogue[codeOf(error)].retryable

/** The same storage, more patient. */
export function retry(storage: Storage, options: RetryOptions = {}): Storage {
  const rest = pauses(options)
  const attempts = options.attempts ?? 5
  const again: Again = async (attempt) => {
    for (let n = 1; ; n++) {
      try {
        return await attempt(n)
      } catch (error) {
        if (n >= attempts || !mayRetry(error)) throw error
      }
      await rest(n)
    }
  }
  return {
    capabilities: storage.capabilities,
    get: (key, getOptions) => again(() => storage.get(key, getOptions)),
    stat: (key) => again(() => storage.stat(key)),
    list: (prefix) => listAgain(storage, prefix, attempts, rest),
    put: (key, bytes, putOptions) => again((n) => putAgain(storage, n, key, bytes, putOptions)),
    create: async () => new CheckedWriter(storage, await again(() => storage.create()), again),
    delete: (key) => again(() => storage.delete(key)),
    close: () => storage.close(),
  }
}

/**
 * Exponential back-off with "full jitter" (Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015): many clients
 * that failed together do not come back together.
 */
function pauses({ baseMs = 100, maxMs = 5000, sleep = pause, random = Math.random }: RetryOptions) {
  return (n: number): Promise<unknown> => sleep(Math.floor(random() * Math.min(maxMs, baseMs * 2 ** (n - 1))))
}

/**
 * From the second attempt on, `exists` may be the work of an attempt that failed only in its answer: the same bytes under the key are
 * what the caller asked for, whoever put them there.
 */
async function putAgain(
  storage: Storage,
  n: number,
  key: string,
  bytes: Uint8Array | readonly Uint8Array[],
  options?: PutOptions,
): Promise<void> {
  try {
    await storage.put(key, bytes, options)
  } catch (error) {
    if (n === 1 || !hasCode(error, 'exists') || !(await holds(storage, key, printOf(partsOf(bytes))))) throw error
  }
}

/** Starts over after a failure and leaves out what was given already; each object that is new makes the patience whole again. */
async function* listAgain(
  storage: Storage,
  prefix: string,
  attempts: number,
  rest: (n: number) => Promise<unknown>,
): AsyncGenerator<ObjectInfo> {
  const given = new Set<string>()
  for (let n = 1; ; n++) {
    try {
      for await (const info of storage.list(prefix)) {
        if (given.has(info.key)) continue
        given.add(info.key)
        n = 1
        yield info
      }
      return
    } catch (error) {
      if (n >= attempts || !mayRetry(error)) throw error
    }
    await rest(n)
  }
}

/**
 * An append is not repeated: after a failure only the driver knows how much of it arrived, and a second one could store those bytes
 * twice. It repeats inside, where it can. Nor is a commit: a failed one has left nothing to commit. But one that failed in its answer
 * only has done its work, so the storage is asked whether the object is there.
 */
class CheckedWriter implements ObjectWriter {
  readonly #storage: Storage
  readonly #writer: ObjectWriter
  readonly #again: Again
  #print: Print = nothing

  constructor(storage: Storage, writer: ObjectWriter, again: Again) {
    this.#storage = storage
    this.#writer = writer
    this.#again = again
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#print = extend(this.#print, bytes)
    await this.#writer.append(bytes)
  }

  async commit(key: string, options?: PutOptions): Promise<void> {
    try {
      await this.#writer.commit(key, options)
    } catch (error) {
      if (!mayRetry(error) || !(await this.#again(() => holds(this.#storage, key, this.#print)))) throw error
    }
  }

  abort(): Promise<void> {
    return this.#writer.abort()
  }
}

/**
 * Tells our object from another under the same key without keeping its bytes. A CRC is enough, and nearly free: nobody gains by forging
 * it, since the engine authenticates all that it reads.
 */
type Print = { readonly size: number; readonly crc: number }

const nothing: Print = { size: 0, crc: 0 }
const extend = ({ size, crc }: Print, bytes: Uint8Array): Print => ({
  size: size + bytes.length,
  crc: crc32(bytes, crc),
})
const printOf = (parts: readonly Uint8Array[]): Print => parts.reduce(extend, nothing)

async function holds(storage: Storage, key: string, print: Print): Promise<boolean> {
  try {
    if ((await storage.stat(key)).size !== print.size) return false
    return printOf([await storage.get(key)]).crc === print.crc
  } catch (error) {
    if (hasCode(error, 'not_found')) return false
    throw error
  }
}
