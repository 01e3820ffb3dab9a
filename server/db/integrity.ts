// Looks through the catalog's SQLite file for damage, in a thread of its own: it takes seconds, and the server has to answer meanwhile.
import { Worker } from 'node:worker_threads'
import { HoldfastError } from '../contract/errors.ts'
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
  const worker = new Worker(new URL('./integrity-thread.ts', import.meta.url), {
    workerData: { file: place.file },
  })
  const stop = (): void => void worker.terminate()
  signal?.addEventListener('abort', stop, { once: true })
  try {
    return await new Promise<string[]>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('exit', () => reject(signal?.reason ?? new Error('the thread ended')))
    })
  } catch (cause) {
    signal?.throwIfAborted()
    const message = `The catalog ${place.file} can't be looked through: ${cause instanceof Error ? cause.message : cause}`
    throw new HoldfastError('unavailable', message, { cause })
  } finally {
    signal?.removeEventListener('abort', stop)
    await worker.terminate()
  }
}
