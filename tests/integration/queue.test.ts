// The queue on real catalogs, with processes that behave well and badly.
import * as fs from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import type { Catalog } from '#server/db/index.ts'
import { dateOf, systemClock } from '#server/lib/clock.ts'
import { createEvents } from '#server/runtime/events.ts'
import { ownName } from '#server/runtime/owner.ts'
import { createRunStore } from '#server/services/runs/index.ts'
import { ended, enqueue, inState, openQueue, runOf, type TestQueue } from '../faults/support/queue.ts'
import { eventually } from '../faults/support/server.ts'
import { onBothDatabases } from '../services/both.ts'

const started: TestQueue[] = []
afterEach(async () => {
  await Promise.all(
    started.splice(0).map((runtime) => {
      runtime.kill()
      return runtime.stop()
    }),
  )
})

async function start(...options: Parameters<typeof openQueue>): Promise<TestQueue> {
  const runtime = openQueue(...options)
  started.push(runtime)
  await runtime.start()
  return runtime
}

const logOf = async (catalog: Catalog, runId: string): Promise<string[]> =>
  (await catalog.db.runLog.findMany({ where: { runId }, orderBy: { id: 'asc' } })).map(({ message }) => message)

onBothDatabases('claims', ({ open }) => {
  // Later than anything is queued.
  const now = systemClock.now() + 3_600_000
  const claimAll = async (catalog: Catalog): Promise<string[]> => {
    const store = createRunStore(catalog, async () => undefined)
    const ids: string[] = []
    for (;;) {
      const run = await store.claim('me', now + 1000, now + 9000)
      if (!run) return ids
      ids.push(run.id)
    }
  }

  it('go by priority, then by time, and leave what is to wait', async () => {
    await using catalog = await open()
    const old = await enqueue(catalog, { does: 'wait' }, { notBefore: now - 5000 })
    const older = await enqueue(catalog, { does: 'wait' }, { notBefore: now - 9000 })
    const urgent = await enqueue(catalog, { does: 'wait' }, { priority: 5 })
    await enqueue(catalog, { does: 'wait' }, { notBefore: now + 60_000, priority: 9 })
    expect(await claimAll(catalog)).toEqual([urgent, older, old])
    expect(await runOf(catalog, old)).toMatchObject({
      state: 'running',
      leaseOwner: 'me',
      leaseUntil: dateOf(now + 9000),
    })
  })

  it('never take two runs with the same key, whoever asks', async () => {
    await using catalog = await open()
    for (let i = 0; i < 6; i++) await enqueue(catalog, { does: 'wait' }, { concurrencyKey: `key ${i % 2}` })
    const store = createRunStore(catalog, async () => undefined)
    const claimed = await Promise.all(
      Array.from({ length: 8 }, (_, i) => store.claim(`server ${i}`, now + 1000, now + 9000)),
    )
    const ids = claimed.flatMap((run) => (run ? [run.id] : []))
    expect(new Set(ids).size).toBe(2)
    expect(ids).toHaveLength(2)
    const [first] = ids
    const owner = (await runOf(catalog, first!)).leaseOwner!
    expect(await store.finish(first!, 'somebody else', { state: 'succeeded' }, now)).toBe(false)
    expect(await store.finish(first!, owner, { state: 'succeeded' }, now)).toBe(true)
    expect(await store.finish(first!, owner, { state: 'failed' }, now)).toBe(false)
    expect((await claimAll(catalog)).length).toBe(1)
  })

  it('are prolonged while they are held, and tell what is to be cancelled', async () => {
    await using catalog = await open()
    const [a, b] = [await enqueue(catalog, { does: 'wait' }), await enqueue(catalog, { does: 'wait' })]
    const store = createRunStore(catalog, async () => undefined)
    await claimAll(catalog)
    await catalog.transaction((tx) => tx.run.update({ where: { id: a }, data: { cancelRequestedAt: dateOf(now) } }))
    await catalog.transaction((tx) => tx.run.update({ where: { id: b }, data: { leaseOwner: 'another' } }))
    expect(await store.renew('me', [a, b], now + 20_000)).toEqual({ held: [a], cancelled: [a] })
    expect((await runOf(catalog, a)).leaseUntil).toEqual(dateOf(now + 20_000))
    const next = { notBefore: now, attempt: 2, why: 'It failed', now }
    expect(await store.requeue(a, 'me', next)).toBe('cancelled')
    expect(await store.requeue(b, 'me', next)).toBe('gone')
  })

  it('that are lost are marked by one server only, and done again once', async () => {
    await using catalog = await open()
    const id = await enqueue(catalog, { does: 'wait' })
    const store = createRunStore(catalog, async () => undefined)
    await claimAll(catalog)
    const [held] = await store.running()
    const marked = await Promise.all([1, 2, 3].map(() => store.orphan(held!, 'lost', true, now)))
    expect(marked.filter((each) => each !== undefined)).toHaveLength(1)
    expect(await runOf(catalog, id)).toMatchObject({ state: 'orphaned', errorMessage: 'lost', leaseOwner: null })
    const queued = await catalog.db.run.findMany({ where: { state: 'queued' } })
    expect(queued).toMatchObject([{ trigger: 'retry', kind: 'test', slotKey: null }])
  })
})

