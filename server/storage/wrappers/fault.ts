// A storage that fails on command. It numbers every operation, so that a test can run once to count them and then once for each of
// them, with the fault there.
import { HoldfastError } from '../../contract/errors.ts'
import { partsOf } from '../range.ts'
import type { GetOptions, ObjectInfo, ObjectWriter, PutOptions, Storage } from '../types.ts'

export type Operation = 'put' | 'get' | 'stat' | 'list' | 'delete' | 'create' | 'append' | 'commit' | 'abort'

/** What goes wrong at operation `at` (from 1). A fault that the operation cannot have does nothing: the log tells what was done. */
export type Fault = { readonly at: number } & (
  | { /** Fails, and nothing was done. */ readonly kind: 'before'; readonly error?: Error }
  | { /** Does it, then fails: an answer lost on its way. */ readonly kind: 'after'; readonly error?: Error }
  | {
      /** put, commit: the first half lies under the key, then fails: a storage without atomicity. */ readonly kind: 'torn'
      readonly error?: Error
    }
  | {
      /** get, put, append, commit: one bit is wrong, silently. `bit` counts from the start, modulo the size. */ readonly kind: 'flip'
      readonly bit?: number
    }
  | {
      /** list: the newest objects written through this wrapper (default 1) are missing. */ readonly kind: 'stale'
      readonly omit?: number
    }
  | { /** It and all that follow fail, for good: the process died. */ readonly kind: 'crash'; readonly error?: Error }
)

export type LoggedOperation = {
  readonly n: number
  readonly operation: Operation
  /** Or the prefix of a list; absent where there is none. */
  readonly key?: string
  /** The fault that took place. */
  readonly fault?: Fault['kind']
}

export type FaultStorage = Storage & {
  /** How many operations were begun. */
  readonly count: number
  readonly log: readonly LoggedOperation[]
}

type Bytes = Uint8Array | readonly Uint8Array[]

/** The same storage with the faults of `plan`; with an empty one it only counts. `close` is no operation, and always works. */
export function fault(storage: Storage, plan: readonly Fault[] = []): FaultStorage {
  return new FaultyStorage(storage, new Injector(plan))
}

/** Numbers the operations and knows which of them fail. */
class Injector {
  readonly log: LoggedOperation[] = []
  readonly #plan: readonly Fault[]

  constructor(plan: readonly Fault[]) {
    this.#plan = plan
  }

  /**
   * Begins an operation; `kinds` are the faults that it knows beside before, after and crash. Gives the fault to carry out, if any, or
   * throws at once for `before` and `crash`.
   */
  begin(operation: Operation, key: string | undefined, kinds: readonly Fault['kind'][] = []): Fault | undefined {
    const n = this.log.length + 1
    const found = this.#faultAt(n)
    const applies =
      found !== undefined && (['before', 'after', 'crash'].includes(found.kind) || kinds.includes(found.kind))
    const chosen = applies ? found : undefined
    this.log.push({ n, operation, ...(key === undefined ? {} : { key }), ...(chosen && { fault: chosen.kind }) })
    if (chosen?.kind === 'before' || chosen?.kind === 'crash') throw errorOf(chosen)
    return chosen
  }

  #faultAt(n: number): Fault | undefined {
    return this.#plan.find((each) => each.kind === 'crash' && each.at <= n) ?? this.#plan.find((each) => each.at === n)
  }
}

class FaultyStorage implements FaultStorage {
  readonly #inner: Storage
  readonly #injector: Injector
  /** Keys in the order in which they were last written. */
  readonly #written = new Set<string>()

  constructor(inner: Storage, injector: Injector) {
    this.#inner = inner
    this.#injector = injector
  }

  get capabilities(): Storage['capabilities'] {
    return this.#inner.capabilities
  }

  get count(): number {
    return this.#injector.log.length
  }

  get log(): readonly LoggedOperation[] {
    return this.#injector.log
  }

  async get(key: string, options?: GetOptions): Promise<Uint8Array> {
    const found = this.#injector.begin('get', key, ['flip'])
    const bytes = await this.#inner.get(key, options)
    if (found?.kind === 'flip') flip(bytes, found.bit)
    return finish(found, bytes)
  }

