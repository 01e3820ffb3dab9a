// The queue of this process: takes runs from the catalog as there is room, keeps their leases, and finds those whose process died.
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../contract/errors.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { Execution, type ExecutionContext } from './execution.ts'
import { isGone, isNear, runsWith } from './owner.ts'
import type { HeldRun, QueueControl } from './types.ts'

export type QueueTimes = {
  /** How long a claim holds without being renewed. */
  readonly leaseMs: number
  readonly renewEveryMs: number
  /** How often it is looked for runs that others queued, or that wait for their time. */
  readonly lookEveryMs: number
}

export const queueTimes: QueueTimes = { leaseMs: 60_000, renewEveryMs: 10_000, lookEveryMs: 2_000 }

export type QueueOptions = Omit<ExecutionContext, 'abandon'> & {
  /** Jobs at the same time in this process. */
  readonly parallel: number
  readonly times: QueueTimes
  readonly seq: () => number
}

export type Queue = QueueControl & {
  /** Takes runs from now on. */
  start(): void
  /** Marks runs whose process is gone as orphaned, and queues those again that are to be done again. @returns how many there were */
  recover(): Promise<number>
  /** Takes no more runs, asks those at work to reach a safe point, and resolves when all have been given back or ended. */
  stop(): Promise<void>
  /** Ends every job at once; `stop` then resolves soon. */
  kill(): void
}

/** One that has just ended by itself needs no signal. */
function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ESRCH') throw error
  }
}

/** A child of a dead server ends by itself; this long it may take. */
const CHILD_ENDS_WITHIN_MS = 30_000
const COMPLAIN_EVERY_MS = 60_000

/** What goes wrong again and again, such as a database that is away, is told once a minute. */
function complaints(log: Logger, clock: Clock): (what: string, error: unknown) => void {
  const told = new Map<string, number>()
  return (what, error) => {
    const now = clock.now()
    if (Math.abs(now - (told.get(what) ?? Number.NEGATIVE_INFINITY)) < COMPLAIN_EVERY_MS) return
    told.set(what, now)
    log.error(`${what}: ${messageOf(error)}`, { error })
  }
}

export function createQueue(options: QueueOptions): Queue {
  const { store, clock, log, publish, owner, times, handlers } = options
  const abandon = new AbortController()
  const context: ExecutionContext = { ...options, abandon: abandon.signal }
  const active = new Map<string, { readonly execution: Execution; readonly done: Promise<void> }>()
  const recovering = new Set<string>()
  const timers: NodeJS.Timeout[] = []
  const inFlight = new Set<Promise<unknown>>()
  let stopping = false
  let claiming: Promise<void> | undefined
  let again = false
  const complain = complaints(log, clock)

  async function claimAll(): Promise<void> {
    while (!stopping && active.size < options.parallel) {
      const now = clock.now()
      const run = await store.claim(owner, now, now + times.leaseMs)
      if (!run) return
      const execution = new Execution(run, context)
      log.info(`Run ${run.id} begins`, { run: run.id, kind: run.kind, attempt: run.attempt })
      const done = execution.done().finally(() => {
        active.delete(run.id)
        wake()
      })
      active.set(run.id, { execution, done })
      if (stopping) execution.stop('shutdown')
    }
  }

  function wake(): void {
    if (stopping) return
    if (claiming) {
      // What was queued during the look may have been overlooked.
      again = true
      return
    }
    claiming = claimAll()
      .catch((error: unknown) => complain("The queue can't be read", error))
      .finally(() => {
        claiming = undefined
        if (!again) return
        again = false
        wake()
      })
  }

  async function renew(): Promise<void> {
    if (active.size === 0) return
    const ids = [...active.keys()]
    const { held, cancelled } = await store.renew(owner, ids, clock.now() + times.leaseMs)
    for (const id of ids) if (!held.includes(id)) active.get(id)?.execution.stop('lost')
    for (const id of cancelled) active.get(id)?.execution.stop('cancel')
  }

  /** Waited for by `stop`, so that nothing reaches for a catalog that is closed. */
  function tracked<T>(work: Promise<T>): Promise<T> {
    inFlight.add(work)
    const done = (): void => void inFlight.delete(work)
    work.then(done, done)
    return work
  }

  async function recover(): Promise<number> {
    const lost = (await store.running()).filter((run) => isLost(run) && !recovering.has(run.id))
    await Promise.all(lost.map(recoverOne))
    if (lost.length > 0) wake()
    return lost.length
  }

  function isLost({ id, leaseOwner, leaseUntil }: HeldRun): boolean {
    if (active.has(id)) return false
    if (leaseUntil < clock.now() || leaseOwner === null) return true
    return isGone(leaseOwner, owner)
  }

  async function recoverOne(run: HeldRun): Promise<void> {
    const { id } = run
    recovering.add(id)
    try {
      if (!(await childEnds(run))) return
      const redo = handlers.get(run.kind)?.afterCrash === 'again' && run.trigger !== 'retry'
      const then = redo ? 'It is done again' : 'It can be started again by hand'
      const message = `The server, or the host that the run was on, ended while it was at work. ${then}`
      const marked = await store.orphan(run, message, redo, clock.now())
      if (!marked) return
      log.warn(`Run ${id} was orphaned`, { run: id, owner: run.leaseOwner, again: marked.queued })
      publish({ kind: 'run', id, state: 'orphaned' })
      if (marked.queued !== undefined) publish({ kind: 'run', id: marked.queued, state: 'queued' })
    } finally {
      recovering.delete(id)
    }
  }

  /** Waits for the process of a dead server's run: whatever it still commits, it does before the run is done again. @returns whether it is gone */
  async function childEnds({ id, pid, leaseOwner }: HeldRun): Promise<boolean> {
    if (pid === null || leaseOwner === null || !isNear(leaseOwner)) return true
    const begun = performance.now()
    let killed = false
    while (runsWith(pid, id)) {
      if (stopping || performance.now() - begun > 2 * CHILD_ENDS_WITHIN_MS) return false
      if (!killed && performance.now() - begun > CHILD_ENDS_WITHIN_MS) {
        killed = true
        killQuietly(pid)
      }
      await sleep(100)
    }
    return true
  }

  function everySoOften(ms: number, what: string, work: () => Promise<unknown>): void {
    let busy = false
    const timer = setInterval(() => {
      if (busy) return
      busy = true
      tracked(work())
        .catch((error: unknown) => complain(what, error))
        .finally(() => {
          busy = false
        })
    }, ms)
    timers.push(timer)
  }

  return {
    start() {
      everySoOften(times.lookEveryMs, "The queue can't be read", async () => wake())
      everySoOften(times.renewEveryMs, "Leases can't be renewed", renew)
      everySoOften(times.renewEveryMs, "Lost runs can't be looked for", recover)
      wake()
    },
    wake,
    recover: () => tracked(recover()),
    cancel: (id) => active.get(id)?.execution.stop('cancel'),
    live: (id) => active.get(id)?.execution.live,
    get seq() {
      return options.seq()
    },
    async stop() {
      stopping = true
      await claiming
      for (const { execution } of active.values()) execution.stop('shutdown')
      // Leases are kept until the last job has ended.
      await Promise.all([...active.values()].map(({ done }) => done))
      for (const timer of timers) clearInterval(timer)
      await Promise.allSettled(inFlight)
    },
    kill() {
      stopping = true
      abandon.abort()
      for (const { execution } of active.values()) {
        execution.stop('shutdown')
        execution.kill()
      }
    },
  }
}
