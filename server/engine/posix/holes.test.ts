import { ftruncateSync, writeSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ADVICE, fadvise, seekData, seekHole, syncfs } from './holes.ts'
import { Stat, statFd } from './stat.ts'
import { codeThrown, makeFile, makePlace } from './testing.ts'

const KiB = 1024
const GiB = 1024 ** 3
const TiB = 1024 ** 4

test('finds the two islands of data in a file of 1 TiB', (context) => {
  const fd = makeFile(makePlace(), 'sparse')
  ftruncateSync(fd, TiB)
  writeSync(fd, 'x'.repeat(64 * KiB), 3 * GiB)
  writeSync(fd, 'y', TiB - 64 * KiB)
  const stat = new Stat()
  statFd(fd, stat)
  if (stat.blocks * 512 > GiB) context.skip('the file system of the temporary directory has no holes')
  expect(stat.size).toBe(TiB)
  expect(seekHole(fd, 0)).toBe(0)
  expect(seekData(fd, 0)).toBe(3 * GiB)
  expect(seekHole(fd, 3 * GiB)).toBe(3 * GiB + 64 * KiB)
  const second = seekData(fd, 3 * GiB + 64 * KiB)
  expect([second <= TiB - 64 * KiB, second > TiB - GiB]).toEqual([true, true])
  const end = seekHole(fd, second)
  expect(end).toBeGreaterThan(TiB - 64 * KiB)
  expect(end === TiB ? -1 : seekData(fd, end)).toBe(-1)
})

test('a file without holes ends in one', () => {
  const fd = makeFile(makePlace(), 'full')
  writeSync(fd, 'x'.repeat(100))
  expect([seekData(fd, 0), seekHole(fd, 0)]).toEqual([0, 100])
  expect([seekData(fd, 99), seekHole(fd, 99)]).toEqual([99, 100])
  expect([seekData(fd, 100), seekHole(fd, 100)]).toEqual([-1, -1])
})

test('an empty file has neither', () => {
  const fd = makeFile(makePlace(), 'empty')
  expect([seekData(fd, 0), seekHole(fd, 0)]).toEqual([-1, -1])
})

test('a bad descriptor or advice is an error', () => {
  const fd = makeFile(makePlace(), 'file')
  expect(codeThrown(() => seekData(-1, 0))).toBe('EBADF')
  expect(codeThrown(() => fadvise(fd, 0, 0, 77))).toBe('EINVAL')
  expect(codeThrown(() => syncfs(-1))).toBe('EBADF')
})

test('advice and syncing are taken', () => {
  const fd = makeFile(makePlace(), 'file')
  writeSync(fd, 'content')
  for (const advice of Object.values(ADVICE)) expect(() => fadvise(fd, 0, 0, advice)).not.toThrow()
  expect(() => fadvise(fd, 5 * GiB, 10 * GiB, ADVICE.dontNeed)).not.toThrow()
  expect(() => syncfs(fd)).not.toThrow()
})
