// The newest snapshots of sources are those that a look at all snapshots finds, in order, once, for any size of page, on both databases.
import { expect, test } from 'vitest'
import { sourceOf } from '../../server/contract/sources.ts'
import type { Catalog, Tx } from '../../server/db/index.ts'
import { dateOf } from '../../server/lib/clock.ts'
import { listSnapshots, type SnapshotPage } from '../../server/services/snapshots/list.ts'
import type { SnapshotItem } from '../../server/services/snapshots/mapping.ts'
import { newestOfSources } from '../../server/services/snapshots/sources.ts'
import { onBothDatabases } from '../services/both.ts'

const START = 1_777_863_721_000
const ODD = Buffer.from('/srv/\xff', 'latin1').toString('base64')
const PATHS = [
  [{ path: '/srv' }],
  [{ path: '/srv' }, { path: '/home' }],
  [{ path: '/srv/\\xff', pathBytes: ODD }],
  // Looks like the one before.
  [{ path: '/srv/\\xff' }],
]
const SCHEDULES = [null, 'nightly', null, 'weekly', '["h0","/srv"]']

type Made = Partial<{ repositoryId: string; time: number; host: string; paths: object; scheduleName: string | null }>

const make = (tx: Tx, n: number, { time = START, paths = PATHS[0], ...more }: Made) =>
  tx.snapshot.create({
    data: {
      id: `s${String((n * 37) % 1000).padStart(4, '0')}`,
      repositoryId: 'r1',
      snapshotId: `x${n}`,
      time: dateOf(time),
      finished: dateOf(time),
      host: 'h0',
      paths: JSON.stringify(paths),
      tags: JSON.stringify([`run:${n}`]),
      ...{ type: 'full', treeId: 't', program: 'p', files: 1, directories: 1, bytes: 1n, bytesStored: 1n },
      verifyState: ['ok', 'damaged', 'unknown'][n % 3] as string,
      ...more,
    },
  })

async function prepare(catalog: Catalog, count: number, of: (n: number) => Made): Promise<void> {
  await catalog.transaction(async (tx) => {
    for (const id of ['r1', 'r2']) {
      const archivedAt = id === 'r2' ? dateOf(START) : null
      await tx.repository.create({
        data: { id, name: id, type: 'local', location: id, secretSource: '{}', archivedAt },
      })
    }
    for (let n = 0; n < count; n++) await make(tx, n, of(n))
  })
}

type Ask = (limit: number, cursor: string | undefined) => Promise<SnapshotPage>

async function walk(ask: Ask, size: number): Promise<SnapshotItem[]> {
  const items: SnapshotItem[] = []
  let cursor: string | undefined
  do {
    const page = await ask(size, cursor)
    if (page.nextCursor !== null) expect(page.items).toHaveLength(size)
    items.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  return items
}

onBothDatabases('sources', ({ open }) => {
  test('are found with the newest snapshot of each', async () => {
    await using catalog = await open()
    await prepare(catalog, 400, (n) => ({
      repositoryId: n % 7 < 3 ? 'r1' : 'r2',
      // Several have the same time, of one source and of others, and some are from before 1970.
      time: n % 11 === 0 ? -1 - n : START + ((n * 13) % 60) * 1000,
      host: `h${n % 3}`,
      paths: PATHS[(n * 5) % PATHS.length] ?? [],
      scheduleName: SCHEDULES[n % SCHEDULES.length] ?? null,
    }))
    const newest = new Map<string, SnapshotItem>()
    for (const item of await walk((limit, cursor) => listSnapshots(catalog, {}, limit, cursor), 200)) {
      if (!newest.has(sourceOf(item))) newest.set(sourceOf(item), item)
    }
    // Two repositories with three schedules, and three hosts with four paths.
    expect(newest.size).toBe(2 * (3 + 3 * 4))
    for (const size of [1, 7, 30, 200]) {
      expect(await walk((limit, cursor) => newestOfSources(catalog, limit, cursor), size)).toEqual([...newest.values()])
    }
  })

  test('are all of one instant, and still each in one page', async () => {
    await using catalog = await open()
    await prepare(catalog, 25, (n) => ({ host: `h${n % 20}` }))
    const all = await walk((limit, cursor) => newestOfSources(catalog, limit, cursor), 3)
    expect(new Set(all.map(({ host }) => host)).size).toBe(20)
    expect(all.map(({ id }) => id)).toEqual([...new Set(all.map(({ id }) => id))].sort().reverse())
    // Of two that one source has at the instant, the one that the list has first.
    expect(all.find(({ host }) => host === 'h1')?.snapshotId).toBe('x21')
  })

  test('that get a snapshot between two pages are in one of them', async () => {
    await using catalog = await open()
    await prepare(catalog, 6, (n) => ({ host: `h${n}`, time: START + n }))
    const first = await newestOfSources(catalog, 3, undefined)
    await catalog.transaction((tx) => make(tx, 100, { host: 'h1', time: START + 100 }))
    const second = await newestOfSources(catalog, 3, first.nextCursor ?? undefined)
    expect(first.items.map(({ host }) => host)).toEqual(['h5', 'h4', 'h3'])
    expect(second.items.map(({ host }) => host)).toEqual(['h2', 'h1', 'h0'])
    const again = await newestOfSources(catalog, 3, undefined)
    expect(again.items.map(({ host }) => host)).toEqual(['h1', 'h5', 'h4'])
  })
})
