// Looks through the catalog's SQLite file for damage, in a thread of its own: it takes seconds, and the server has to answer meanwhile.
import { Worker } from 'node:worker_threads'
import { HoldfastError, messageOf } from '../contract/errors.ts'
import { placeOf } from './place.ts'

/**
 * @param url the catalog's address
 * @returns what SQLite complains about, at most ten lines; none for a sound file, nor for PostgreSQL, which looks after its own
 * @throws `unavailable` when the file can't be read; `signal`'s reason
 */
export async function damageIn(url: string, signal?: AbortSignal): Promise<string[]> {
  const place = placeOf(url)
  if (place.provider !== 'sqlite') return []
  signal?.throwIfAborted()
  const worker = new Worker(new URL('./integrity-thread.ts', import.meta.url), { workerData: { file: place.file } })
  const over = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const looking = new Promise<string[]>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('the thread ended')))
  })
  // Never terminated: no look is shortened by that, and a thread that ends within SQLite's bindings can take the process along (lib/threads.ts).
  const [looked] = await Promise.allSettled([looking, over])
  signal?.throwIfAborted()
  if (looked.status === 'fulfilled') return looked.value
  const message = `The catalog ${place.file} can't be looked through: ${messageOf(looked.reason)}`
  throw new HoldfastError('unavailable', message, { cause: looked.reason })
}
