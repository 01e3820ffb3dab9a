// Brings the rows of a repository's snapshots in line with the snapshots that are there. The repository is the truth.
import { systemActor } from '../../auth/actor.ts'
import { codeOf, hasCode, messageOf } from '../../contract/errors.ts'
import type { Catalog } from '../../db/index.ts'
import { listPacks } from '../../engine/pack/list.ts'
import { isAboutObject } from '../../engine/repository/names.ts'
import type { Repository } from '../../engine/repository/repository.ts'
import { readSnapshot, type StoredSnapshot, snapshotIds } from '../../engine/repository/snapshot.ts'
import { type Clock, dateOf, isoTime } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import type { Audit } from '../audit/audit.ts'
import { addSamples } from '../metrics/samples.ts'
import { rowOf } from './mapping.ts'

export type SyncOutcome = {
  /** Ids of the rows that were made. */
  readonly added: readonly string[]
  /** How many rows went because their snapshots are gone. */
  readonly removed: number
  /** Snapshots that are there but can't be read: they get no row, and are tried again each time. */
  readonly damaged: readonly { readonly snapshotId: string; readonly message: string }[]
  readonly storedBytes: number
  readonly packCount: number
}

/** So many objects are read, and rows written, at a time. */
const BATCH = 200
/** So many are told of in one event: its details stay whole. */
const TOLD = 100

export type SyncDeps = {
  readonly catalog: Catalog
  readonly clock: Clock
  readonly audit: Audit
  readonly log: Logger
}

/** Reads only what has no row yet. Several may run at once, in any process. */
export async function syncSnapshots(
  deps: SyncDeps,
  repositoryId: string,
  repository: Repository,
): Promise<SyncOutcome> {
  const { catalog } = deps
  // Rows first: a snapshot that another sync adds after this is in neither list, and not taken for one that is gone.
  const known = await knownIds(catalog, repositoryId)
  const present = new Set(await snapshotIds(repository.storage))
  const missing = [...present].filter((id) => !known.has(id))
  const gone = [...known].filter((id) => !present.has(id))
  const added: string[] = []
  const damaged: { snapshotId: string; message: string }[] = []
  for (let at = 0; at < missing.length; at += BATCH) {
    const read = await Promise.all(missing.slice(at, at + BATCH).map((id) => tryRead(repository, id, damaged)))
    const snapshots = read.filter((snapshot) => snapshot !== undefined)
    added.push(...(await insert(catalog, repositoryId, snapshots)))
  }
  let removed = 0
  for (let at = 0; at < gone.length; at += TOLD) removed += await vanish(deps, repositoryId, gone.slice(at, at + TOLD))
  const usage = await usageOf(repository)
  await record(deps, repositoryId, repository.config.id, usage)
  return { added, removed, damaged, ...usage }
}

/** What there is now, in the row and as samples. */
async function record(
  { catalog, clock }: SyncDeps,
  id: string,
  engineId: string,
  { storedBytes, packCount }: Usage,
): Promise<void> {
  const now = clock.now()
  await catalog.transaction(async (tx) => {
    const { name } = await tx.repository.update({
      where: { id },
      data: { lastSyncAt: dateOf(now), engineId, storedBytes: BigInt(storedBytes), packCount },
      select: { name: true },
    })
    const { _count, _sum } = await tx.snapshot.aggregate({
      where: { repositoryId: id },
      _count: true,
      _sum: { bytes: true },
    })
    const values = {
      'repository.stored_bytes': storedBytes,
      'repository.packs': packCount,
      'repository.snapshots': _count,
      'repository.logical_bytes': Number(_sum.bytes ?? 0),
    }
    await addSamples(tx, name, values, now)
  })
}

/** Drops rows, and says so: backups that are gone from the storage are a loss, whoever took them. @returns how many there were */
async function vanish(
  { catalog, audit, log }: SyncDeps,
  repositoryId: string,
  ids: readonly string[],
): Promise<number> {
  const rows = await catalog.transaction(async (tx) => {
    const where = { repositoryId, snapshotId: { in: [...ids] } }
    const found = await tx.snapshot.findMany({ where, select: { snapshotId: true, time: true } })
    // Another sync may have been quicker, and has told.
    if (found.length === 0) return found
    const { name } = await tx.repository.findUniqueOrThrow({ where: { id: repositoryId }, select: { name: true } })
    await tx.snapshot.deleteMany({ where })
    await audit.append(tx, {
      actor: systemActor('snapshots'),
      action: 'snapshot.vanished',
      target: { kind: 'repository', id: repositoryId, name },
      result: 'failure',
      details: { snapshots: found.map(({ snapshotId, time }) => ({ snapshotId, time: isoTime(time.getTime()) })) },
    })
    return found
  })
  if (rows.length > 0) {
    const snapshotIds = rows.map(({ snapshotId }) => snapshotId)
    log.error('snapshots are gone from the storage of a repository', { repositoryId, snapshotIds })
  }
  return rows.length
}

/** In one piece of text: as rows they would keep the server from everything else for much longer. */
async function knownIds({ db, provider }: Catalog, repositoryId: string): Promise<Set<string>> {
  const list = provider === 'sqlite' ? 'json_group_array("snapshotId")' : 'CAST(json_agg("snapshotId") AS text)'
  const place = provider === 'sqlite' ? '?' : '$1'
  const sql = `SELECT ${list} AS "ids" FROM "Snapshot" WHERE "repositoryId" = ${place}`
  const [row] = await db.$queryRawUnsafe<{ ids: string | null }[]>(sql, repositoryId)
  return new Set(JSON.parse(row?.ids ?? '[]') as string[])
}

type Usage = Pick<SyncOutcome, 'storedBytes' | 'packCount'>

async function usageOf(repository: Repository): Promise<Usage> {
  const packs = await listPacks(repository.storage)
  return { storedBytes: packs.reduce((sum, { size }) => sum + size, 0), packCount: packs.length }
}

/** Undefined for one that was removed meanwhile, and for one that is damaged, which is noted. */
async function tryRead(
  { storage, keyring }: Repository,
  id: string,
  damaged: { snapshotId: string; message: string }[],
): Promise<StoredSnapshot | undefined> {
  try {
    return await readSnapshot(storage, keyring, id)
  } catch (error) {
    if (hasCode(error, 'not_found')) return undefined
    if (!isAboutObject(error)) throw error
    damaged.push({ snapshotId: id, message: `${codeOf(error)}: ${messageOf(error)}` })
    return undefined
  }
}

async function insert(catalog: Catalog, repositoryId: string, snapshots: readonly StoredSnapshot[]): Promise<string[]> {
  if (snapshots.length === 0) return []
  return catalog.transaction(async (tx) => {
    const ids = snapshots.map(({ id }) => id)
    const rows = await tx.snapshot.findMany({
      where: { repositoryId, snapshotId: { in: ids } },
      select: { snapshotId: true },
    })
    // Another sync may have been quicker.
    const there = new Set(rows.map(({ snapshotId }) => snapshotId))
    const data = snapshots.filter(({ id }) => !there.has(id)).map((snapshot) => rowOf(repositoryId, snapshot))
    if (data.length > 0) await tx.snapshot.createMany({ data })
    return data.map(({ id }) => id as string)
  })
}
