// Runs as the services give them out: plain JSON.

import type { Prisma } from '#generated/sqlite/client.ts'
import { type Progress, progressWithoutPath } from '../../contract/events.ts'
import {
  type JobKind,
  type JobPayload,
  jobPayloads,
  type LogLevel,
  type RunState,
  type Trigger,
} from '../../contract/jobs.ts'
import { messageWithoutNames } from '../../contract/names.ts'
import { type Depth, depthOf } from '../../contract/verification.ts'
import { isoTime } from '../../lib/clock.ts'
import { remedies, runRemedy } from '../overview/remedies.ts'

export type RunItem = {
  readonly id: string
  readonly kind: JobKind
  readonly state: RunState
  readonly trigger: Trigger
  readonly scheduleId: string | null
  readonly scheduleName: string | null
  readonly repositoryId: string | null
  readonly repositoryName: string | null
  /** The instant of the schedule that it is for. All times are ISO 8601. */
  readonly slot: string | null
  readonly queuedAt: string
  /** It waits at least until then. */
  readonly notBefore: string
  readonly startedAt: string | null
  readonly finishedAt: string | null
  readonly attempt: number
  readonly maxAttempts: number
  readonly requestedByName: string | null
  readonly cancelRequestedAt: string | null
  /** The engine's id of the snapshot that it made, or restored. */
  readonly snapshotId: string | null
  /** Of a verification: how much it reads. */
  readonly depth: Depth | null
  /** Of a restore: it only tells what it would do. */
  readonly dryRun: boolean
  readonly filesRead: number | null
  readonly bytesRead: number | null
  readonly bytesStored: number | null
  readonly error: { readonly code: string; readonly message: string } | null
}

export type RunDetails = RunItem & {
  readonly priority: number
  readonly cancelRequestedBy: string | null
  /** Of a restore without names: `path` is null, unless it is of all of the snapshot. */
  readonly payload: unknown
  readonly progress: Progress | null
  /** By kind of job. */
  readonly statistics: Readonly<Record<string, unknown>> | null
  /** What to do about it, when it did not end well. */
  readonly remedy: string | null
  /** The snapshot that it made or restored, as the catalog knows it. */
  readonly snapshotRowId: string | null
  /** The run that does again what this one could not end, for its process was lost. */
  readonly continuedBy: string | null
}

/** What stands in other rows. */
export type Around = Pick<RunDetails, 'snapshotRowId' | 'continuedBy'>

export type LogItem = { readonly id: number; readonly at: string; readonly level: LogLevel; readonly message: string }

/** What of a run's row lists read: not its documents, which may be long. */
export const runColumns = {
  id: true,
  kind: true,
  state: true,
  trigger: true,
  scheduleId: true,
  schedule: { select: { name: true } },
  repositoryId: true,
  repository: { select: { name: true } },
  restore: { select: { dryRun: true } },
  slot: true,
  queuedAt: true,
  notBefore: true,
  startedAt: true,
  finishedAt: true,
  attempt: true,
  maxAttempts: true,
  requestedByName: true,
  cancelRequestedAt: true,
  snapshotId: true,
  filesRead: true,
  bytesRead: true,
  bytesStored: true,
  errorCode: true,
  errorMessage: true,
} as const satisfies Prisma.RunSelect

export const detailColumns = {
  ...runColumns,
  priority: true,
  cancelRequestedBy: true,
  payload: true,
  progress: true,
  statistics: true,
} as const satisfies Prisma.RunSelect

export type ListedRow = Prisma.RunGetPayload<{ select: typeof runColumns }>
export type DetailRow = Prisma.RunGetPayload<{ select: typeof detailColumns }>

export const timeText = (time: Date | null): string | null => (time === null ? null : isoTime(time.getTime()))
const numberOf = (bytes: bigint | null): number | null => (bytes === null ? null : Number(bytes))

/** A missed run has a reason and no code. */
export const errorOf = (row: { errorCode: string | null; errorMessage: string | null }): RunItem['error'] =>
  row.errorMessage === null ? null : { code: row.errorCode ?? 'missed', message: row.errorMessage }

