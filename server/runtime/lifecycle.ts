// The runtime as one thing: events, queue and scheduler, brought up in order and taken down in good order.
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../contract/errors.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { HostOptions } from './child.ts'
import { createEvents, type Events } from './events.ts'
import { ownName } from './owner.ts'
import { createQueue, type Queue, type QueueTimes, queueTimes } from './queue.ts'
import { createScheduler, type Scheduler, type Ticker } from './scheduler.ts'
import type { JobHandler, RunStore, ScheduleStore } from './types.ts'

export type RuntimeOptions = {
  readonly runs: RunStore
  readonly schedules: ScheduleStore
  readonly handlers: readonly JobHandler[]
  readonly host: HostOptions
  readonly clock: Clock
  readonly log: Logger
  /** The bus, when it is there before the runtime. */
  readonly events?: Events | undefined
  /** Jobs at the same time; default 2. */
  readonly parallel?: number | undefined
  /** What jobs get to reach a safe point when they are to end, before they are killed; default 20 s. */
  readonly graceMs?: number | undefined
  /** How long an outcome is kept for a catalog that can't be written; default a day. */
  readonly persistMs?: number | undefined
  readonly times?: Partial<QueueTimes> | undefined
  readonly ticker?: Ticker | undefined
}

export type Runtime = {
  readonly events: Events
  readonly queue: Queue
  readonly scheduler: Scheduler
  /** The name on this process's leases. */
  readonly owner: string
  /** Finds runs that died with their server, takes what waits, looks at the schedules: in this order. */
  start(): Promise<void>
  /** Lets jobs reach a safe point and gives their runs back. Resolves when nothing is at work any more; may be called twice. */
  stop(): Promise<void>
  /** For the second signal: jobs end at once. */
  kill(): void
}

const DAY = 86_400_000
const RECOVER_MS = 5_000

export function createRuntime(options: RuntimeOptions): Runtime {
  const { clock, runs, schedules, host } = options
  const log = options.log.child({ part: 'runtime' })
  const events = options.events ?? createEvents(clock)
  const owner = ownName()
  const publish = events.publish
  const queue = createQueue({
    store: runs,
    clock,
    log,
    publish,
    host,
    owner,
    handlers: new Map(options.handlers.map((handler) => [handler.kind, handler])),
    parallel: options.parallel ?? 2,
    graceMs: options.graceMs ?? 20_000,
    persistMs: options.persistMs ?? DAY,
    random: Math.random,
    times: { ...queueTimes, ...options.times },
    seq: () => events.seq,
  })
  const scheduler = createScheduler({
    store: schedules,
    clock,
    log,
    publish,
    wake: queue.wake,
    ...(options.ticker && { ticker: options.ticker }),
  })
  let stopped: Promise<void> | undefined
  return {
    events,
    queue,
    scheduler,
    owner,
    async start() {
      const recovered = queue.recover().catch((error: unknown) => {
        log.error(`Runs that died can't be looked for now; it is tried again: ${messageOf(error)}`, { error })
      })
      // Most are marked at once; a process that still ends need not hold up the start.
      await Promise.race([recovered, sleep(RECOVER_MS, undefined, { ref: false })])
      // A signal may have come meanwhile.
      if (stopped) return
      queue.start()
      await scheduler.start()
    },
    stop() {
      stopped ??= scheduler.stop().then(() => queue.stop())
      return stopped
    },
    kill: () => queue.kill(),
  }
}
