import { lstatSync, symlinkSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Stat, statAt } from './stat.ts'
import { codeThrown, makeFile, makeMemoryPlace, makePlace } from './testing.ts'
import { futimens, UTIME_NOW, UTIME_OMIT, utimensAt } from './times.ts'

const at = (text: string): number => Math.floor(Date.parse(text) / 1000)

const nsOf = (path: string): [bigint, bigint] => {
  const stat = lstatSync(path, { bigint: true })
  return [stat.atimeNs, stat.mtimeNs]
}

const ns = (seconds: number, nanoseconds: number): bigint => BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds)

const known: [string, number, number][] = [
  ['1901-12-13T20:45:53Z', at('1901-12-13T20:45:53Z'), 1],
  ['one nanosecond before 1970', -1, 999_999_999],
  ['1970', 0, 0],
  ['a second that 32 bits hold', 2 ** 31 - 1, 123_456_789],
  ['one that they do not', 2 ** 31, 987_654_321],
  ['past 2106', at('2106-02-07T06:28:17Z'), 5],
  ['2446', at('2446-01-01T00:00:00Z'), 999_999_999],
]

for (const [what, seconds, nanoseconds] of known) {
  test(`exact to the nanosecond: ${what}`, () => {
    for (const place of [makePlace(), makeMemoryPlace()]) {
      const fd = makeFile(place, 'file')
      futimens(fd, seconds, nanoseconds, seconds, nanoseconds)
      const expected = ns(seconds, nanoseconds)
      expect(nsOf(`${place.path}/file`)).toEqual([expected, expected])
      const stat = new Stat()
      statAt(place.fd, 'file', stat)
      expect([stat.mtimeSec, stat.mtimeNsec, stat.atimeSec, stat.atimeNsec]).toEqual([
        seconds,
        nanoseconds,
        seconds,
        nanoseconds,
      ])
    }
  })
}

test('any two times come back as they were set', () => {
  const place = makeMemoryPlace()
  makeFile(place, 'file')
  const stat = new Stat()
  const second = fc.integer({ min: at('1901-12-14T00:00:00Z'), max: at('2446-01-01T00:00:00Z') })
  const nanosecond = fc.integer({ min: 0, max: 999_999_999 })
  fc.assert(
    fc.property(second, nanosecond, second, nanosecond, (...times) => {
      utimensAt(place.fd, 'file', ...times)
      statAt(place.fd, 'file', stat)
      expect([stat.atimeSec, stat.atimeNsec, stat.mtimeSec, stat.mtimeNsec]).toEqual(times)
    }),
  )
})

test('a symlink has times of its own', () => {
  const place = makePlace()
  const fd = makeFile(place, 'file')
  futimens(fd, 1000, 1, 2000, 2)
  symlinkSync('file', `${place.path}/link`)
  utimensAt(place.fd, 'link', -5, 6, 7, 8)
  expect(nsOf(`${place.path}/link`)).toEqual([ns(-5, 6), ns(7, 8)])
  expect(nsOf(`${place.path}/file`)).toEqual([ns(1000, 1), ns(2000, 2)])
})

test('one time may be left alone, or be the present', () => {
  const place = makePlace()
  const fd = makeFile(place, 'file')
  futimens(fd, 1000, 1, 2000, 2)
  futimens(fd, 0, UTIME_OMIT, 3000, 3)
  expect(nsOf(`${place.path}/file`)).toEqual([ns(1000, 1), ns(3000, 3)])
  utimensAt(place.fd, 'file', 0, UTIME_NOW, 0, UTIME_OMIT)
  const [atime, mtime] = nsOf(`${place.path}/file`)
  expect(atime).toBeGreaterThan(ns(at('2020-01-01T00:00:00Z'), 0))
  expect(mtime).toBe(ns(3000, 3))
})

test('nonsense is refused', () => {
  const place = makePlace()
  const fd = makeFile(place, 'file')
  expect(codeThrown(() => futimens(fd, 0, 0, 0, 1_000_000_000))).toBe('EINVAL')
  expect(codeThrown(() => futimens(fd, 0.5, 0, 0, 0))).toBe('EINVAL')
  expect(codeThrown(() => futimens(fd, 0, 0, Number.NaN, 0))).toBe('EINVAL')
  expect(codeThrown(() => utimensAt(place.fd, 'missing', 0, 0, 0, 0))).toBe('ENOENT')
})
