// What the end of a run says of a repository and its snapshots, and its figures: written in the transaction of the end, so neither is without the other.
import { jobPayloads, type RunEnd } from '../../contract/jobs.ts'
import { depthOf, type PartialDepth } from '../../contract/verification.ts'
import type { Tx } from '../../db/index.ts'
import { dateOf } from '../../lib/clock.ts'
import type { ClaimedRun } from '../../runtime/types.ts'
import { addSamples } from '../metrics/samples.ts'

/** A run that has just ended. Milliseconds since 1970; null for one that never started. */
export type EndedRun = Pick<ClaimedRun, 'kind' | 'repositoryId' | 'payload'> & {
  readonly startedAt: number | null
  readonly scheduleName: string | null
}

/** What else is written when a run ends. Its failure undoes the end, which is tried again. */
export type RecordEnd = (tx: Tx, run: EndedRun, end: RunEnd, now: number) => Promise<void>

export type VerdictDeps = {
  readonly repositories: {
    verified(tx: Tx, id: string, outcome: { state: 'ok' | 'damaged' | PartialDepth; at: number }): Promise<void>
  }
  readonly snapshots: {
    /** Those that were there before `until` were found to be whole. Milliseconds since 1970. */
    verified(tx: Tx, repositoryId: string, outcome: { at: number; until: number; allData: boolean }): Promise<void>
    /** These need what is damaged; absent when not all of them are known. */
    damaged(
      tx: Tx,
      repositoryId: string,
      outcome: { at: number; snapshotIds: readonly string[] | undefined },
    ): Promise<void>
  }
}

/** For `createRunStore`. */
export function createVerdicts({ repositories, snapshots }: VerdictDeps): RecordEnd {
  return async (tx, run, end, now) => {
    const { kind, repositoryId, payload, startedAt } = run
    await addFigures(tx, run, end, now)
    if (repositoryId === null) return
    if (kind === 'backup') await snapshotChecked(tx, repositoryId, end, now)
    // A backup and a restore read what they need, and may meet it, too. What a restore wrote may be spoilt by where it was written to.
    if (end.error?.code === 'damaged' && end.statistics?.damageMet !== false) {
      await repositories.verified(tx, repositoryId, { state: 'damaged', at: now })
      await snapshots.damaged(tx, repositoryId, { at: now, snapshotIds: hitBy(run, end) })
    }
    if (kind !== 'verify' || end.state !== 'succeeded') return
    const depth = depthOf(jobPayloads.verify.parse(payload))
    await repositories.verified(tx, repositoryId, { state: depth === 'all' ? 'ok' : depth, at: now })
    if (startedAt === null) return
    await snapshots.verified(tx, repositoryId, { at: now, allData: depth === 'all', until: startedAt })
  }
}

/** The snapshots that a run found to be damaged; undefined when it can't name all that it found. */
function hitBy({ kind, payload }: EndedRun, { statistics, snapshotId }: RunEnd): readonly string[] | undefined {
  // Each meets only what it needs, and says nothing of the others.
  if (kind === 'restore') return [jobPayloads.restore.parse(payload).snapshotId]
  if (kind === 'backup') return snapshotId === undefined ? [] : [snapshotId]
  const { damagedSnapshots } = statistics ?? {}
  return Array.isArray(damagedSnapshots) ? (damagedSnapshots as string[]) : undefined
}

/** What failed took no time that says anything. A backup of no schedule has no name to keep its figures under. */
async function addFigures(
  tx: Tx,
  { kind, scheduleName, startedAt }: EndedRun,
  end: RunEnd,
  now: number,
): Promise<void> {
  const good = end.state === 'succeeded' || end.state === 'warning'
  if (kind !== 'backup' || scheduleName === null || !good) return
  const seconds = startedAt === null ? undefined : (now - startedAt) / 1000
  const { bytesRead, bytesStored } = end
  const values = {
    'run.duration_seconds': seconds,
    'run.bytes_read': bytesRead,
    'run.bytes_stored': bytesStored,
  }
  await addSamples(tx, scheduleName, values, now)
}

/** What the check after a backup says of the snapshot, where that has a row. It reads no data: it proves nothing, and finds damage. */
export async function snapshotChecked(
  tx: Tx,
  repositoryId: string,
  { snapshotId, statistics }: RunEnd,
  now: number,
): Promise<void> {
  const state = statistics?.verified
  if (snapshotId === undefined || (state !== 'ok' && state !== 'damaged')) return
  const kept = state === 'ok' ? { verifyState: 'unknown' } : {}
  await tx.snapshot.updateMany({
    where: { repositoryId, snapshotId, ...kept },
    data: { verifyState: state === 'ok' ? 'structure' : state, verifiedAt: dateOf(now) },
  })
}
