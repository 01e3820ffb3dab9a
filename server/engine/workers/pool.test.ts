// Lanes: tasks one after the other, failures told to whoever gave the task, and no end of a thread that leaves anybody waiting.
import { describe, expect, it, onTestFinished } from 'vitest'
import { HoldfastError } from '../../contract/errors.ts'
import { openMemory } from '../../storage/memory.ts'
import { codeRejected, documentedKeys } from '../testing.ts'
import type { VerifyResult, VerifyTask } from '../verify/tasks.ts'
import { handlers } from './handlers.ts'
import { Pool } from './pool.ts'
import type { Handler } from './protocol.ts'
import { type Behaviour, doThis, refTo } from './testing.ts'

/** A pool in this thread whose lane is made by `start`. */
function inlinePool(
  start: (emit: (event: unknown) => void) => Promise<Handler>,
  onEvent = (_: unknown): void => undefined,
) {
  const kind = 'of this test'
  handlers[kind] = async () => ({ start: async (_init, _storage, emit) => start(emit) })
  onTestFinished(() => {
    delete handlers[kind]
  })
  return new Pool<unknown, unknown>({
    kind,
    init: () => undefined,
    threads: 0,
    storage: openMemory(),
    ref: undefined,
    onEvent,
  })
}

describe('a pool in this thread', () => {
  it('does its tasks one after the other, in their order', async () => {
    const steps: string[] = []
    const pool = inlinePool(async () => ({
      async run(task) {
        steps.push(`begin ${task}`)
        await new Promise((resolve) => setTimeout(resolve, task === 1 ? 5 : 0))
        steps.push(`end ${task}`)
        return { result: Number(task) * 10 }
      },
    }))
    const results = [1, 2, 3].map((task) => pool.run(task))
    expect(pool.load).toBe(3)
    expect(await Promise.all(results)).toEqual([10, 20, 30])
    expect(steps).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2', 'begin 3', 'end 3'])
    expect(pool.load).toBe(0)
    await pool.close()
  })

  it('tells of a task that fails, and goes on with the next', async () => {
    const pool = inlinePool(async () => ({
      async run(task) {
        if (task === 'bad') throw new HoldfastError('no_space', 'full')
        return { result: task }
      },
    }))
    const results = ['a', 'bad', 'b'].map((task) => pool.run(task).catch((error: HoldfastError) => error.code))
    expect(await Promise.all(results)).toEqual(['a', 'no_space', 'b'])
    expect(pool.load).toBe(0)
    await pool.close()
  })

  it('passes events, and shared memory in its turn', async () => {
    const seen: unknown[] = []
    const memory = new SharedArrayBuffer(8)
    const pool = inlinePool(
      async (emit) => ({
        async run(task) {
          emit(`event of ${task}`)
          return { result: undefined }
        },
        attach: (more) => seen.push(more),
      }),
      (event) => seen.push(event),
    )
    const first = pool.run(1)
    pool.attach(memory)
    await Promise.all([first, pool.run(2)])
    expect(seen).toEqual(['event of 1', memory, 'event of 2'])
    await pool.close()
  })

  it('closes its lane after what was given to it', async () => {
    const steps: unknown[] = []
    const pool = inlinePool(async () => ({
      async run(task) {
        steps.push(task)
        return { result: undefined }
      },
      async close() {
        steps.push('closed')
      },
    }))
    const running = pool.run('task')
    await pool.close()
    await running
    expect(steps).toEqual(['task', 'closed'])
  })

  it('that can not start says why to whoever gives a task, and can be closed', async () => {
    const pool = inlinePool(async () => {
      throw new HoldfastError('unsupported', 'no')
    })
    expect(await codeRejected(pool.run(1))).toBe('unsupported')
    pool.attach(new SharedArrayBuffer(8))
    expect(await codeRejected(pool.run(2))).toBe('unsupported')
    await pool.close()
  })

  it('starts nothing that is not needed', async () => {
    let started = 0
    const pool = inlinePool(async () => {
      started++
      return { run: async () => ({ result: 1 }) }
    })
    expect(await pool.runAll('flush')).toEqual([])
    await pool.close()
    expect(started).toBe(0)
  })
})

