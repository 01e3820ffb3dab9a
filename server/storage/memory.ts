// Driver "memory": objects in a Map. For tests, and the plainest reading of what types.ts demands.
import { HoldfastError } from '../contract/errors.ts'
import type { Clock } from '../lib/clock.ts'
import { checkKey, splitPrefix } from './keys.ts'
import { partsOf, roomFor, spanOf } from './range.ts'
import type { ObjectInfo, ObjectWriter, PutOptions, Storage } from './types.ts'

export type MemoryStorage = Storage & { readonly objects: Map<string, Uint8Array> }

/** A storage over `objects`, which tests may look into and change. With a `clock` it enforces retainUntil; without, it has no lock. */
export function openMemory(
  objects: Map<string, Uint8Array> = new Map(),
  { clock }: { readonly clock?: Clock } = {},
): MemoryStorage {
  const retained = new Map<string, number>()

  const checkRetained = (key: string): void => {
    const until = retained.get(key)
    if (clock === undefined || until === undefined || until <= clock.now()) return
    throw new HoldfastError('retained', `${key} is locked until ${until} (milliseconds since 1970)`)
  }

  const find = (key: string): Uint8Array => {
    const bytes = objects.get(checkKey(key))
    if (bytes === undefined) throw new HoldfastError('not_found', `There is no object ${key} in memory`)
    return bytes
  }

  const store = (key: string, bytes: Uint8Array, { ifAbsent, retainUntil }: PutOptions = {}): void => {
    checkKey(key)
    if (retainUntil !== undefined && clock === undefined) {
      throw new HoldfastError('unsupported', `Cannot lock ${key}: this memory storage has no object lock`)
    }
    if (ifAbsent === true && objects.has(key)) throw new HoldfastError('exists', `${key} exists already in memory`)
    checkRetained(key)
    objects.set(key, bytes)
    if (retainUntil !== undefined) retained.set(key, retainUntil)
  }

  return {
    objects,
    capabilities: { kind: 'memory', conditionalPut: true, lock: clock !== undefined },
    async get(key, options = {}) {
      const bytes = find(key)
      const { offset, length } = spanOf(key, bytes.length, options.range)
      const room = roomFor(key, length, options.into)
      room.set(bytes.subarray(offset, offset + length))
      return room
    },
    async stat(key) {
      return { key, size: find(key).length }
    },
    async *list(prefix): AsyncGenerator<ObjectInfo> {
      splitPrefix(prefix)
      for (const key of [...objects.keys()]) {
        const size = objects.get(key)?.length
        if (key.startsWith(prefix) && size !== undefined) yield { key, size }
      }
    },
    async put(key, bytes, options) {
      store(key, concat(partsOf(bytes)), options)
    },
    async create() {
      return memoryWriter(store)
    },
    async delete(key) {
      checkRetained(checkKey(key))
      objects.delete(key)
      retained.delete(key)
    },
    async close() {
      // The map is the caller's.
    },
  }
}

function memoryWriter(store: (key: string, bytes: Uint8Array, options?: PutOptions) => void): ObjectWriter {
  let parts: Uint8Array[] | undefined = []
  const end = (): Uint8Array[] => {
    if (parts === undefined) throw new HoldfastError('usage', 'The writer has ended: create a new one')
    const all = parts
    parts = undefined
    return all
  }
  return {
    async append(bytes) {
      const all = end()
      all.push(Uint8Array.from(bytes))
      parts = all
    },
    async commit(key, options) {
      store(key, concat(end()), options)
    },
    async abort() {
      parts = undefined
    },
  }
}

/** A copy of its own, also of a single part. */
function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
