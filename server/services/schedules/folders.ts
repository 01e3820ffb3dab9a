// The folders in a folder of the server, listed in a thread of its own: a dead mount holds up nobody but it.
import { opendirSync, realpathSync } from 'node:fs'
import { type ErrorCode, HoldfastError, messageOf } from '../../contract/errors.ts'
import { escapePath } from '../../engine/posix/errors.ts'
import { protectedOf } from './own-files.ts'
import { isWithin } from './roots.ts'
import { createThreads } from './threads.ts'

/** What the thread is given: paths are byte strings. */
export type FolderTask = { readonly folder: string; readonly protectedPaths: readonly string[] }

export type Listed = {
  /** With all links resolved. */
  readonly folder: string
  /** Sorted; of very many the first that the file system gives. */
  readonly names: readonly string[]
  readonly cut: boolean
}
export type FolderAnswer =
  | { readonly listed: Listed }
  | { readonly error: { readonly code: ErrorCode; readonly message: string } }

const FOLDERS = 1000
/** Milliseconds that a file system has to answer, the start of the thread included. */
const LASTS = 10_000
/** At once, of all people. */
const AT_ONCE = 8

const threads = createThreads(new URL('./folders-thread.ts', import.meta.url), {
  atOnce: AT_ONCE,
  busy: `${AT_ONCE} folders are being listed`,
})

/** Waits for the file system: for the thread alone. @throws `not_found`, `denied`, `refused` for Holdfast's own */
export function listFolders({ folder: asked, protectedPaths }: FolderTask): Listed {
  const own = protectedOf(protectedPaths)
  try {
    const folder = realpathSync.native(bytes(asked), { encoding: 'latin1' })
    if (own.some((path) => isWithin(folder, path)))
      throw new HoldfastError('refused', `${escapePath(asked)} holds Holdfast's own files: no backup reads them`)
    return { folder, ...foldersIn(folder, (path) => own.includes(path)) }
  } catch (error) {
    throw inWords(asked, error)
  }
}

/**
 * @param started what follows once there is a thread for it, and before anything is told
 * @throws as `listFolders`; `unavailable` when the file system does not answer in time, `rate_limited`
 */
export async function foldersInThread(
  task: FolderTask,
  started = async (): Promise<void> => undefined,
  lasts = LASTS,
): Promise<Listed> {
  const worker = await threads.start(task)
  let late: NodeJS.Timeout | undefined
  try {
    const answered = new Promise<FolderAnswer>((resolve) => {
      const fail = (code: ErrorCode, message: string): void => resolve({ error: { code, message } })
      worker.on('message', resolve)
      worker.on('error', (error) => fail('internal', messageOf(error)))
      const silent = `The file system of ${escapePath(task.folder)} does not answer`
      late = setTimeout(() => fail('unavailable', silent), lasts)
    })
    await started()
    const answer = await answered
    if ('error' in answer) throw new HoldfastError(answer.error.code, answer.error.message)
    return answer.listed
  } finally {
    clearTimeout(late)
    threads.end(worker)
  }
}

const bytes = (path: string): Buffer => Buffer.from(path, 'latin1')

function foldersIn(folder: string, isOwn: (path: string) => boolean): { names: string[]; cut: boolean } {
  const names: string[] = []
  // Node takes the bytes of a path, and its types don't know it.
  const directory = opendirSync(bytes(folder) as unknown as string, { encoding: 'latin1', bufferSize: 256 })
  try {
    for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
      if (!entry.isDirectory() || isOwn(`${folder === '/' ? '' : folder}/${entry.name}`)) continue
      if (names.length === FOLDERS) return { names: names.sort(), cut: true }
      names.push(entry.name)
    }
    return { names: names.sort(), cut: false }
  } finally {
    directory.closeSync()
  }
}

/** Errors of the file system in our own words. */
function inWords(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new HoldfastError('not_found', `${escapePath(path)} is no folder that is there`, { cause: error })
  if (code === 'EACCES' || code === 'EPERM')
    return new HoldfastError('denied', `${escapePath(path)} may not be read by the server's user`, { cause: error })
  return error
}