function threadPool(threads: number, behaviour: Behaviour = 'good', patience = 1) {
  const pool = new Pool<VerifyTask, VerifyResult>({
    kind: 'verify',
    init: () => ({ material: documentedKeys().material, table: [] }),
    threads,
    storage: openMemory(),
    ref: refTo(behaviour),
    patience,
  })
  onTestFinished(() => pool.close())
  return pool
}
const task = (id: string): VerifyTask => ({ id, size: 1000, frames: new Uint32Array(0), data: false })

describe('a pool of threads', () => {
  it('gives results back', async () => {
    const pool = threadPool(2)
    const results = await Promise.all(Array.from({ length: 5 }, () => pool.run(task(doThis.missing))))
    for (const result of results) expect(result).toMatchObject({ unreadable: true, badChunks: new Uint8Array(0) })
    expect(pool.load).toBe(0)
  })

  it('passes a failure with its code and message, and goes on', async () => {
    const pool = threadPool(1)
    await expect(pool.run(task(doThis.fail))).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/^The line of thread \d+ is dead$/),
    })
    expect(await pool.run(task(doThis.missing))).toMatchObject({ unreadable: true })
  })

  it('uses as many threads as it may, and no more', async () => {
    const pool = threadPool(2)
    const messages = await Promise.all(
      Array.from({ length: 6 }, () => pool.run(task(doThis.fail)).catch((error: HoldfastError) => error.message)),
    )
    expect(new Set(messages).size).toBe(2)
  })

  it.each([
    [2, 1],
    [3, 2],
    [100, 2],
  ])('%d tasks, of which two may wait, get %d of its threads', async (count, threads) => {
    const pool = threadPool(2, 'good', 2)
    const messages = await Promise.all(
      Array.from({ length: count }, () => pool.run(task(doThis.fail)).catch((error: HoldfastError) => error.message)),
    )
    expect(new Set(messages).size).toBe(threads)
  })

  it('without tasks starts none', async () => {
    const pool = threadPool(4)
    expect(await pool.runAll(task(doThis.missing))).toEqual([])
    expect(pool.load).toBe(0)
  })

  it('gives a task to every thread that runs', async () => {
    const pool = threadPool(2)
    await Promise.all([pool.run(task(doThis.missing)), pool.run(task(doThis.missing))])
    expect(await pool.runAll(task(doThis.missing))).toHaveLength(2)
  })

  it('that can not open its storage says why to whoever gives a task', async () => {
    const pool = threadPool(1, 'refuse to open')
    expect(await codeRejected(pool.run(task(doThis.missing)))).toBe('denied')
    expect(await codeRejected(pool.run(task(doThis.missing)))).toBe('denied')
    pool.attach(new SharedArrayBuffer(8))
    expect(await codeRejected(pool.run(task(doThis.missing)))).toBe('denied')
  })

  it.each([
    ['ends', doThis.exit],
    ['crashes', doThis.crash],
  ])('leaves nobody waiting when a thread %s, and takes no more', async (_, id) => {
    const pool = threadPool(1)
    const codes = await Promise.all(
      [task(id), task(doThis.missing), task(doThis.hang)].map((each) => codeRejected(pool.run(each))),
    )
    expect(codes).toEqual(['internal', 'internal', 'internal'])
    expect(await codeRejected(pool.run(task(doThis.missing)))).toBe('internal')
  })

  it('drops what it is doing when it is closed', async () => {
    const pool = threadPool(2)
    const running = [pool.run(task(doThis.hang)), pool.run(task(doThis.hang)), pool.run(task(doThis.hang))].map(
      codeRejected,
    )
    await pool.close()
    expect(await Promise.all(running)).toEqual(['interrupted', 'interrupted', 'interrupted'])
    expect(await codeRejected(pool.run(task(doThis.missing)))).toBe('interrupted')
  })

  it('runs in this thread when nobody can say how another opens the storage', async () => {
    const storage = openMemory()
    const pool = new Pool<VerifyTask, VerifyResult>({
      kind: 'verify',
      init: () => ({ material: documentedKeys().material, table: [] }),
      threads: 3,
      storage,
      ref: undefined,
    })
    expect(await pool.run(task(doThis.missing))).toMatchObject({ unreadable: true })
    await pool.close()
  })
})
