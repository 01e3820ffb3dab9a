// Checks what a backup is pointed at, before anything is written.
import { HoldfastError } from '../../contract/errors.ts'
import { AT_FDCWD, closeFd } from '../posix/at.ts'
import { codeOfErrno, escapePath, PosixError } from '../posix/errors.ts'
import { listDirectory } from '../posix/names.ts'
import { openForRead } from '../posix/open.ts'
import { Stat, statAt } from '../posix/stat.ts'
import type { Snapshot } from '../repository/snapshot.ts'
import { type LoadMeta, lookUpPath } from '../tree/reader.ts'

/**
 * A mount that is not mounted looks like a source whose files were all deleted: a good snapshot of it would be a lie.
 * @throws `not_found` for a root that isn't there, `refused` for an empty one that had files in the last snapshot
 */
export async function checkRoots(
  roots: readonly string[],
  before: { readonly last: Snapshot | undefined; readonly unreadable: number },
  load: LoadMeta,
): Promise<void> {
  const stat = new Stat()
  for (const root of roots) {
    const errno = statAt(AT_FDCWD, root, stat)
    if (errno !== 0)
      throw new HoldfastError('not_found', `${escapePath(root)} can't be backed up: ${codeOfErrno(errno)}`)
    if (!stat.isDirectory() || !isEmpty(root, stat.uid)) continue
    const had = await filesBefore(root, before, load)
    if (had !== undefined) {
      const advice = 'is it mounted? --allow-empty backs it up all the same'
      throw new HoldfastError('refused', `${escapePath(root)} is empty, but ${had}: ${advice}`)
    }
  }
}

/** What speaks against a root being empty in truth. */
async function filesBefore(
  root: string,
  { last, unreadable }: { readonly last: Snapshot | undefined; readonly unreadable: number },
  load: LoadMeta,
): Promise<string | undefined> {
  if (unreadable > 0) return `${unreadable} snapshots can't be read, which may have had files in it`
  if (!last) return undefined
  const files = (await lookUpPath(load, Buffer.from(last.tree, 'hex'), root))?.entry.filesBelow ?? 0
  return files > 0 ? `had ${files} files in the last snapshot` : undefined
}

/** What can't be listed is not taken for empty: the walk says what is wrong with it. */
function isEmpty(path: string, owner: number): boolean {
  let fd = -1
  try {
    fd = openForRead(AT_FDCWD, path, owner)
    return listDirectory(fd).names.length === 0
  } catch (error) {
    if (error instanceof PosixError) return false
    throw error
  } finally {
    if (fd >= 0) closeFd(fd)
  }
}
