// What the process of a job is given: plain data that goes over IPC, and to nowhere else, for it holds the repository's secret.
import type { CompressionPlan } from '../../contract/config/plans/compression.ts'
import type { JobPayload } from '../../contract/jobs.ts'
import type { RepositoryPlace } from '../repositories/open-place.ts'

type Common = {
  readonly place: RepositoryPlace
  /** Absent: as many as the engine thinks right. */
  readonly threads?: number | undefined
}

/** Of jobs that read or write files: what is Holdfast's own, absolute paths, whether they are there or not. */
type Guarded = Common & { readonly protectedPaths: readonly string[] }

export type BackupInput = Guarded & {
  readonly payload: JobPayload<'backup'>
  /** The first run of the chain of attempts: its id is a tag of the snapshot. */
  readonly origin: string
  /** An attempt was lost: whether it had committed its snapshot is looked up first. */
  readonly lookForOrigin: boolean
  readonly compression?: CompressionPlan | undefined
  /** Check the new snapshot afterwards. */
  readonly verify: boolean
  /** Size of the last snapshot of the same, to tell how far it is. */
  readonly expectedBytes?: number | undefined
  /** What made the snapshot, e.g. "holdfast 0.1.0". */
  readonly program: string
}

export type RestoreInput = Guarded & { readonly payload: JobPayload<'restore'> }

export type VerifyInput = Common & { readonly payload: JobPayload<'verify'> }

export type JobInputs = { readonly backup: BackupInput; readonly restore: RestoreInput; readonly verify: VerifyInput }

/** The tag by which a run's snapshot is known. */
export const runTag = (runId: string): string => `run:${runId}`
/** The tag by which the snapshots of a schedule are known. */
export const scheduleTag = (name: string): string => `schedule:${name}`