onBothDatabases('the queue', ({ open }) => {
  it('does runs in processes of their own, and records how they went', async () => {
    await using catalog = await open()
    const id = await enqueue(catalog, { does: 'succeed', logs: 3, reports: 5 })
    const { queue } = await start(catalog)
    const run = await ended(catalog, id)
    expect(run).toMatchObject({ state: 'succeeded', filesRead: 3, attempt: 1, leaseOwner: null, pid: null })
    expect(run.finishedAt!.getTime()).toBeGreaterThanOrEqual(run.startedAt!.getTime())
    // The id, and nothing else, can be seen in a list of processes.
    expect(JSON.parse(run.statistics!)).toEqual({ argv: [id] })
    expect(await logOf(catalog, id)).toEqual(['line 0', 'line 1', 'line 2'])
    await eventually(async () => expect(queue.live(id)).toBeUndefined())
  })

  it('shares the work with another server, and does nothing twice', async () => {
    await using catalog = await open()
    const ids = await Promise.all(Array.from({ length: 6 }, () => enqueue(catalog, { does: 'succeed', logs: 1 })))
    await Promise.all([start(catalog), start(catalog)])
    for (const id of ids) {
      await ended(catalog, id)
      expect(await logOf(catalog, id)).toEqual(['line 0'])
    }
  })
})

describe('the process of a job', () => {
  it('gets its work over IPC: neither arguments nor environment show it', async () => {
    const { openTestCatalog } = await import('#server/db/testing.ts')
    await using catalog = await openTestCatalog()
    const id = await enqueue(catalog, { does: 'wait' })
    const { queue } = await start(catalog)
    await eventually(async () => expect(queue.live(id)?.progress).toEqual({ phase: 'waiting' }))
    const { pid } = await eventually(async () => {
      const run = await runOf(catalog, id)
      expect(run.pid).not.toBeNull()
      return run
    })
    const read = (name: string): string[] => fs.readFileSync(`/proc/${pid}/${name}`, 'latin1').split('\0').slice(0, -1)
    const names = read('environ').map((entry) => entry.replace(/=.*/s, ''))
    expect(names.sort()).toEqual(['MALLOC_ARENA_MAX', 'NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE', 'NODE_ENV'])
    // And steps back for the server, with all its threads.
    const nices = fs.readdirSync(`/proc/${pid}/task`).map((thread) => {
      const stat = fs.readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1')
      return Number(stat.replace(/^.*\) /s, '').split(' ')[16])
    })
    for (const nice of nices) expect(nice).toBeGreaterThanOrEqual(10)
    expect(fs.readFileSync(`/proc/${pid}/oom_score_adj`, 'latin1')).toBe('500\n')
    const words = read('cmdline')
    expect(words.slice(1, -2)).toEqual(['--max-semi-space-size=2', '--disable-warning=ExperimentalWarning'])
    expect(words.at(-1)).toBe(id)
  })
})

