// The server's side of each kind of job: what its process is given, and what follows when it has ended.
import type { CompressionName } from '../../contract/config/compression-table.ts'
import type { ConfigDocument } from '../../contract/config/document.ts'
import { compressionPlan } from '../../contract/config/plans/compression.ts'
import { workPlan } from '../../contract/config/plans/work.ts'
import { HoldfastError } from '../../contract/errors.ts'
import { type JobKind, type JobPayload, jobPayloads } from '../../contract/jobs.ts'
import type { Catalog } from '../../db/index.ts'
import type { Clock } from '../../lib/clock.ts'
import type { ClaimedRun, JobHandler, Publish } from '../../runtime/types.ts'
import { secretSourceOf } from '../repositories/mapping.ts'
import type { RepositoryPlace } from '../repositories/open-place.ts'
import type { JobInputs } from './inputs.ts'
import { snapshotChecked } from './verdicts.ts'

export type HandlerDeps = {
  readonly catalog: Catalog
  readonly clock: Clock
  /** The configuration that counts now. */
  readonly document: () => Promise<ConfigDocument> | ConfigDocument
  /** Holdfast's own files and folders as of now, absolute: no backup reads them, no restore writes them. */
  readonly protectedPaths: () => readonly string[]
  /** What made the snapshots, e.g. "holdfast 0.1.0". */
  readonly program: string
  readonly repositories: {
    place(id: string): Promise<RepositoryPlace>
  }
  readonly snapshots: {
    /** Brings the rows of a repository's snapshots in line with what is there. */
    sync(repositoryId: string): Promise<unknown>
  }
  readonly publish: Publish
}

export function createJobHandlers(deps: HandlerDeps): JobHandler[] {
  return [backupHandler(deps), restoreHandler(deps), verifyHandler(deps)]
}

type Prepared<K extends JobKind> = Promise<JobInputs[K]>

function backupHandler(deps: HandlerDeps): JobHandler {
  return {
    kind: 'backup',
    afterCrash: 'again',
    async prepare(run): Prepared<'backup'> {
      const payload = payloadOf('backup', run)
      const document = await deps.document()
      const place = await deps.repositories.place(repositoryOf(run))
      const work = workPlan(document)
      return {
        place,
        payload,
        origin: payload.origin ?? run.id,
        lookForOrigin: payload.origin !== undefined || run.startedBefore,
        threads: work.threads.backup,
        compression: compressionPlan(document, place.settings.compression as CompressionName | 'none' | undefined),
        verify: work.verifyAfterBackup,
        expectedBytes: await lastBytes(deps.catalog, place.id, payload),
        program: deps.program,
        protectedPaths: await guarded(deps),
      }
    },
    async completed(run, end) {
      const { snapshotId } = end
      if (snapshotId === undefined) return
      const repositoryId = repositoryOf(run)
      await deps.snapshots.sync(repositoryId)
      await deps.catalog.transaction(async (tx) => {
        await tx.snapshot.updateMany({ where: { repositoryId, snapshotId }, data: { runId: run.id } })
        // Most have their row only now.
        await snapshotChecked(tx, repositoryId, end, deps.clock.now())
      })
      const row = await deps.catalog.db.snapshot.findFirst({
        where: { repositoryId, snapshotId },
        select: { id: true },
      })
      if (row) deps.publish({ kind: 'snapshot', id: row.id })
    },
  }
}

function restoreHandler(deps: HandlerDeps): JobHandler {
  return {
    kind: 'restore',
    // Somebody else may have gone on by hand by then.
    afterCrash: 'leave',
    async prepare(run): Prepared<'restore'> {
      const payload = payloadOf('restore', run)
      const { threads } = workPlan(await deps.document())
      const place = await deps.repositories.place(repositoryOf(run))
      return { place, payload, threads: threads.restore, protectedPaths: await guarded(deps) }
    },
    completed: async () => undefined,
  }
}

function verifyHandler(deps: HandlerDeps): JobHandler {
  return {
    kind: 'verify',
    afterCrash: 'again',
    async prepare(run): Prepared<'verify'> {
      const payload = payloadOf('verify', run)
      const { threads } = workPlan(await deps.document())
      return { place: await deps.repositories.place(repositoryOf(run)), payload, threads: threads.verification }
    },
    // The verdict is recorded together with the end.
    completed: async () => undefined,
  }
}

/** @throws `usage`: the row was made by another version, or by hand */
function payloadOf<K extends JobKind>(kind: K, { id, payload }: ClaimedRun): JobPayload<K> {
  const parsed = jobPayloads[kind].safeParse(payload)
  if (parsed.success) return parsed.data as JobPayload<K>
  const [issue] = parsed.error.issues
  throw new HoldfastError('usage', `Run ${id} can't be done: ${issue?.path.join('.')}: ${issue?.message}`)
}

function repositoryOf({ id, repositoryId }: ClaimedRun): string {
  if (repositoryId !== null) return repositoryId
  throw new HoldfastError('usage', `Run ${id} names no repository`)
}

/** Holdfast's own files, with the key file of every repository: the configuration names only the one of now. */
export async function guarded({
  catalog,
  protectedPaths,
}: Pick<HandlerDeps, 'catalog' | 'protectedPaths'>): Promise<string[]> {
  const rows = await catalog.db.repository.findMany({ select: { secretSource: true } })
  const keys = rows.map(secretSourceOf).flatMap((source) => (source.kind === 'key_file' ? [source.path] : []))
  return [...protectedPaths(), ...keys]
}

/** How much there was last time, for telling how far a backup is. */
async function lastBytes(
  { db }: Catalog,
  repositoryId: string,
  { tags }: JobPayload<'backup'>,
): Promise<number | undefined> {
  const name = tags.find((tag) => tag.startsWith('schedule:'))?.slice('schedule:'.length)
  if (name === undefined) return undefined
  const last = await db.snapshot.findFirst({
    where: { repositoryId, scheduleName: name },
    orderBy: { time: 'desc' },
    select: { bytes: true },
  })
  return last ? Number(last.bytes) : undefined
}
