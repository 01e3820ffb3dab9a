// Checks one snapshot: every directory of it can be read, and every chunk that it needs lies in a pack that is there, whole by its size.
import { codeOf, messageOf } from '../contract/errors.ts'
import { listPacks } from '../engine/pack/list.ts'
import { packKey } from '../engine/pack/writer.ts'
import type { Repository } from '../engine/repository/repository.ts'
import type { StoredSnapshot } from '../engine/repository/snapshot.ts'
import { TreeCheck } from '../engine/verify/trees.ts'

export type SnapshotProblem = { readonly object: string; readonly message: string }

const LISTED = 100

/** Reads the index and the trees from the storage anew. @throws `interrupted`, and what the storage throws but for damage */
export async function checkSnapshot(
  opened: Repository,
  snapshot: StoredSnapshot,
  signal: AbortSignal,
): Promise<{ problems: SnapshotProblem[]; omitted: number }> {
  const repository = opened.withoutCache()
  const problems: SnapshotProblem[] = []
  let omitted = 0
  const report = (object: string, message: string): void => {
    if (problems.length < LISTED) problems.push({ object, message })
    else omitted++
  }
  await repository.loadIndex({
    onDamage: (key, error) => report(key, `${codeOf(error)}: ${messageOf(error)}`),
  })
  const sizes = new Map((await listPacks(repository.storage)).map(({ id, size }) => [id, size]))
  // Those of other snapshots are a verification's business: only what this one relies on is reported, by its trees.
  const bad = new Set<number>()
  repository.packs.forEach(({ id, size }, number) => {
    if (sizes.get(id) !== size) bad.add(number)
  })
  const trees = new TreeCheck(repository, bad, new Set(), report)
  await trees.check(snapshot, signal)
  for (const number of problems.length > 0 ? bad : []) {
    const id = repository.packs[number]?.id ?? ''
    report(packKey(id), sizes.has(id) ? 'it has not the bytes that it should have' : 'it is missing')
  }
  return { problems, omitted }
}