describe('progress', () => {
  it('comes as deltas that lay over the whole state', async () => {
    const { openTestCatalog } = await import('#server/db/testing.ts')
    await using catalog = await openTestCatalog()
    const id = await enqueue(catalog, { does: 'wait' })
    const { queue, events } = openQueue(catalog)
    const runtime = await start(catalog, { events })
    await eventually(async () => expect(runtime.queue.live(id)?.progress).toEqual({ phase: 'waiting' }))
    const live = runtime.queue.live(id)!
    expect(live).toMatchObject({ state: 'running' })
    expect(live.seq).toBeGreaterThan(0)
    expect(live.seq).toBeLessThanOrEqual(queue.seq)
  })

  it('tells at once where the work is, and never writes that into the catalog', async () => {
    const { openTestCatalog } = await import('#server/db/testing.ts')
    await using catalog = await openTestCatalog()
    const id = await enqueue(catalog, { does: 'wait', path: '/home/ada/file' })
    const { queue } = await start(catalog)
    await eventually(async () => expect(queue.live(id)?.progress).toEqual({ phase: 'waiting', path: '/home/ada/file' }))
    const stored = await eventually(async () => {
      const { progress } = await runOf(catalog, id)
      expect(progress).not.toBeNull()
      return progress
    })
    expect(JSON.parse(stored ?? '')).toEqual({ phase: 'waiting' })
  })

  it('says when there are lines of the log to fetch, though nothing else goes on', async () => {
    const { openTestCatalog } = await import('#server/db/testing.ts')
    await using catalog = await openTestCatalog()
    const events = createEvents(systemClock)
    const told = (async () => {
      for await (const event of events.subscribe())
        if (event.kind === 'run' && event.progress?.logLines !== undefined) return event
      return undefined
    })()
    const id = await enqueue(catalog, { does: 'wait', logs: 3 })
    await start(catalog, { events })
    expect(await told).toMatchObject({ id, state: 'running', progress: { logLines: 3 } })
    expect(await logOf(catalog, id)).toEqual(['line 0', 'line 1', 'line 2'])
  })
})

describe('a job that', () => {
  const withQueue = async (
    work: (catalog: Catalog) => Promise<void>,
    options: Parameters<typeof openQueue>[1] = {},
  ): Promise<void> => {
    const { openTestCatalog } = await import('#server/db/testing.ts')
    await using catalog = await openTestCatalog()
    await start(catalog, options)
    await work(catalog)
    const runtime = started.pop()!
    runtime.kill()
    await runtime.stop()
  }

  it('crashes ends as failed, and says how', () =>
    withQueue(async (catalog) => {
      const crash = await ended(catalog, await enqueue(catalog, { does: 'crash' }, { maxAttempts: 3 }))
      expect(crash).toMatchObject({ state: 'failed', errorCode: 'internal', attempt: 1 })
      expect(crash.errorMessage).toContain('crashed (SIGSEGV')
      const vanished = await ended(catalog, await enqueue(catalog, { does: 'vanish' }))
      expect(vanished.errorMessage).toContain('ended with status 7 and no outcome')
    }))

  it('runs out of memory ends as failed, and says so', () =>
    withQueue(
      async (catalog) => {
        const run = await ended(catalog, await enqueue(catalog, { does: 'exhaust' }))
        expect(run).toMatchObject({ state: 'failed' })
        expect(run.errorMessage).toContain('ran out of memory')
      },
      {
        host: {
          program: new URL('../faults/support/job.ts', import.meta.url).pathname,
          environment: {},
          nodeFlags: ['--max-old-space-size=24'],
        },
      },
    ))

  it('prints a gigabyte costs little memory and few lines', () =>
    withQueue(async (catalog) => {
      const before = process.memoryUsage().rss
      const id = await enqueue(catalog, { does: 'flood', megabytes: 1024 })
      expect(await ended(catalog, id)).toMatchObject({ state: 'succeeded' })
      expect(process.memoryUsage().rss - before).toBeLessThan(300 << 20)
      const log = await logOf(catalog, id)
      expect(log).toHaveLength(201)
      expect(log.at(-1)).toMatch(/^Output: \d+ more bytes of output were left out$/)
    }))

  it('logs without end has a log with an end', () =>
    withQueue(async (catalog) => {
      const id = await enqueue(catalog, { does: 'succeed', logs: 12_000 })
      expect(await ended(catalog, id)).toMatchObject({ state: 'succeeded' })
      const log = await logOf(catalog, id)
      expect(log.length).toBeLessThanOrEqual(10_001)
      expect(log.at(-1)).toMatch(/lines omitted/)
    }))

  it('fails for a reason that may pass is tried again later, so many times', () =>
    withQueue(async (catalog) => {
      const id = await enqueue(catalog, { does: 'fail', code: 'unavailable' }, { maxAttempts: 2 })
      const waiting = await eventually(async () => {
        const run = await runOf(catalog, id)
        expect(run).toMatchObject({ state: 'queued', attempt: 2, leaseOwner: null })
        return run
      })
      expect(waiting.notBefore.getTime()).toBeGreaterThan(systemClock.now() + 10_000)
      await catalog.transaction((tx) => tx.run.update({ where: { id }, data: { notBefore: dateOf(0) } }))
      expect(await ended(catalog, id)).toMatchObject({ state: 'failed', errorCode: 'unavailable', attempt: 2 })
      expect((await logOf(catalog, id))[0]).toContain('Attempt 1 of 2 failed')
      const other = await enqueue(catalog, { does: 'fail', code: 'wrong_secret' }, { maxAttempts: 2 })
      expect(await ended(catalog, other)).toMatchObject({ state: 'failed', attempt: 1 })
    }))

  it('is cancelled ends in good order, and by force when it does not listen', () =>
    withQueue(
      async (catalog) => {
        const { queue } = started.at(-1)!
        const cancel = async (does: 'wait' | 'hang') => {
          const id = await enqueue(catalog, { does })
          await eventually(async () => expect(queue.live(id)?.progress).toHaveProperty('phase'))
          await catalog.transaction((tx) =>
            tx.run.update({ where: { id }, data: { cancelRequestedAt: dateOf(systemClock.now()) } }),
          )
          return ended(catalog, id)
        }
        // Nobody calls cancel() here: the request is found in the row, as that of another server would be.
        expect(await cancel('wait')).toMatchObject({ state: 'cancelled', errorMessage: 'it was asked to end' })
        const hung = await cancel('hang')
        expect(hung).toMatchObject({ state: 'cancelled' })
        expect(hung.errorMessage).toContain('was killed')
      },
      { graceMs: 1000 },
    ))
})

