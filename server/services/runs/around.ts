// What other rows say about a run: the snapshot it made, and the run that does it again.
import type { Prisma } from '#generated/sqlite/client.ts'
import type { Catalog } from '../../db/index.ts'
import type { Around, DetailRow } from './mapping.ts'

type Db = Catalog['db']

/** Two short look-ups at most, by an index each. */
export async function aroundOf(db: Db, row: DetailRow): Promise<Around> {
  return { snapshotRowId: await snapshotOf(db, row), continuedBy: await nextOf(db, row) }
}

async function snapshotOf(db: Db, { kind, repositoryId, payload, ...row }: DetailRow): Promise<string | null> {
  // A restore is told its snapshot before it begins, and may end before the row has it.
  const asked = kind === 'restore' ? (JSON.parse(payload) as { snapshotId?: string }).snapshotId : undefined
  const snapshotId = row.snapshotId ?? asked
  if (repositoryId === null || snapshotId === undefined) return null
  const where = { repositoryId_snapshotId: { repositoryId, snapshotId } }
  return (await db.snapshot.findUnique({ where, select: { id: true } }))?.id ?? null
}

/** A lost run and the one after it are written in one transaction, with one time. */
async function nextOf(db: Db, row: DetailRow): Promise<string | null> {
  if (row.state !== 'orphaned' || row.finishedAt === null) return null
  const { kind, repositoryId, scheduleId, finishedAt } = row
  const where: Prisma.RunWhereInput = { queuedAt: finishedAt, trigger: 'retry', kind, repositoryId, scheduleId }
  const found = await db.run.findMany({ where, select: { id: true, payload: true }, take: 100 })
  return found.find(({ payload }) => workOf(payload, row.id) === workOf(row.payload, row.id))?.id ?? null
}

/** What a run is to do, as text; a first run is its own origin. */
function workOf(payload: string, origin: string): string {
  const { origin: named = origin, ...work } = JSON.parse(payload) as Record<string, unknown>
  return JSON.stringify([named, work])
}
