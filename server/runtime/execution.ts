// One run, from the claim to its recorded end: prepared, done in a process of its own, watched, and written down however long the catalog resists.
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf, type ErrorCode, errorCatalogue, messageOf } from '../contract/errors.ts'
import { type Progress, progressWithoutPath } from '../contract/events.ts'
import { namesBehind } from '../contract/names.ts'
import type { FromJob, RunEnd, RunState } from '../contract/runs.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { backoffMs, retryCatalog, retryRun } from './backoff.ts'
import { type Child, type Exit, explainExit, type HostOptions, startChild } from './child.ts'
import { RunLog } from './output.ts'
import type { ClaimedRun, JobHandler, LiveRun, Publish, RunStore } from './types.ts'

/** How often the progress of a run is written to the catalog, and its log. */
const STORE_EVERY_MS = 3000
const LOG_EVERY_MS = 1000

export type ExecutionContext = {
  readonly store: RunStore
  readonly clock: Clock
  readonly log: Logger
  readonly publish: Publish
  readonly handlers: ReadonlyMap<string, JobHandler>
  readonly host: HostOptions
  /** The name on the lease. */
  readonly owner: string
  /** What a job that was asked to end gets to reach a safe point, before it is killed. */
  readonly graceMs: number
  /** How long an outcome is kept and offered to a catalog that can't be written. */
  readonly persistMs: number
  readonly random: () => number
  /** Aborted when this process can't wait any longer. */
  readonly abandon: AbortSignal
}

/** Why a run is asked to end before it is done. */
export type Stop = 'cancel' | 'shutdown' | 'lost'

/** What becomes of a run. */
type Outcome =
  | { readonly kind: 'end'; readonly end: RunEnd }
  | { readonly kind: 'again'; readonly notBefore: number; readonly attempt: number; readonly why: string }

export class Execution {
  readonly run: ClaimedRun
  readonly #context: ExecutionContext
  readonly #log: RunLog
  #child: Child | undefined
  #told: RunEnd | undefined
  #stop: Stop | undefined
  #killTimer: NodeJS.Timeout | undefined
  #killed = false
  #state: RunState = 'running'
  #progress: Progress = {}
  #unstored = false
  #seq = 0

