// What the pages about snapshots ask for, and how what was found is put together.
import { expect, test } from 'vitest'
import { filtersOf, listInput, noFilters } from './filter-input.ts'
import { byPath, type FoundItem, findInput } from './search-input.ts'

test('filters of an address that make sense are asked for, others are left out', () => {
  const params = { repository: 'r', tag: 'a b', from: '2026-05-04', until: '2026-05-04', host: ['x', 'y'], other: 'z' }
  expect(listInput(filtersOf(params))).toEqual({
    limit: 100,
    repositoryId: 'r',
    tag: 'a b',
    from: '2026-05-04T00:00:00.000Z',
    until: '2026-05-05T00:00:00.000Z',
  })
  expect(listInput({ ...noFilters, from: 'yesterday', until: '2026-13-77' })).toEqual({ limit: 100 })
})

test('a search is for a part of the name, in one snapshot or in all', () => {
  expect(findInput('r', ' report ', '')).toEqual({
    repositoryId: 'r',
    pattern: '*report*',
    ignoreCase: true,
    limit: 500,
  })
  expect(findInput('r', '*.md', 's')).toMatchObject({ pattern: '*.md', id: 's' })
})

const found = (snapshot: string, path: string, size: number, pathBytes?: string): FoundItem => ({
  snapshot,
  snapshotTime: '2026-05-04T03:02:01.000Z',
  path,
  ...(pathBytes === undefined ? {} : { pathBytes }),
  entry: {
    name: 'x',
    type: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    user: null,
    group: null,
    size,
    mtime: null,
    mtimeSec: size,
    mtimeNsec: 0,
  },
})

test('what was found is grouped by path, the newest first, and counted', () => {
  const groups = byPath([
    found('3', '/a', 2),
    found('3', '/b', 1),
    found('2', '/a', 1),
    found('1', '/a', 1),
    found('1', '/\ufffd', 1, 'L/8='),
    found('1', '/\ufffd', 1, 'L/4='),
  ])
  expect(groups.map(({ newest, snapshots, versions }) => [newest.path, newest.snapshot, snapshots, versions])).toEqual([
    ['/a', '3', 3, 2],
    ['/b', '3', 1, 1],
    ['/\ufffd', '1', 1, 1],
    ['/\ufffd', '1', 1, 1],
  ])
})
