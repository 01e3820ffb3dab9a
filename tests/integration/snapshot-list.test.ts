// Lists of snapshots give what a plain filter gives, in order, once, for any filter and size of page, on both databases.
import { expect, test } from 'vitest'
import { dateOf, isoTime } from '../../server/lib/clock.ts'
import { listSnapshots, type SnapshotFilter } from '../../server/services/snapshots/list.ts'
import type { SnapshotItem } from '../../server/services/snapshots/mapping.ts'
import { onBothDatabases } from '../services/both.ts'

const START = 1_777_863_721_000
const PATHS = ['/', '/home', '/home/', '/home/a', '/home/ab', '/srv/"odd"', '/srv/%_\\x', '/ünï']
const TAGS = ['a', 'b', ',', '"', 'schedule:x', 'a,b']

onBothDatabases('snapshots', ({ open }) => {
  test('are listed by any filter', async () => {
    await using catalog = await open()
    await catalog.transaction(async (tx) => {
      for (const id of ['r1', 'r2']) {
        await tx.repository.create({ data: { id, name: id, type: 'local', location: id, secretSource: '{}' } })
      }
      await tx.snapshot.createMany({
        data: Array.from({ length: 120 }, (_, i) => ({
          id: `s${String((i * 37) % 120).padStart(3, '0')}`,
          repositoryId: i % 3 === 0 ? 'r1' : 'r2',
          snapshotId: `x${i}`,
          // Three have the same time.
          time: dateOf(START + Math.floor(i / 3) * 1000),
          finished: dateOf(START),
          host: `h${i % 4}`,
          paths: JSON.stringify([{ path: PATHS[i % PATHS.length] }, { path: `/only/${i}` }]),
          tags: JSON.stringify(TAGS.filter((_tag, bit) => (i >> bit) & 1)),
          ...{ type: 'full', treeId: 't', program: 'p', files: 1, directories: 1, bytes: 1n, bytesStored: 1n },
          scheduleName: i % 5 === 0 ? 'nightly' : null,
        })),
      })
    })
    const all = await walk({}, 200)
    expect(all).toHaveLength(120)
    expect(all).toEqual(
      [...all].sort((a, b) => (a.time === b.time ? (a.id < b.id ? 1 : -1) : a.time < b.time ? 1 : -1)),
    )
    const filters: SnapshotFilter[] = [
      ...PATHS.map((path) => ({ path })),
      ...TAGS.map((tag) => ({ tag })),
      ...[
        { path: '/home/a/deep/file' },
        { path: '/only' },
        { path: '/on' },
        { path: '/only/7' },
        { tag: 'none' },
        { path: '' },
      ],
      ...[{ repositoryId: 'r1' }, { scheduleName: 'nightly' }, { host: 'h2', repositoryId: 'r2' }],
      { from: isoTime(START + 5000), until: isoTime(START + 30_000) },
      { from: isoTime(START + 5000), tag: 'a', path: '/home', host: 'h1', repositoryId: 'r2' },
    ]
    for (const filter of filters) {
      const wanted = all.filter(plain(filter)).map(({ id }) => id)
      for (const size of [1, 7, 50]) {
        const found = await walk(filter, size)
        expect(
          found.map(({ id }) => id),
          JSON.stringify(filter),
        ).toEqual(wanted)
      }
    }

    async function walk(filter: SnapshotFilter, size: number): Promise<SnapshotItem[]> {
      const items: SnapshotItem[] = []
      let cursor: string | undefined
      do {
        const page = await listSnapshots(catalog, filter, size, cursor)
        if (page.nextCursor !== null) expect(page.items).toHaveLength(size)
        items.push(...page.items)
        cursor = page.nextCursor ?? undefined
      } while (cursor)
      return items
    }
  })
})

/** The filter, said another way. */
const plain =
  ({ path, tag, from, until, ...rest }: SnapshotFilter) =>
  (item: SnapshotItem) => {
    const names = (text: string): string[] => text.split('/').filter(Boolean)
    const begins = (long: string[], short: string[]): boolean => short.every((name, i) => long[i] === name)
    const related = (a: string[], b: string[]): boolean => begins(a, b) || begins(b, a)
    return (
      Object.entries(rest).every(([key, value]) => item[key as keyof SnapshotItem] === value) &&
      (path === undefined || item.paths.some((each) => related(names(each.path), names(path)))) &&
      (tag === undefined || item.tags.includes(tag)) &&
      (from === undefined || item.time >= from) &&
      (until === undefined || item.time < until)
    )
  }
