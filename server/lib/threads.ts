// Threads that load native code: started and ended so that none takes the process along.
import { Worker, type WorkerOptions } from 'node:worker_threads'

const loading = new WeakMap<Worker, Promise<void>>()

/** Starts a thread for `endThread`. It has to say something, whatever it is, once all of its code is loaded. */
export function startThread(program: URL, options: WorkerOptions): Worker {
  const worker = new Worker(program, options)
  const loaded = new Promise<void>((resolve) => {
    worker.once('message', () => resolve())
    worker.once('exit', () => resolve())
  })
  loading.set(worker, loaded)
  return worker
}

/**
 * Ends a thread as soon as its code is loaded, and waits for that. When it is terminated while native code (koffi) is being set up in it, its error can't
 * be thrown any more, and Node aborts the whole process ("FATAL ERROR: Error::ThrowAsJavaScriptException napi_throw").
 */
export async function endThread(worker: Worker): Promise<void> {
  await loading.get(worker)
  await worker.terminate()
}
