// Runs: kinds of jobs, states, how they end, and the messages between the server and the process that does one. Pure data, loaded at once.
import type { ErrorCode } from './errors.ts'
import type { Progress } from './events.ts'

export const jobKinds = ['backup', 'restore', 'verify'] as const
export type JobKind = (typeof jobKinds)[number]

export const runStates = [
  'queued',
  'running',
  'succeeded',
  'warning',
  'failed',
  'cancelled',
  'missed',
  'orphaned',
] as const
export type RunState = (typeof runStates)[number]

/** States that nothing follows. */
export const endStates = ['succeeded', 'warning', 'failed', 'cancelled', 'missed', 'orphaned'] as const

export const triggers = ['schedule', 'manual', 'api', 'catch_up', 'retry'] as const
export type Trigger = (typeof triggers)[number]

/** What a restore does with what is there already. */
export const overwriteWays = ['always', 'if-changed', 'never'] as const

/** How a run ended. Bytes are numbers; `statistics` is plain JSON and differs by kind. */
export type RunEnd = {
  readonly state: 'succeeded' | 'warning' | 'failed' | 'cancelled'
  readonly error?: { readonly code: ErrorCode; readonly message: string } | undefined
  readonly statistics?: Readonly<Record<string, unknown>> | undefined
  readonly snapshotId?: string | undefined
  readonly filesRead?: number | undefined
  readonly bytesRead?: number | undefined
  readonly bytesStored?: number | undefined
}

export const logLevels = ['debug', 'info', 'warning', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

/** To the process of a job. `input` is what the kind's `prepare` made of the payload; it may hold a secret. */
export type ToJob =
  | { readonly type: 'start'; readonly runId: string; readonly kind: string; readonly input: unknown }
  | { readonly type: 'cancel' }

/** From it. `progress` holds only what changed. */
export type FromJob =
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly changed: Progress }
  | { readonly type: 'log'; readonly level: LogLevel; readonly message: string }
  | { readonly type: 'end'; readonly end: RunEnd }
