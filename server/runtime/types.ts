// What the runtime needs from others, and what it offers them: it knows neither the catalog nor any kind of job.
import type { NewEvent, Progress } from '../contract/events.ts'
import type { LogLevel, RunEnd, RunState, Trigger } from '../contract/runs.ts'

/** A run that this process holds: claimed, with a lease in this process's name. */
export type ClaimedRun = {
  readonly id: string
  readonly kind: string
  readonly payload: unknown
  readonly trigger: string
  readonly attempt: number
  readonly maxAttempts: number
  readonly scheduleId: string | null
  readonly repositoryId: string | null
  /** It had been started before this claim, also when that counts as the same attempt: a shutdown may have come after what it did was committed. */
  readonly startedBefore: boolean
}

/** A run that somebody holds, or held. */
export type HeldRun = Omit<ClaimedRun, 'startedBefore'> & {
  readonly leaseOwner: string | null
  /** Milliseconds since 1970. */
  readonly leaseUntil: number
  readonly pid: number | null
}

export type LogLine = { readonly at: number; readonly level: LogLevel; readonly message: string }

/**
 * The queue's rows. The row is the truth; every change is atomic, and those of a held run happen only while `owner` holds it.
 * All throw what the catalog throws (`unavailable`, `no_space` ...).
 */
export type RunStore = {
  /** Takes the next run that is due: the highest priority, then the longest due; never one whose concurrency key is at work. */
  claim(owner: string, now: number, leaseUntil: number): Promise<ClaimedRun | undefined>
  /** Prolongs the leases. @returns which of the runs are still held, and which of those somebody asked to cancel */
  renew(
    owner: string,
    ids: readonly string[],
    leaseUntil: number,
  ): Promise<{ readonly held: readonly string[]; readonly cancelled: readonly string[] }>
  setPid(id: string, owner: string, pid: number): Promise<void>
  setProgress(id: string, owner: string, progress: Progress): Promise<void>
  appendLog(id: string, lines: readonly LogLine[]): Promise<void>
  /** @returns false when the run is no longer held by `owner`: nothing was written */
  finish(id: string, owner: string, end: RunEnd, now: number): Promise<boolean>
  /** Gives the run back to the queue, or ends it as cancelled when somebody asked for that meanwhile. @returns what became of it; `gone` as in `finish` */
  requeue(
    id: string,
    owner: string,
    next: { readonly notBefore: number; readonly attempt: number; readonly why: string; readonly now: number },
  ): Promise<'queued' | 'cancelled' | 'gone'>
  /** All runs that are at work according to their rows, also those of other processes. */
  running(): Promise<HeldRun[]>
  /**
   * Marks a run whose process is gone, provided that the lease is still as it was seen; with `again`, queues a new run of the same.
   * @returns undefined when somebody else was quicker
   */
  orphan(
    run: HeldRun,
    message: string,
    again: boolean,
    now: number,
  ): Promise<{ readonly queued: string | undefined } | undefined>
}

/** A schedule as the scheduler sees it. Times are milliseconds since 1970. */
export type ScheduleRow = {
  readonly id: string
  readonly name: string
  readonly cron: string
  readonly timezone: string
  readonly catchUp: CatchUp
  /** For `within_window`: how late a missed slot may still be run. */
  readonly windowMs: number
  readonly paused: boolean
  /** Up to here slots are dealt with; null for one that has never been looked at. */
  readonly handledUntil: number | null
}

export const catchUpWays = ['once', 'within_window', 'skip'] as const
export type CatchUp = (typeof catchUpWays)[number]

/** What is done about one slot. */
export type SlotDecision =
  | { readonly slot: number; readonly action: 'run'; readonly trigger: Extract<Trigger, 'schedule' | 'catch_up'> }
  | { readonly slot: number; readonly action: 'miss'; readonly reason: string }

export type Advance = {
  readonly decisions: readonly SlotDecision[]
  readonly handledUntil: number
  readonly nextSlot: number | null
}

export type ScheduleStore = {
  /** Schedules that have a slot up to `now`, or were never looked at, or whose slots were dealt with beyond `ahead` (the clock was put back). */
  due(now: number, ahead: number): Promise<ScheduleRow[]>
  /**
   * Carries out what `decide` says, in one transaction, provided that `handledUntil` is still as in `row`. `busy` says what run of the schedule waits or
   * works. A slot that has a run already keeps it. Missed runs of slots after the new `handledUntil` are forgotten: their time is yet to come.
   * @returns the runs that were made
   */
  advance(
    row: ScheduleRow,
    decide: (busy: 'queued' | 'running' | undefined) => Advance,
  ): Promise<readonly { readonly id: string; readonly state: RunState }[]>
}

/** How the server's side of a kind of job works; the other side is `server/jobs/`. */
export type JobHandler = {
  readonly kind: string
  /** Whether a run is done again, once, when its process or the server died. */
  readonly afterCrash: 'again' | 'leave'
  /**
   * What the job's process is given: the payload checked, the repository's place and secret, settings of now.
   * @throws what then is the run's failure
   */
  prepare(run: ClaimedRun): Promise<unknown>
  /** After the outcome was recorded. Its failure is logged, and changes nothing about the run. */
  completed(run: ClaimedRun, end: RunEnd): Promise<void>
}

/** Where news goes: the event bus. */
export type Publish = (event: NewEvent) => number

/** A run as it is right now. Events with a higher `seq` lay over it. */
export type LiveRun = {
  readonly id: string
  readonly state: RunState
  readonly progress: Progress
  readonly seq: number
}

/** What services may ask of the queue in this process. */
export type QueueControl = {
  /** There is something new: look now rather than at the next turn. */
  wake(): void
  /** Asks a run of this process to end; others learn of it from its row. */
  cancel(runId: string): void
  /** Undefined when this process doesn't do that run. */
  live(runId: string): LiveRun | undefined
  readonly seq: number
}
