// Finds entries by name or path in all snapshots.
import type { Repository } from '../repository/repository.ts'
import { readSnapshots, type StoredSnapshot } from '../repository/snapshot.ts'
import { globToMatcher } from '../select/find.ts'
import { type WalkStep, walkTree } from '../tree/reader.ts'
import { metaLoader } from './list.ts'

export type Found = WalkStep & { readonly snapshot: StoredSnapshot }

/** Matches, snapshot by snapshot, oldest first, with whole paths (byte strings). @throws `usage` for a pattern that makes no sense */
export async function* find(
  repository: Repository,
  pattern: string,
  options: { ignoreCase: boolean },
): AsyncGenerator<Found> {
  const matches = globToMatcher(pattern.startsWith('/') ? pattern.slice(1) : pattern, options)
  await repository.loadIndex()
  const { snapshots } = await readSnapshots(repository.storage, repository.keyring)
  for (const snapshot of snapshots) {
    for await (const step of walkTree(metaLoader(repository), Buffer.from(snapshot.tree, 'hex'))) {
      if (matches(step.path, step.entry.type === 'directory')) yield { ...step, path: `/${step.path}`, snapshot }
    }
  }
}