/** Of a verification, by what it was asked for: a payload that only another version could make says nothing. */
export function depthIn(payload: string): Depth | null {
  const { data } = jobPayloads.verify.safeParse(JSON.parse(payload))
  return data === undefined ? null : depthOf(data)
}

export const runItem = (row: ListedRow, depth: Depth | null): RunItem => ({
  id: row.id,
  kind: row.kind as JobKind,
  state: row.state as RunState,
  trigger: row.trigger as Trigger,
  scheduleId: row.scheduleId,
  scheduleName: row.schedule?.name ?? null,
  repositoryId: row.repositoryId,
  repositoryName: row.repository?.name ?? null,
  slot: timeText(row.slot),
  queuedAt: isoTime(row.queuedAt.getTime()),
  notBefore: isoTime(row.notBefore.getTime()),
  startedAt: timeText(row.startedAt),
  finishedAt: timeText(row.finishedAt),
  attempt: row.attempt,
  maxAttempts: row.maxAttempts,
  requestedByName: row.requestedByName,
  cancelRequestedAt: timeText(row.cancelRequestedAt),
  snapshotId: row.snapshotId,
  depth,
  dryRun: row.restore?.dryRun ?? false,
  filesRead: row.filesRead,
  bytesRead: numberOf(row.bytesRead),
  bytesStored: numberOf(row.bytesStored),
  error: errorOf(row),
})

export const runDetails = (row: DetailRow, around: Around): RunDetails => ({
  ...runItem(row, row.kind === 'verify' ? depthIn(row.payload) : null),
  ...around,
  remedy: remedyOf(row),
  priority: row.priority,
  cancelRequestedBy: row.cancelRequestedBy,
  payload: JSON.parse(row.payload) as unknown,
  progress: parsed<Progress>(row.progress),
  statistics: parsed<Record<string, unknown>>(row.statistics),
})

function remedyOf({ state, errorCode, statistics }: DetailRow): string | null {
  if (state === 'missed') return remedies.slotMissed
  if (errorCode === 'damaged' && parsed<Record<string, unknown>>(statistics)?.damageMet === false)
    return remedies.targetUnlike
  return state === 'failed' || state === 'warning' || state === 'orphaned' ? runRemedy(errorCode) : null
}

/** Where statistics list files, or damage that may be told by a file's path. Their counts are fields of their own. */
const namingFiles = new Set(['steps', 'failures', 'differences', 'errors', 'problems'])

/** What a restore brings back. */
type Wanted = {
  readonly path: string | null
  readonly pathBytes?: string | undefined
  readonly include: readonly string[]
}

/** The same for somebody who may see no names of files: all of a snapshot, which names none, or a part of it. */
export function wantedWithoutNames<T extends Wanted>(wanted: T): Omit<T, keyof Wanted> & Wanted {
  const { path, pathBytes, include, ...rest } = wanted
  const all = path === '' && pathBytes === undefined && include.length === 0
  return all ? wanted : { ...rest, path: null, include: [] }
}

/** A run for somebody who may see no names of files in snapshots. */
export function runWithoutNames(details: RunDetails): RunDetails {
  const run = withoutNames(details)
  // Payloads are written whole by whoever queues a run.
  return run.kind === 'restore' ? { ...run, payload: wantedWithoutNames(run.payload as JobPayload<'restore'>) } : run
}

type Progressing = { readonly progress: Readonly<Record<string, unknown>> | null }

/** How far a run is and what came of it, for somebody who may see figures but no names of files. */
export const withoutNames = <T extends Pick<RunDetails, 'error' | 'statistics'> & Progressing>(details: T): T => ({
  ...details,
  progress: details.progress && progressWithoutPath(details.progress),
  error: errorWithoutNames(details.error),
  statistics:
    details.statistics &&
    Object.fromEntries(Object.entries(details.statistics).filter(([name]) => !namingFiles.has(name))),
})

export const errorWithoutNames = (error: RunItem['error']): RunItem['error'] =>
  error && { ...error, message: messageWithoutNames(error.message) }

/** A column of JSON that we wrote. */
export const parsed = <T>(text: string | null): T | null => (text === null ? null : (JSON.parse(text) as T))
