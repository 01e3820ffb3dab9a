// Damage that is met where somebody only looks, or downloads: what is known of the repository and the snapshot changes with it.
import { hasCode } from '../../contract/errors.ts'
import type { SnapshotsDeps } from './index.ts'
import type { SnapshotRow } from './mapping.ts'
import { damagedSnapshots } from './verdicts.ts'

type Deps = Pick<SnapshotsDeps, 'catalog' | 'clock' | 'log'> & {
  readonly repositories: Pick<SnapshotsDeps['repositories'], 'verified'>
}

/** @returns what gives on the pieces of a snapshot, and before it throws `damaged` has that recorded */
export function createDamageWatch({ catalog, clock, log, repositories }: Deps) {
  const record = async ({ repositoryId, snapshotId }: SnapshotRow): Promise<void> => {
    const at = clock.now()
    try {
      await catalog.transaction(async (tx) => {
        await repositories.verified(tx, repositoryId, { state: 'damaged', at })
        await damagedSnapshots(tx, repositoryId, { at, snapshotIds: [snapshotId] })
      })
    } catch (error) {
      // The damage itself is what the reader has to hear of.
      log.error('damage that was met could not be recorded', { repositoryId, snapshotId, error })
    }
  }
  return async function* watched<T>(row: SnapshotRow, pieces: AsyncIterable<T>): AsyncGenerator<T> {
    try {
      yield* pieces
    } catch (error) {
      if (hasCode(error, 'damaged')) await record(row)
      throw error
    }
  }
}
