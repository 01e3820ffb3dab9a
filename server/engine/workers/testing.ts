// For tests: a storage that threads can open and that does what a test asks for, by the beginning of the bytes' would-be pack id.
import { threadId } from 'node:worker_threads'
import { HoldfastError } from '../../contract/errors.ts'
import { openMemory } from '../../storage/memory.ts'
import type { Storage, StorageRef } from '../../storage/types.ts'

export type Behaviour = 'good' | 'refuse to open'

/** Ids of packs: whoever asks for one makes the storage do that. */
export const doThis = {
  fail: 'f'.repeat(64),
  exit: 'e'.repeat(64),
  crash: 'c'.repeat(64),
  hang: '0'.repeat(64),
  missing: 'a'.repeat(64),
}

export const refTo = (behaviour: Behaviour): StorageRef => ({ module: import.meta.url, options: behaviour })

/** @throws `denied` when it was asked to refuse */
export async function open(behaviour: Behaviour): Promise<Storage> {
  if (behaviour === 'refuse to open') throw new HoldfastError('denied', 'You shall not pass')
  return {
    ...openMemory(),
    async get(key) {
      if (key.endsWith(doThis.fail)) throw new HoldfastError('unavailable', `The line of thread ${threadId} is dead`)
      if (key.endsWith(doThis.exit)) process.exit(3)
      if (key.endsWith(doThis.crash)) {
        setImmediate(() => {
          throw new TypeError('crashed')
        })
      }
      if (key.endsWith(doThis.missing)) throw new HoldfastError('not_found', `There is no ${key}`)
      return new Promise<never>(() => undefined)
    },
  }
}
