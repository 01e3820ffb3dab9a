// The job of a backup: makes a snapshot, and checks it.
import { hostname } from 'node:os'
import { HoldfastError } from '../contract/errors.ts'
import type { Progress } from '../contract/events.ts'
import { namesBehind } from '../contract/names.ts'
import type { RunEnd } from '../contract/runs.ts'
import { type BackupOutcome, backup } from '../engine/archive/backup.ts'
import { parseCompression } from '../engine/codec/codecs.ts'
import { escapePath } from '../engine/posix/errors.ts'
import type { Repository } from '../engine/repository/repository.ts'
import { readSnapshots, type StoredSnapshot } from '../engine/repository/snapshot.ts'
import { type BackupInput, runTag } from '../services/runs/inputs.ts'
import { checkSnapshot, type SnapshotProblem } from './check-snapshot.ts'
import { placeOf } from './progress.ts'
import { leftOut, protectedOf, refuseRoots } from './protected.ts'
import { isWithin, openRepository, rootsOf, shown, threadsOf } from './repository.ts'
import type { JobContext } from './types.ts'

export async function run(context: JobContext, input: BackupInput): Promise<RunEnd> {
  const { repository, folder } = await openRepository(input.place)
  const found = input.lookForOrigin ? await snapshotOf(repository, input.origin) : undefined
  if (found) context.log('info', `An attempt before this one had made the snapshot ${found.id}: it is not made again`)
  const snapshot = found ?? (await make(context, input, repository, folder)).snapshot
  const check = input.verify ? await checked(context, repository, snapshot) : undefined
  return endOf(snapshot, check)
}

/** What an attempt that was lost had committed. */
async function snapshotOf({ storage, keyring }: Repository, origin: string): Promise<StoredSnapshot | undefined> {
  const { snapshots } = await readSnapshots(storage, keyring)
  return snapshots.findLast(({ tags }) => tags.includes(runTag(origin)))
}

async function make(
  context: JobContext,
  input: BackupInput,
  repository: Repository,
  folder: string | undefined,
): Promise<BackupOutcome> {
  const { payload, compression, expectedBytes, origin, program } = input
  const roots = rootsOf(payload.paths)
  refuseOwnFolder(roots, folder)
  const own = protectedOf(input.protectedPaths)
  refuseRoots(roots, own)
  const without = leftOut(roots, own)
  if (without.length > 0)
    context.log('info', `Left out, for it is Holdfast's own: ${without.map(escapePath).join(', ')}`)
  return backup(repository, {
    roots,
    host: hostname(),
    type: payload.type,
    excludes: payload.excludes,
    tags: [...payload.tags, runTag(origin)],
    threads: threadsOf(input.threads),
    compression: compression && compressionOf(compression),
    allowEmpty: payload.allowEmpty,
    skip: folder === undefined ? without : [folder, ...without],
    program,
    pid: process.pid,
    clock: context.clock,
    clockIsSimulated: context.clockIsSimulated,
    signal: context.signal,
    onProgress: (counters, position) =>
      context.progress((): Progress => {
        const { filesNew, filesChanged, filesUnmodified, bytesRead, bytesDone } = counters
        const files = filesNew + filesChanged + filesUnmodified
        const total = expectedBytes === undefined ? {} : { bytesExpected: expectedBytes }
        return {
          phase: 'backup',
          files,
          filesNew,
          filesChanged,
          bytesRead,
          bytesDone,
          ...total,
          ...placeOf(position()),
        }
      }),
    onNotice: (text) => context.log('warning', text),
  })
}

/** Checked by the engine once more: a document may name a level that this codec hasn't. @throws `usage` */
function compressionOf({ codec, level, gatheredLevel }: NonNullable<BackupInput['compression']>) {
  const settings = parseCompression(codec, level)
  return gatheredLevel === undefined ? settings : { ...settings, gatheredLevel }
}

/** @throws `usage` for a root that is the repository, or lies in it */
function refuseOwnFolder(roots: readonly string[], folder: string | undefined): void {
  const own = folder === undefined ? undefined : roots.find((root) => isWithin(root, folder))
  if (own === undefined) return
  throw new HoldfastError('usage', `${escapePath(own)} is the repository: it can't be backed up into itself`)
}

type Check = { readonly problems: readonly SnapshotProblem[]; readonly omitted: number } | 'interrupted'

/** The snapshot is committed: that its check was interrupted does not undo it. */
async function checked(context: JobContext, repository: Repository, snapshot: StoredSnapshot): Promise<Check> {
  context.progress(() => ({ phase: 'verify', ...placeOf('') }))
  try {
    return await checkSnapshot(repository, snapshot, context.signal)
  } catch (error) {
    if (!context.signal.aborted) throw error
    context.log('warning', 'The check of the new snapshot was interrupted')
    return 'interrupted'
  }
}

function endOf(snapshot: StoredSnapshot, check: Check | undefined): RunEnd {
  const { id, statistics, errors, errorsOmitted, type } = snapshot
  const problems = typeof check === 'object' ? check.problems : []
  const unreadable = errors.length + errorsOmitted
  const end = {
    snapshotId: id,
    filesRead: statistics.filesNew + statistics.filesChanged,
    bytesRead: statistics.bytesRead,
    bytesStored: statistics.bytesStored,
    statistics: {
      ...statistics,
      type,
      errors: shown(errors),
      errorCount: unreadable,
      verified: check === undefined ? 'no' : check === 'interrupted' ? check : problems.length > 0 ? 'damaged' : 'ok',
      ...(problems.length > 0 && { problems }),
    },
  }
  const [problem] = problems
  if (problem) {
    const message = `The snapshot was made, but its check found damage.${namesBehind.first}${problem.object}: ${problem.message}`
    return { ...end, state: 'failed', error: { code: 'damaged', message } }
  }
  const [first] = errors
  if (!first) return { ...end, state: 'succeeded' }
  const what = unreadable === 1 ? 'One file or folder' : `${unreadable} files or folders`
  const message = `${what} could not be read, or changed meanwhile.${namesBehind.first}${escapePath(first.path)}: ${first.error}`
  return { ...end, state: 'warning', error: { code: 'incomplete', message } }
}
