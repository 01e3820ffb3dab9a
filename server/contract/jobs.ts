// Jobs: their kinds, what they are asked to do, how they end, and the messages between the server and the process that does one.
import { z } from 'zod'
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

export const backupTypes = ['full', 'incremental', 'differential'] as const
export const overwriteWays = ['always', 'if-changed', 'never'] as const

/** An absolute path as text; folders may end in a slash. */
export const absolutePath = z
  .string()
  .max(4096)
  .regex(/^\/[^\0]*$/, 'must be an absolute path')
export const lines = z.array(z.string().max(4096)).max(10_000)

/** What each kind is asked to do. Where the repository is, its secret and the settings are looked up when the run starts. */
export const jobPayloads = {
  backup: z.object({
    type: z.enum(backupTypes),
    paths: z.array(absolutePath).min(1).max(1000),
    excludes: lines.default([]),
    tags: z.array(z.string().min(1).max(200)).max(20).default([]),
    allowEmpty: z.boolean().default(false),
    /** The first run of a chain of attempts: what it committed before it was lost is not done again. */
    origin: z.string().optional(),
  }),
  restore: z.object({
    snapshotId: z.string().regex(/^[0-9a-f]{64}$/, 'must be the whole id of a snapshot'),
    /** In the snapshot; '' for all of it. */
    path: z.union([z.literal(''), absolutePath]).default(''),
    /** The same in base64, for names that are no text; it counts more. */
    pathBytes: z.base64().max(8192).optional(),
    include: lines.default([]),
    target: absolutePath,
    overwrite: z.enum(overwriteWays).default('if-changed'),
    dryRun: z.boolean().default(false),
    verify: z.boolean().default(true),
  }),
  verify: z.object({
    readData: z.boolean().default(false),
    /** Share of the packs whose data is read, 0 to 1. */
    sample: z.number().min(0).max(1).optional(),
  }),
} as const satisfies Record<JobKind, z.ZodType>

export type JobPayload<K extends JobKind> = z.infer<(typeof jobPayloads)[K]>

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
