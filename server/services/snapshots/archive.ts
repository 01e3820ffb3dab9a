// A folder of a snapshot as the items of an archive, one after the other, each with its content when it is asked for.
import { metaLoader } from '../../engine/browse/list.ts'
import { codeOfErrno, escapePath } from '../../engine/posix/errors.ts'
import type { Repository } from '../../engine/repository/repository.ts'
import type { Entry } from '../../engine/tree/entry.ts'
import { type OwnedEntry, walkTree } from '../../engine/tree/reader.ts'
import { contentStream } from './content.ts'

export type ArchiveItem = Pick<
  Entry,
  'type' | 'mode' | 'uid' | 'gid' | 'mtimeSec' | 'size' | 'target' | 'deviceMajor' | 'deviceMinor'
> & {
  /** From the archive's top, a byte string without slashes at its ends. */
  readonly path: string
  /** Byte strings; '' when they have none. */
  readonly user: string
  readonly group: string
  /** Of a file: exactly `size` bytes, or an error. */
  content(): AsyncIterable<Uint8Array>
}

/** What is in a backup only as a name, listed in the archive itself so that nobody takes it for whole. */
const MISSING = 'NOT-IN-THIS-ARCHIVE.txt'
const MOST_LINES = 10_000

/**
 * The folder itself, then all that is below. What could not be read for the backup comes as a text at the end. The index must be loaded.
 *
 * @param top the folder's entry; undefined for the top of the snapshot
 * @param name what it is called in the archive, a byte string
 */
export async function* archiveItems(
  repository: Repository,
  node: Uint8Array,
  top: OwnedEntry | undefined,
  name: string,
): AsyncGenerator<ArchiveItem> {
  const load = metaLoader(repository)
  const missing: string[] = []
  let omitted = 0
  const isWhole = ({ errno }: Entry, path: string): boolean => {
    if (errno === 0) return true
    if (missing.length < MOST_LINES) missing.push(`${codeOfErrno(errno)}: ${escapePath(path)}`)
    else omitted++
    return false
  }
  if (top) {
    isWhole(top.entry, name)
    yield itemOf(repository, name, top)
  }
  if (node.length > 0) {
    for await (const step of walkTree(load, node, name)) {
      const whole = isWhole(step.entry, step.path)
      if (whole || step.entry.type === 'directory') yield itemOf(repository, step.path, step)
    }
  }
  if (missing.length > 0) yield missingItem(name, missing, omitted)
}

const itemOf = (repository: Repository, path: string, { entry, owners }: OwnedEntry): ArchiveItem => ({
  ...entry,
  path,
  user: owners.users.get(entry.uid) ?? '',
  group: owners.groups.get(entry.gid) ?? '',
  content: () => contentStream(repository, entry),
})

function missingItem(name: string, lines: readonly string[], omitted: number): ArchiveItem {
  const head = 'These could not be read when the backup was made, so their content is not in this archive:'
  const more = omitted === 0 ? [] : [`... and ${omitted} more`]
  const text = Buffer.from(`${[head, '', ...lines, ...more].join('\n')}\n`)
  return {
    path: `${name}/${MISSING}`,
    type: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    user: '',
    group: '',
    mtimeSec: 0,
    size: text.length,
    target: '',
    deviceMajor: 0,
    deviceMinor: 0,
    async *content() {
      yield text
    },
  }
}
