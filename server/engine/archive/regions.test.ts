import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { REGION } from '../chunk/fastcdc.ts'
import { dataExtents, holesBetween, regionsOf } from './regions.ts'

const KIB = 1024
const BLOCK = Buffer.alloc(4096, 'x')

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-regions-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** What `look` makes of a file with 4 KiB of data at each offset. */
function withFile<T>(size: number, offsets: Iterable<number>, look: (fd: number) => T): T {
  const fd = openSync(join(folder, 'file'), 'w+')
  try {
    for (const offset of offsets) writeSync(fd, BLOCK, 0, BLOCK.length, offset)
    ftruncateSync(fd, size)
    return look(fd)
  } finally {
    closeSync(fd)
  }
}

describe('dataExtents', () => {
  it.each<[string, number, number[], [number, number][]]>([
    ['no data at all', 256 * KIB, [], []],
    ['a hole in front', 256 * KIB, [128 * KIB], [[128 * KIB, 4 * KIB]]],
    ['a short hole in front', 64 * KIB, [60 * KIB], [[0, 64 * KIB]]],
    [
      'a hole between',
      200 * KIB,
      [0, 196 * KIB],
      [
        [0, 4 * KIB],
        [196 * KIB, 4 * KIB],
      ],
    ],
    ['a short hole between', 64 * KIB, [0, 60 * KIB], [[0, 64 * KIB]]],
    [
      'a hole of exactly 64 KiB',
      72 * KIB,
      [0, 68 * KIB],
      [
        [0, 4 * KIB],
        [68 * KIB, 4 * KIB],
      ],
    ],
    ['a short hole at the end', 40 * KIB, [0], [[0, 40 * KIB]]],
    ['an odd end', 5000, [0], [[0, 5000]]],
  ])('%s', (_, size, offsets, expected) => {
    const found = withFile(size, offsets, (fd) => dataExtents(fd, size))
    // A file system may keep its blocks in larger pieces.
    const holes = holesBetween(found, size)
    const wanted = holesBetween(
      expected.map(([offset, length]) => ({ offset, length })),
      size,
    )
    expect(holes).toEqual(wanted)
  })

  it('of more than 16,384 holes leaves the smallest out', () => {
    const step = 72 * KIB
    const count = 16_500
    const size = count * step + 2 ** 30
    const offsets = Array.from({ length: count }, (_, i) => i * step)
    const found = withFile(size, offsets, (fd) => dataExtents(fd, size))
    expect(holesBetween(found, size)).toEqual([(count - 1) * step + 4 * KIB, 2 ** 30 + step - 4 * KIB])
  })
})

describe('holesBetween', () => {
  it('covers with the extents exactly the file', () => {
    const extents = [
      { offset: 10, length: 5 },
      { offset: 15, length: 5 },
      { offset: 30, length: 1 },
    ]
    expect(holesBetween(extents, 40)).toEqual([0, 10, 20, 10, 31, 9])
    expect(holesBetween([], 7)).toEqual([0, 7])
    expect(holesBetween([{ offset: 0, length: 7 }], 7)).toEqual([])
  })
})

describe('regionsOf', () => {
  it('cuts extents, and gives one empty task when there are none', () => {
    const tasks = [...regionsOf(3, [{ offset: 5, length: 2 * REGION + 1 }])]
    expect(tasks.map(({ offset, length }) => [offset, length])).toEqual([
      [5, REGION],
      [5 + REGION, REGION],
      [5 + 2 * REGION, 1],
    ])
    expect([...regionsOf(3, [])]).toEqual([{ kind: 'region', fd: 3, offset: 0, length: 0 }])
  })
})
