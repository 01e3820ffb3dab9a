// Finds entries by name or path in all snapshots.
import { HoldfastError } from '../../contract/errors.ts'
import type { Repository } from '../repository/repository.ts'
import { readSnapshots, type StoredSnapshot } from '../repository/snapshot.ts'
import { globToMatcher } from '../select/find.ts'
import { type WalkStep, walkTree } from '../tree/reader.ts'
import { metaLoader } from './list.ts'

export type Found = WalkStep & { readonly snapshot: StoredSnapshot }

/** Matches, snapshot by snapshot, oldest first, with whole paths (byte strings). @throws `usage` for a pattern that makes no sense; at the end `damaged` when some snapshot could not be read */
export async function* find(
  repository: Repository,
  pattern: string,
  options: { ignoreCase: boolean },
): AsyncGenerator<Found> {
  const matches = globToMatcher(pattern.startsWith('/') ? pattern.slice(1) : pattern, options)
  await repository.loadIndexToRead()
  const { snapshots, damaged } = await readSnapshots(repository.storage, repository.keyring)
  for (const snapshot of snapshots) {
    for await (const step of walkTree(metaLoader(repository), Buffer.from(snapshot.tree, 'hex'))) {
      if (matches(step.path, step.entry.type === 'directory')) yield { ...step, path: `/${step.path}`, snapshot }
    }
  }
  if (damaged.length > 0) {
    const ids = damaged.map(({ id }) => id.slice(0, 12)).join(', ')
    throw new HoldfastError('damaged', `There may be more: ${damaged.length} snapshots can't be read (${ids})`)
  }
}
