// A kind of job as its process sees it.
import type { Progress } from '../contract/events.ts'
import type { JobKind, LogLevel, RunEnd } from '../contract/runs.ts'
import type { Clock } from '../lib/clock.ts'
import type { JobInputs } from '../services/runs/inputs.ts'

export type JobContext = {
  readonly runId: string
  /** Aborted when the job is to end in good order: it was cancelled, or the server is going or gone. */
  readonly signal: AbortSignal
  readonly clock: Clock
  /** Set where the clock is not that of the machine, which file systems go by. */
  readonly clockIsSimulated?: boolean
  /** For the run's log, which people read. */
  log(level: LogLevel, message: string): void
  /** Call it as often as you like; `state` is called a few times a second. */
  progress(state: () => Progress): void
}

export type Job<Kind extends JobKind> = {
  /** @throws what becomes the run's failure: its code, and its message for people */
  run(context: JobContext, input: JobInputs[Kind]): Promise<RunEnd>
}
