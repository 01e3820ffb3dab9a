// A look is an event, whatever cursor comes with it; only later pages of one that was just recorded are none.
import { expect, test } from 'vitest'
import type { Actor } from '../../auth/actor.ts'
import { writeFiles } from '../../engine/testing.ts'
import { actor, openBench } from '../repositories/testing.ts'
import { encodeCursor } from './cursor.ts'
import { snapshotInputs } from './index.ts'
import { createLooks, type Look } from './looks.ts'

const other: Actor = { ...actor, id: 'u2', userId: 'u2' }
const look: Look = { actor, action: 'snapshot.browse', target: { kind: 'snapshot', id: 's' }, details: { path: '/a' } }

test('it is known to the same actor for the same thing, for ten minutes', () => {
  let now = 1_000_000
  const looks = createLooks({ now: () => now })
  looks.remember(look)
  expect(looks.known({ ...look })).toBe(true)
  const others: Look[] = [
    { ...look, actor: other },
    { ...look, actor: { ...actor, kind: 'api_key' } },
    { ...look, action: 'snapshot.versions' },
    { ...look, target: { kind: 'repository', id: 's' } },
    { ...look, target: { kind: 'snapshot', id: 't' } },
    { ...look, details: { path: '/b' } },
  ]
  for (const each of others) expect(looks.known(each)).toBe(false)
  now += 10 * 60_000 - 1
  expect(looks.known(look)).toBe(true)
  now += 1
  expect(looks.known(look)).toBe(false)
  looks.remember(look)
  expect(looks.known(look)).toBe(true)
})

test('the oldest is forgotten when there are too many', () => {
  const looks = createLooks({ now: () => 0 })
  const numbered = (i: number): Look => ({ ...look, details: { path: `/${i}` } })
  for (let i = 0; i < 10_000; i++) looks.remember(numbered(i))
  looks.remember(numbered(0))
  looks.remember(numbered(10_000))
  expect([0, 1, 2, 10_000].map((i) => looks.known(numbered(i)))).toEqual([true, false, true, true])
})

test('a cursor that the caller made hides no look from the trail', async () => {
  await using bench = await openBench()
  const { id: repositoryId } = await bench.makeRepository()
  const source = `${bench.folder}/source`
  writeFiles(source, { 'a.txt': 'a', 'b.txt': 'b' })
  await bench.backUp(repositoryId, source)
  await bench.backUp(repositoryId, source)
  await bench.snapshots.sync(repositoryId)
  const rows = await bench.catalog.db.snapshot.findMany({ orderBy: { time: 'asc' }, select: { id: true } })
  const [before, after] = rows.map(({ id }) => id) as [string, string]
  const { snapshots } = bench
  const seen = async (action: string): Promise<(string | null)[]> =>
    (await bench.catalog.db.auditEvent.findMany({ where: { action }, orderBy: { seq: 'asc' } })).map((e) => e.actorId)

  const browse = (who: Actor, cursor?: string) =>
    snapshots.browse(who, snapshotInputs.browse.parse({ id: after, path: source, limit: 1, cursor }))
  const { nextCursor } = await browse(actor)
  expect(nextCursor).not.toBeNull()
  await browse(actor, nextCursor!)
  expect(await seen('snapshot.browse')).toEqual(['u1'])
  await browse(other, nextCursor!)
  await browse(other, nextCursor!)
  expect(await seen('snapshot.browse')).toEqual(['u1', 'u2'])
  await browse(actor)
  expect(await seen('snapshot.browse')).toEqual(['u1', 'u2', 'u1'])

  // Whether the cursor is any good or not.
  const cursor = encodeCursor({ name: '' })
  await Promise.allSettled([
    snapshots.find(actor, snapshotInputs.find.parse({ repositoryId, pattern: '*', cursor })),
    snapshots.versions(actor, snapshotInputs.versions.parse({ repositoryId, path: source, cursor })),
    snapshots.diff(actor, snapshotInputs.diff.parse({ before, after, cursor })),
  ])
  for (const action of ['snapshot.find', 'snapshot.versions', 'snapshot.diff'])
    expect(await seen(action)).toEqual(['u1'])
})
