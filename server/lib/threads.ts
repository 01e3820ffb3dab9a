// Ending threads that load native code.
import type { Worker } from 'node:worker_threads'

/**
 * Resolves when a thread has said something, which it does when all of its code is loaded, or when it is over. For right after it was made.
 *
 * A thread must not be terminated before: when that happens while native code (koffi) is being set up in it, its error can't be thrown any more, and
 * Node aborts the whole process ("FATAL ERROR: Error::ThrowAsJavaScriptException napi_throw").
 */
export const threadLoaded = (worker: Worker): Promise<void> =>
  new Promise((resolve) => {
    worker.once('message', () => resolve())
    worker.once('exit', () => resolve())
  })