  constructor(run: ClaimedRun, context: ExecutionContext) {
    this.run = run
    this.#context = context
    this.#log = new RunLog(
      (lines) => context.store.appendLog(run.id, lines),
      () => context.clock.now(),
    )
  }

  get live(): LiveRun {
    return { id: this.run.id, state: this.#state, progress: this.#progress, seq: this.#seq }
  }

  /** Resolves when the run's end is recorded, or can't be. Never rejects. */
  async done(): Promise<void> {
    const { run } = this
    const { log, handlers } = this.#context
    this.#tell('running')
    const timers = [
      setInterval(() => this.#store(), STORE_EVERY_MS),
      setInterval(() => this.#quietly('its log', () => this.#storeLog()), LOG_EVERY_MS),
    ]
    const outcome = this.#decide(await this.#work())
    for (const timer of timers) clearInterval(timer)
    clearTimeout(this.#killTimer)
    const recorded = await this.#record(outcome)
    if (!recorded || outcome.kind !== 'end') return
    try {
      await handlers.get(run.kind)?.completed(run, outcome.end)
    } catch (error) {
      log.error(`What follows run ${run.id} failed: ${messageOf(error)}`, { error, run: run.id })
    }
  }

  /** Asks the run to end. `lost`: somebody else has it now, so nothing about it is recorded. */
  stop(why: Stop): void {
    // Who asks later must not undo what was asked for first, but for a shutdown that overtakes nothing.
    this.#stop ??= why
    if (!this.#child || this.#killTimer) return
    this.#child.kill('SIGTERM')
    this.#killTimer = setTimeout(() => this.kill(), this.#context.graceMs)
  }

  /** Ends the process at once. */
  kill(): void {
    this.#killed = true
    this.#child?.kill('SIGKILL')
  }

  /** Prepares the job and waits for its process. */
  async #work(): Promise<RunEnd> {
    const { run } = this
    const { handlers, host, store, owner } = this.#context
    try {
      const handler = handlers.get(run.kind)
      if (!handler) return failed('unsupported', `This server knows no job of kind "${run.kind}"`)
      const input = await handler.prepare(run)
      if (this.#stop) return failed('interrupted', 'It was asked to end before it began')
      const child = (host.start ?? startChild)(host, run.id, {
        message: (message) => this.#receive(message, input),
        line: (line) => this.#log.add('debug', `${namesBehind.output}${line}`),
      })
      this.#child = child
      if (child.pid !== undefined) {
        // Needed only to find the process after a crash of this one; the job goes on without.
        const { pid } = child
        this.#quietly('its process number', () => store.setPid(run.id, owner, pid))
      }
      return this.#ended(await child.ended)
    } catch (error) {
      return failed(codeOf(error), messageOf(error))
    }
  }

  #receive(message: FromJob, input: unknown): void {
    const { id, kind } = this.run
    if (message.type === 'ready') {
      this.#child?.send({ type: 'start', runId: id, kind, input })
    } else if (message.type === 'progress') {
      Object.assign(this.#progress, message.changed)
      this.#unstored = true
      this.#tell('running', message.changed)
    } else if (message.type === 'log') {
      this.#log.add(message.level, message.message)
    } else if (message.type === 'end') {
      this.#told = message.end
    }
  }

  #ended(exit: Exit): RunEnd {
    if (this.#told) return this.#told
    // Before the job's program is loaded nothing catches the signal, and nothing has begun.
    if (this.#stop && exit.signal === 'SIGTERM') return failed('interrupted', 'It was asked to end before it began')
    if (!this.#killed) {
      const { code, message } = explainExit(exit)
      return failed(code, message)
    }
    const seconds = Math.round(this.#context.graceMs / 1000)
    return failed('interrupted', `It did not end by itself within ${seconds} s, and was killed`)
  }

  #decide(end: RunEnd): Outcome {
    const { run } = this
    const { clock, random } = this.#context
    const { error } = end
    if (end.state !== 'failed' || !error) return { kind: 'end', end }
    if (error.code === 'interrupted') {
      if (this.#stop === 'cancel') return { kind: 'end', end: { ...end, state: 'cancelled' } }
      const why = 'The server was shut down; the run goes on when it is back'
      if (this.#stop === 'shutdown') return { kind: 'again', notBefore: clock.now(), attempt: run.attempt, why }
    }
    if (!errorCatalogue[error.code].retryable || run.attempt >= run.maxAttempts || this.#stop === 'cancel')
      return { kind: 'end', end }
    const wait = backoffMs(run.attempt, retryRun, random)
    return {
      kind: 'again',
      notBefore: clock.now() + wait,
      attempt: run.attempt + 1,
      why: `Attempt ${run.attempt} of ${run.maxAttempts} failed: ${error.message}. The next follows in ${Math.round(wait / 1000)} s`,
    }
  }

  /** @returns whether the outcome is in the catalog */
  async #record(outcome: Outcome): Promise<boolean> {
    const { id } = this.run
    const { store, owner, clock, log } = this.#context
    if (this.#stop === 'lost') {
      log.warn(`Run ${id} was taken over by another server; what this one made of it is not recorded`, { run: id })
      return false
    }
    const isEnd = outcome.kind === 'end'
    if (isEnd && outcome.end.error) this.#log.add(levelOf(outcome.end), outcome.end.error.message)
    if (!isEnd) this.#log.add('warning', outcome.why)
    const written = await this.#persist(async () => {
      await this.#log.end()
      if (!isEnd) return store.requeue(id, owner, { ...outcome, now: clock.now() })
      return (await store.finish(id, owner, outcome.end, clock.now())) ? outcome.end.state : 'gone'
    })
    if (written === undefined) return false
    if (written === 'gone') log.warn(`Run ${id} was taken over by another server while it ended here`, { run: id })
    else this.#tell(written)
    return written !== 'gone'
  }

  /** Tries until the catalog takes it, for as long as allowed; undefined when it didn't. */
  async #persist<T>(write: () => Promise<T>): Promise<T | undefined> {
    const { log, persistMs, random, abandon } = this.#context
    const { id } = this.run
    // Not the clock of the wall, which may jump.
    const giveUp = performance.now() + persistMs
    for (let attempt = 1; ; attempt++) {
      try {
        return await write()
      } catch (error) {
        const last = abandon.aborted || performance.now() >= giveUp
        const then = last ? 'it will be found as orphaned' : 'it is kept, and written as soon as that works'
        if (attempt === 1 || last)
          log.error(`The end of run ${id} can't be written to the catalog; ${then}: ${messageOf(error)}`, {
            error,
            run: id,
          })
        if (last) return undefined
        await wait(backoffMs(attempt, retryCatalog, random), abandon)
      }
    }
  }

  #store(): void {
    const { store, owner } = this.#context
    if (!this.#unstored) return
    this.#unstored = false
    this.#quietly('its progress', () => store.setProgress(this.run.id, owner, progressWithoutPath(this.#progress)))
  }

  /** Whoever looks at the log is told that there is more. */
  async #storeLog(): Promise<void> {
    await this.#log.flush()
    const changed = { logLines: this.#log.written }
    if (this.#state !== 'running' || this.#progress.logLines === changed.logLines || changed.logLines === 0) return
    Object.assign(this.#progress, changed)
    this.#tell('running', changed)
  }

  /** What is of use but not worth a run. */
  #quietly(what: string, work: () => Promise<void>): void {
    work().catch((error: unknown) =>
      this.#context.log.warn(`Run ${this.run.id}: ${what} can't be stored now: ${messageOf(error)}`, {
        run: this.run.id,
      }),
    )
  }

  #tell(state: RunState, progress?: Progress): void {
    this.#state = state
    this.#seq = this.#context.publish({ kind: 'run', id: this.run.id, state, progress })
  }
}

const failed = (code: ErrorCode, message: string): RunEnd => ({ state: 'failed', error: { code, message } })

const levelOf = ({ state }: RunEnd): 'warning' | 'error' => (state === 'failed' ? 'error' : 'warning')

/** Sleeps, but not once the signal says that there is no time. */
async function wait(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
