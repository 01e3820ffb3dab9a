// Threads in a dead mount: a pipe that nobody writes to holds up whoever opens it just like that.
import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { codeRejected, makeFolder } from '../../engine/testing.ts'
import { inThread } from './matches.ts'
import { createThreads, type Threads } from './threads.ts'

const opening = new URL(
  `data:text/javascript,${encodeURIComponent(
    `import { openSync } from 'node:fs'
    import { parentPort, workerData } from 'node:worker_threads'
    parentPort.postMessage({ found: { matchedPaths: [], excludedPaths: [], unreadablePaths: [] }, done: false, cut: false })
    openSync(workerData.includePaths[0])`,
  )}`,
)

const taskOf = (path: string) => ({
  includePaths: [path],
  excludePatterns: [],
  protectedPaths: [],
  repository: undefined,
  lasts: 60_000,
})

/** From what it says to the file (ms). */
const A_STEP = 100

/** One that has come as far as the file. */
async function begun(threads: Threads, path: string) {
  const worker = await threads.start(taskOf(path))
  await new Promise((resolve) => worker.once('message', resolve))
  await sleep(A_STEP)
  return worker
}

/** Lets go of whoever hangs in the pipe. */
const release = (pipe: string): void => closeSync(openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK))

test('a thread that hangs counts though nobody waits for it any more, until it is let go', async () => {
  const pipe = join(makeFolder(), 'pipe')
  execFileSync('mkfifo', [pipe])
  const threads = createThreads(opening, { atOnce: 2, busy: 'Two are at work' })
  const hanging = [await begun(threads, pipe), await begun(threads, pipe)]
  // Both have a reader.
  expect(await codeRejected(threads.start(taskOf('/dev/null')))).toBe('rate_limited')
  for (const worker of hanging) threads.end(worker)
  expect(await codeRejected(threads.start(taskOf('/dev/null')))).toBe('rate_limited')
  expect(await codeRejected(inThread(taskOf(pipe), undefined, threads).next())).toBe('rate_limited')

  const exits = hanging.map((worker) => new Promise((resolve) => worker.once('exit', resolve)))
  release(pipe)
  await Promise.all(exits)
  threads.end(await begun(threads, '/dev/null'))
})

test('threads that hang in nothing give their places back at once', async () => {
  const threads = createThreads(opening, { atOnce: 2, busy: 'Two are at work' })
  for (let i = 0; i < 6; i++) threads.end(await begun(threads, '/dev/null'))
})

test('a preview whose reader leaves while it hangs keeps its place', async () => {
  const pipe = join(makeFolder(), 'pipe')
  execFileSync('mkfifo', [pipe])
  const threads = createThreads(opening, { atOnce: 1, busy: 'One is at work' })
  const leaving = new AbortController()
  const preview = inThread(taskOf(pipe), leaving.signal, threads)
  expect(await preview.next()).toMatchObject({ value: { done: false } })
  await sleep(A_STEP)
  leaving.abort()
  expect(await codeRejected(preview.next())).toBe('interrupted')
  expect(await codeRejected(threads.start(taskOf('/dev/null')))).toBe('rate_limited')
  release(pipe)
  threads.end(await begun(threads, '/dev/null'))
})

// A thread that is terminated while native code is being set up in it takes the process with it.
test('a thread that is ended while it still loads its code harms nobody', async () => {
  const threads = createThreads(new URL('./folders-thread.ts', import.meta.url), { atOnce: 2, busy: 'Two are at work' })
  const task = { folder: '/', protectedPaths: [] }
  const one = async (after: (worker: Worker) => Promise<unknown>): Promise<void> => {
    const worker = await threads.start(task)
    const exit = new Promise((resolve) => worker.once('exit', resolve))
    await after(worker)
    threads.end(worker)
    await exit
  }
  const begun = performance.now()
  await one((worker) => new Promise((resolve) => worker.once('message', resolve)))
  const load = performance.now() - begun
  for (let step = 0; step < 60; step++) await one(() => sleep((load * step) / 60))
})
