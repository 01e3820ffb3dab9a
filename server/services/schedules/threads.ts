// Threads that look at file systems: so many at once, and one that hangs in a dead mount counts until the mount lets it go.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import { HoldfastError } from '../../contract/errors.ts'
import { endThread, startThread } from '../../lib/threads.ts'

export type Threads = {
  /**
   * Starts a thread. For one that was told to end, and has not yet, it waits a moment.
   * @throws `rate_limited` when there are as many as may be
   */
  start(task: unknown): Promise<Worker>
  /** Ends a thread, and does not wait for that: in a dead mount it ends when the mount does. */
  end(worker: Worker): void
}

/** A thread that hangs in nothing ends sooner (ms). */
const ENDS_WITHIN = 1000

/** @param busy says that there are as many as may be: the beginning of a message */
export function createThreads(
  program: URL,
  { atOnce, busy }: { readonly atOnce: number; readonly busy: string },
): Threads {
  const ending = new Map<Worker, Promise<unknown>>()
  let alive = 0
  return {
    async start(task) {
      const late = alive < atOnce ? undefined : sleep(ENDS_WITHIN, 'late', { ref: false })
      while (alive >= atOnce) {
        const ended = ending.size === 0 ? 'late' : await Promise.race([late, ...ending.values()])
        if (ended === 'late') throw new HoldfastError('rate_limited', `${busy}; try again in some seconds`)
      }
      const worker = startThread(program, { workerData: task })
      alive++
      worker.once('exit', () => {
        alive--
      })
      return worker
    },
    end(worker) {
      const ended = endThread(worker).finally(() => ending.delete(worker))
      ending.set(worker, ended)
    },
  }
}