describe('a server', () => {
  it('that is shut down gives its runs back, and the next one does them', async () => {
    const { openTestCatalog } = await import('#server/db/testing.ts')
    await using catalog = await openTestCatalog()
    const id = await enqueue(catalog, { does: 'wait' }, { concurrencyKey: 'a' })
    const first = await start(catalog)
    await eventually(async () => expect(first.queue.live(id)?.progress).toEqual({ phase: 'waiting' }))
    await first.stop()
    expect(await runOf(catalog, id)).toMatchObject({ state: 'queued', attempt: 1, leaseOwner: null })
    await catalog.transaction((tx) => tx.run.update({ where: { id }, data: { payload: '{"does":"succeed"}' } }))
    await start(catalog)
    expect(await ended(catalog, id)).toMatchObject({ state: 'succeeded', attempt: 1 })
    expect((await logOf(catalog, id))[0]).toContain('The server was shut down')
  })

  it('finds runs of one that died at once, and of one elsewhere when the lease is over', async () => {
    const { openTestCatalog } = await import('#server/db/testing.ts')
    await using catalog = await openTestCatalog()
    const now = systemClock.now()
    const hold = async (leaseOwner: string, leaseUntil: number, trigger = 'schedule'): Promise<string> => {
      const id = await enqueue(catalog, { does: 'succeed' }, { trigger })
      const data = { state: 'running', leaseOwner, leaseUntil: dateOf(leaseUntil), startedAt: dateOf(now) }
      await catalog.transaction((tx) => tx.run.update({ where: { id }, data }))
      return id
    }
    const dead = await hold(ownName().replace(/~\d+\/(?=\w+$)/, '~1/'), now + 600_000)
    const expired = await hold('elsewhere~1/77~1/ab', now - 1000, 'retry')
    const alive = await hold('elsewhere~1/77~1/cd', now + 600_000)
    await start(catalog)
    expect(await ended(catalog, dead)).toMatchObject({ state: 'orphaned', errorCode: 'interrupted' })
    expect(await ended(catalog, expired)).toMatchObject({ state: 'orphaned' })
    // One that was done again already is not done a third time.
    const again = await eventually(async () => {
      const runs = await catalog.db.run.findMany({ where: { trigger: 'retry', state: 'succeeded' } })
      expect(runs).toHaveLength(1)
      return runs
    })
    expect(again).toHaveLength(1)
    expect(await runOf(catalog, alive)).toMatchObject({ state: 'running' })
  })

  it('keeps an outcome while the catalog can not be written, and writes it as soon as it can', async () => {
    const { openTestCatalog } = await import('#server/db/testing.ts')
    const { HoldfastError } = await import('#server/contract/errors.ts')
    await using catalog = await openTestCatalog()
    let full = false
    let refused = 0
    const limited: Catalog = {
      ...catalog,
      transaction: (work) => {
        if (!full) return catalog.transaction(work)
        refused++
        return Promise.reject(new HoldfastError('no_space', 'the disk is full'))
      },
    }
    const id = await enqueue(catalog, { does: 'wait' })
    const runtime = await start(limited)
    await inState(catalog, id, 'running')
    await eventually(async () => expect(runtime.queue.live(id)?.progress).toEqual({ phase: 'waiting' }))
    full = true
    runtime.queue.cancel(id)
    await eventually(async () => expect(refused).toBeGreaterThan(3))
    expect(await runOf(catalog, id)).toMatchObject({ state: 'running' })
    full = false
    expect(await ended(catalog, id)).toMatchObject({ state: 'cancelled' })
  })
})
