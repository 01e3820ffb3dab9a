// Lanes that do the heavy work: threads, or (threads: 0) the calling thread itself. A lane does its tasks one after the other.
import type { Worker } from 'node:worker_threads'
import { HoldfastError, messageOf } from '../../contract/errors.ts'
import { namesBehind } from '../../contract/names.ts'
import { endThread, startThread } from '../../lib/threads.ts'
import type { Storage, StorageRef } from '../../storage/types.ts'
import { handlers } from './handlers.ts'
import { type Handler, type LaneReply, type LaneRequest, reviveError } from './protocol.ts'

type Waiting = { readonly resolve: (value: unknown) => void; readonly reject: (error: unknown) => void }

interface Lane {
  /** Tasks given and not yet answered. */
  readonly load: number
  run(task: unknown): Promise<unknown>
  attach(memory: SharedArrayBuffer): void
  close(): Promise<void>
}

/** V8's default young generation (several times 16 MiB a thread) is the largest avoidable part of a lane's memory. */
const YOUNG_GENERATION_MB = 6

/** What ends a thread for want of descriptors or memory is no defect of ours. */
function threadError(error: unknown): unknown {
  const { code } = error as { code?: unknown }
  if (code !== 'ERR_WORKER_INIT_FAILED' && code !== 'ERR_WORKER_OUT_OF_MEMORY') return error
  const advice = 'raise the limits of open files (ulimit -n) and memory, or use fewer threads'
  return new HoldfastError(
    'unavailable',
    `A worker thread could not go on: ${advice}.${namesBehind.cause}${messageOf(error)}`,
    {
      cause: error,
    },
  )
}

class ThreadLane implements Lane {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #next = 0
  #dead: unknown

  constructor(kind: string, init: unknown, storage: StorageRef, onEvent: (event: unknown) => void) {
    this.#worker = startThread(new URL('./thread.ts', import.meta.url), {
      workerData: { kind, init, storage },
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
      stdout: false,
    })
    this.#worker.on('message', (reply: LaneReply) => this.#receive(reply, onEvent))
    this.#worker.on('error', (error) => this.#die(threadError(error)))
    this.#worker.on('exit', (status) =>
      this.#die(new HoldfastError('internal', `A worker thread ended with status ${status}`)),
    )
  }

  get load(): number {
    return this.#waiting.size
  }

  run(task: unknown): Promise<unknown> {
    if (this.#dead !== undefined) return Promise.reject(this.#dead)
    const id = this.#next++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ id, task } satisfies LaneRequest)
    })
  }

  attach(memory: SharedArrayBuffer): void {
    this.#worker.postMessage({ attach: memory } satisfies LaneRequest)
  }

  async close(): Promise<void> {
    this.#dead ??= new HoldfastError('interrupted', 'The worker threads were stopped')
    await endThread(this.#worker)
  }

  #receive(reply: LaneReply, onEvent: (event: unknown) => void): void {
    if ('loaded' in reply) return
    if ('event' in reply) {
      onEvent(reply.event)
      return
    }
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if ('error' in reply) waiting?.reject(reviveError(reply.error))
    else waiting?.resolve(reply.result)
  }

  #die(error: unknown): void {
    this.#dead ??= error
    for (const { reject } of this.#waiting.values()) reject(this.#dead)
    this.#waiting.clear()
  }
}

class InlineLane implements Lane {
  readonly #handler: Promise<Handler>
  #last: Promise<unknown> = Promise.resolve()
  #load = 0

  constructor(kind: string, init: unknown, storage: Storage, onEvent: (event: unknown) => void) {
    this.#handler = handlers[kind]!().then((module) => module.start(init as never, storage, onEvent))
    // A start that fails is told to whoever gives a task.
    this.#handler.catch(() => undefined)
  }

  get load(): number {
    return this.#load
  }

  run(task: unknown): Promise<unknown> {
    this.#load++
    const result = this.#last.then(async () => (await (await this.#handler).run(task)).result)
    this.#last = result.catch(() => undefined).finally(() => this.#load--)
    return result
  }

  attach(memory: SharedArrayBuffer): void {
    this.#last = this.#last.then(async () => (await this.#started())?.attach?.(memory))
  }

  async close(): Promise<void> {
    await this.#last
    await (await this.#started())?.close?.()
  }

  /** Undefined when the start failed. */
  #started(): Promise<Handler | undefined> {
    return this.#handler.catch(() => undefined)
  }
}

/** A set of lanes of one kind. A lane is started when the first task comes that no other is free for. */
export class Pool<Task, Result> {
  readonly #lanes: Lane[] = []
  readonly #start: () => Lane
  readonly #limit: number
  readonly #patience: number

  /**
   * `kind` names the handler (handlers.ts), `init` gives what a lane starts with (it must be clonable unless `threads` is 0), `onEvent` gets what
   * lanes emit between results. `patience`: so many tasks wait in each lane before another is started (1 unless given); a thread takes as long to
   * start as a small task.
   */
  constructor(options: {
    kind: keyof typeof handlers & string
    init: () => unknown
    threads: number
    storage: Storage
    ref: StorageRef | undefined
    onEvent?: (event: unknown) => void
    patience?: number
  }) {
    const { kind, init, storage, ref, threads } = options
    const onEvent = options.onEvent ?? (() => undefined)
    const threaded = threads > 0 ? ref : undefined
    this.#limit = threaded ? threads : 1
    this.#patience = options.patience ?? 1
    this.#start = () =>
      threaded ? new ThreadLane(kind, init(), threaded, onEvent) : new InlineLane(kind, init(), storage, onEvent)
  }

  /** Tasks that the least busy lane has waiting. */
  get load(): number {
    return this.#lanes.length < this.#limit ? 0 : this.#leastBusy.load
  }

  get #leastBusy(): Lane {
    return this.#lanes.reduce((a, b) => (b.load < a.load ? b : a))
  }

  /** Gives the task to the least busy lane. */
  run(task: Task): Promise<Result> {
    const another = this.#lanes.length === 0 || this.#leastBusy.load >= this.#patience
    if (another && this.#lanes.length < this.#limit) this.#lanes.push(this.#start())
    return this.#leastBusy.run(task) as Promise<Result>
  }

  /** Gives one task to every lane that has had any. */
  runAll(task: Task): Promise<Result[]> {
    return Promise.all(this.#lanes.map((lane) => lane.run(task) as Promise<Result>))
  }

  /** Tells the lanes of more shared memory; those that start later learn of it from `init`. */
  attach(memory: SharedArrayBuffer): void {
    for (const lane of this.#lanes) lane.attach(memory)
  }

  /** Ends all lanes. What they were doing is dropped. */
  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()))
  }
}