  async stat(key: string): Promise<ObjectInfo> {
    const found = this.#injector.begin('stat', key)
    return finish(found, await this.#inner.stat(key))
  }

  async *list(prefix: string): AsyncGenerator<ObjectInfo> {
    const found = this.#injector.begin('list', prefix, ['stale'])
    const omitted = new Set(found?.kind === 'stale' ? [...this.#written].slice(-(found.omit ?? 1)) : [])
    for await (const info of this.#inner.list(prefix)) {
      if (!omitted.has(info.key)) yield info
    }
    finish(found, undefined)
  }

  async put(key: string, bytes: Bytes, options?: PutOptions): Promise<void> {
    const found = this.#injector.begin('put', key, ['torn', 'flip'])
    const damage = damageOf(found)
    await this.#inner.put(key, damage === undefined ? bytes : damage(Buffer.concat([...partsOf(bytes)])), options)
    this.#wrote(key)
    finish(found, undefined)
  }

  async create(): Promise<ObjectWriter> {
    const found = this.#injector.begin('create', undefined)
    const inner = await this.#inner.create()
    if (found !== undefined) await inner.abort()
    return finish(found, new FaultyWriter(this.#inner, inner, this.#injector, (key) => this.#wrote(key)))
  }

  async delete(key: string): Promise<void> {
    const found = this.#injector.begin('delete', key)
    await this.#inner.delete(key)
    this.#written.delete(key)
    finish(found, undefined)
  }

  close(): Promise<void> {
    return this.#inner.close()
  }

  #wrote(key: string): void {
    this.#written.delete(key)
    this.#written.add(key)
  }
}

class FaultyWriter implements ObjectWriter {
  readonly #storage: Storage
  readonly #inner: ObjectWriter
  readonly #injector: Injector
  readonly #wrote: (key: string) => void

  constructor(storage: Storage, inner: ObjectWriter, injector: Injector, wrote: (key: string) => void) {
    this.#storage = storage
    this.#inner = inner
    this.#injector = injector
    this.#wrote = wrote
  }

  async append(bytes: Uint8Array): Promise<void> {
    const found = await this.#begin('append', undefined, ['flip'])
    const damage = damageOf(found)
    await this.#inner.append(damage === undefined ? bytes : damage(Uint8Array.from(bytes)))
    if (found?.kind === 'after') await this.#inner.abort()
    finish(found, undefined)
  }

  async commit(key: string, options?: PutOptions): Promise<void> {
    const found = await this.#begin('commit', key, ['torn', 'flip'])
    await this.#inner.commit(key, options)
    this.#wrote(key)
    const damage = damageOf(found)
    if (damage !== undefined) await this.#storage.put(key, damage(await this.#storage.get(key)))
    finish(found, undefined)
  }

  async abort(): Promise<void> {
    const found = await this.#begin('abort', undefined)
    await this.#inner.abort()
    finish(found, undefined)
  }

  /** A failed append or commit ends a writer and leaves nothing; a crash leaves what there is. */
  async #begin(
    operation: Operation,
    key: string | undefined,
    kinds?: readonly Fault['kind'][],
  ): Promise<Fault | undefined> {
    try {
      return this.#injector.begin(operation, key, kinds)
    } catch (error) {
      if (this.#injector.log.at(-1)?.fault === 'before') await this.#inner.abort()
      throw error
    }
  }
}

/** What the fault does to bytes that are stored (they may be changed in place); undefined when nothing. */
function damageOf(found: Fault | undefined): ((bytes: Uint8Array) => Uint8Array) | undefined {
  if (found?.kind === 'torn') return (bytes) => bytes.subarray(0, bytes.length >> 1)
  if (found?.kind === 'flip') return (bytes) => flip(bytes, found.bit)
  return undefined
}

/** Inverts one bit in place: by default one in the middle. */
function flip(bytes: Uint8Array, bit = bytes.length * 4): Uint8Array {
  if (bytes.length === 0) return bytes
  const at = bit % (bytes.length * 8)
  bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7))
  return bytes
}

/** The result, or the error of a fault that strikes when the work is done. */
function finish<T>(found: Fault | undefined, result: T): T {
  if (found?.kind === 'after' || found?.kind === 'torn') throw errorOf(found)
  return result
}

function errorOf(found: Fault): Error {
  if ('error' in found && found.error !== undefined) return found.error
  // A crash must not be retried away.
  const code = found.kind === 'crash' ? 'interrupted' : 'unavailable'
  return new HoldfastError(code, `Injected fault "${found.kind}" at storage operation ${found.at}`)
}
