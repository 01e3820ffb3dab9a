// What is in a snapshot: one directory, or everything below it.
import { HoldfastError } from '../../contract/errors.ts'
import { META } from '../crypto/chunk-id.ts'
import { escapePath } from '../posix/errors.ts'
import type { Repository } from '../repository/repository.ts'
import type { StoredSnapshot } from '../repository/snapshot.ts'
import { type LoadMeta, lookUpPath, type WalkStep, walkTree } from '../tree/reader.ts'

export const metaLoader =
  (repository: Repository): LoadMeta =>
  (id) =>
    repository.readChunk(META, id)

/** Entries with their whole paths ("/home/a", byte strings), in order. `path` "" is the top; a file lists itself. @throws `not_found` */
export async function* list(
  repository: Repository,
  snapshot: StoredSnapshot,
  path: string,
  recursive: boolean,
): AsyncGenerator<WalkStep> {
  await repository.loadIndexToRead()
  const load = metaLoader(repository)
  const top = Buffer.from(snapshot.tree, 'hex')
  const clean = path
    .split('/')
    .filter((part) => part !== '')
    .join('/')
  const found = clean === '' ? undefined : await lookUpPath(load, top, clean)
  if (clean !== '' && !found)
    throw new HoldfastError('not_found', `Snapshot ${snapshot.id.slice(0, 12)} has no ${escapePath(path)}`)
  if (found && found.entry.type !== 'directory') {
    yield { ...found, path: `/${clean}` }
    return
  }
  const node = found ? found.entry.subtree : top
  if (node.length === 0) return
  for await (const step of walkTree(load, node, clean, () => recursive)) yield { ...step, path: `/${step.path}` }
}
