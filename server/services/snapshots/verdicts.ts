// What verifications, restores and checks say of snapshots, in their rows. Each state stands with the time at which it was found.
import type { Tx } from '../../db/index.ts'
import { dateOf } from '../../lib/clock.ts'

/** Milliseconds since 1970. */
export type WholeOutcome = { readonly at: number; readonly until: number; readonly allData: boolean }
export type DamageOutcome = {
  readonly at: number
  /** The engine's ids of all that need what is damaged; absent when not all of them are known. */
  readonly snapshotIds: readonly string[] | undefined
}

/**
 * A verification found what it looked at to be whole: snapshots that began before `until`, when it started. One that read not all data proves
 * nothing, takes no proof away, and can't say that damage is gone.
 */
export async function wholeSnapshots(
  tx: Tx,
  repositoryId: string,
  { at, until, allData }: WholeOutcome,
): Promise<void> {
  // A backup that was under way then may have ended unseen.
  const before = { repositoryId, time: { lt: dateOf(until) }, finished: { lte: dateOf(until) } }
  await tx.snapshot.updateMany({
    where: allData ? before : { ...before, verifyState: { in: ['unknown', 'structure'] } },
    data: { verifiedAt: dateOf(at), verifyState: allData ? 'ok' : 'structure' },
  })
}

/** So many ids fit into a statement. */
const BATCH = 500

/** Damage was met. The others keep what was proved of them; where it is not known which ones are hit, nothing stays proved. */
export async function damagedSnapshots(
  tx: Tx,
  repositoryId: string,
  { at, snapshotIds }: DamageOutcome,
): Promise<void> {
  if (snapshotIds === undefined) {
    await tx.snapshot.updateMany({
      where: { repositoryId, verifyState: { not: 'damaged' } },
      data: { verifiedAt: null, verifyState: 'unknown' },
    })
    return
  }
  for (let from = 0; from < snapshotIds.length; from += BATCH)
    await tx.snapshot.updateMany({
      where: { repositoryId, snapshotId: { in: snapshotIds.slice(from, from + BATCH) } },
      data: { verifiedAt: dateOf(at), verifyState: 'damaged' },
    })
}
