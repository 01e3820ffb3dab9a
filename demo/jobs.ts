// Does jobs in this process, one after the other, and lets the simulated clock pass by as much as the work would have taken.
import { codeOf, HoldfastError, messageOf } from '#server/contract/errors.ts'
import { type FromJob, type JobKind, jobKinds, type RunEnd, type ToJob } from '#server/contract/runs.ts'
import { kinds } from '#server/jobs/kinds.ts'
import { createThrottle } from '#server/jobs/progress.ts'
import type { JobContext } from '#server/jobs/types.ts'
import type { Exit, StartJob } from '#server/runtime/child.ts'
import { Seeded } from '../bench/random.ts'
import type { SimulatedClock } from './clock.ts'

/** What a run takes before it reads anything, and at most on top of that by chance (ms). */
const BASE: Readonly<Record<JobKind, readonly [fixed: number, spread: number]>> = {
  backup: [9_000, 38_000],
  restore: [4_000, 20_000],
  verify: [45_000, 160_000],
}
/** The machine of the simulated company is slow, so that small backups take as long as real ones (bytes a second). */
const SPEED: Readonly<Record<JobKind, number>> = { backup: 60_000, restore: 90_000, verify: 400_000 }
/** Of a backup, until its snapshot is written: the rest is its check. */
const UNTIL_SNAPSHOT = 0.85

type Start = Extract<ToJob, { type: 'start' }>
type Tell = (message: FromJob) => void

/** Jobs of one simulated server. */
export class SimulatedJobs {
  /** Runs that were started here. */
  readonly started = new Set<string>()
  /** Called once, when the next job begins, before it does anything. */
  onNext: ((runId: string) => Promise<void>) | undefined
  /** Called when a backup has stored everything, before it writes its snapshot. */
  beforeSnapshot: (() => void) | undefined
  /** Resolves when the end of a run is in the catalog: the clock stands still until then. */
  recorded: ((runId: string) => Promise<void>) | undefined
  readonly #clock: SimulatedClock
  readonly #seed: string
  #last: Promise<void> = Promise.resolve()
  #count = 0

  constructor(clock: SimulatedClock, seed: string) {
    this.#clock = clock
    this.#seed = seed
  }

  /** As `startChild`, but for the process. */
  readonly start: StartJob = (_host, runId, on) => {
    const abort = new AbortController()
    const { promise: ended, resolve: end } = Promise.withResolvers<Exit>()
    this.started.add(runId)
    // As a process does: only once whoever started it has returned.
    queueMicrotask(() => on.message({ type: 'ready' }))
    return {
      pid: undefined,
      ended,
      send: (message) => {
        if (message.type === 'cancel') abort.abort()
        else this.#last = this.#last.then(() => this.#do(message, abort.signal, on.message, end))
      },
      kill: () => abort.abort(),
    }
  }

  async #do(message: Start, signal: AbortSignal, tell: Tell, end: (exit: Exit) => void): Promise<void> {
    await this.#work(message, signal, tell)
    end(DONE)
    await this.recorded?.(message.runId)
  }

  async #work({ runId, kind, input }: Start, signal: AbortSignal, tell: Tell): Promise<void> {
    const before = this.onNext
    this.onNext = undefined
    await before?.(runId)
    const random = new Seeded(`${this.#seed} job ${this.#count++}`)
    const started = this.#clock.now()
    const [fixed, spread] = isKind(kind) ? BASE[kind] : [0, 0]
    const expected = fixed + random.below(spread || 1)
    const throttle = createThrottle(
      (changed) => tell({ type: 'progress', changed }),
      () => performance.now(),
    )
    let asked = 0
    const context: JobContext = {
      runId,
      signal,
      // The engine asks when it begins and when its snapshot is done.
      clock: {
        now: () => {
          if (asked++ === 0) return started
          this.beforeSnapshot?.()
          return started + Math.round(expected * UNTIL_SNAPSHOT)
        },
      },
      clockIsSimulated: true,
      log: (level, message) => tell({ type: 'log', level, message }),
      progress: throttle.report,
    }
    const end = await outcomeOf(kind, context, input)
    throttle.flush()
    const read = isKind(kind) ? ((end.bytesRead ?? 0) / SPEED[kind]) * 1000 : 0
    // What fails does so early.
    this.#clock.pass(end.state === 'failed' && end.snapshotId === undefined ? expected / 8 : expected + read)
    tell({ type: 'end', end })
  }
}

const DONE: Exit = { status: 0, signal: null, stderr: '' }

const isKind = (kind: string): kind is JobKind => (jobKinds as readonly string[]).includes(kind)

async function outcomeOf(kind: string, context: JobContext, input: unknown): Promise<RunEnd> {
  try {
    if (!isKind(kind)) throw new HoldfastError('unsupported', `There is no job of kind "${kind}"`)
    const job = await kinds[kind]()
    // As few bytes as these are done sooner without any thread. The kind says which input it is.
    return await job.run(context, { ...(input as object), threads: 0 } as never)
  } catch (error) {
    return { state: 'failed', error: { code: codeOf(error), message: messageOf(error) } }
  }
}
