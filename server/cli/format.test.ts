// Numbers as people read them.
import { describe, expect, it } from 'vitest'
import { clockFace, columns, count, duration, modeText, plural, size } from './format.ts'

describe('size', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '0.98 KiB'],
    [1536, '1.50 KiB'],
    [10_239, '10.0 KiB'],
    [102_399, '100 KiB'],
    [1_048_575, '1.00 MiB'],
    [1.5 * 2 ** 40, '1.50 TiB'],
    [2 ** 70, '1024 EiB'],
  ])('%i', (bytes, text) => expect(size(bytes)).toBe(text))
})

describe('count', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [78_579, '78,579'],
    [1_234_567_890, '1,234,567,890'],
  ])('%i', (value, text) => expect(count(value)).toBe(text))
  it('has a singular', () =>
    expect([plural(1, 'file'), plural(2, 'match', 'matches')]).toEqual(['1 file', '2 matches']))
})

describe('duration', () => {
  it.each([
    [0, '0.00 s'],
    [843, '0.84 s'],
    [12_340, '12.3 s'],
    [59_960, '1 min 00 s'],
    [184_000, '3 min 04 s'],
    [3_599_600, '1 h 00 min'],
    [7_500_000, '2 h 05 min'],
  ])('%i', (ms, text) => expect(duration(ms)).toBe(text))
  it.each([
    [42, '0:42'],
    [725, '12:05'],
    [3723, '1:02:03'],
    [-1, '0:00'],
  ])('on a clock: %i', (seconds, text) => expect(clockFace(seconds)).toBe(text))
})

describe('modeText', () => {
  it.each([
    ['file', 0o644, '-rw-r--r--'],
    ['directory', 0o1777, 'drwxrwxrwt'],
    ['directory', 0o1776, 'drwxrwxrwT'],
    ['file', 0o4755, '-rwsr-xr-x'],
    ['file', 0o2644, '-rw-r-Sr--'],
    ['symlink', 0o777, 'lrwxrwxrwx'],
    ['block', 0, 'b---------'],
  ])('%s %o', (type, mode, text) => expect(modeText(type, mode)).toBe(text))
})

describe('columns', () => {
  it('aligns to the left or the right, with no spaces at the end', () => {
    const rows = [
      ['name', 'n', ''],
      ['a', '100', 'x'],
    ]
    expect(columns(rows, [1])).toEqual(['name    n', 'a     100  x'])
  })
})
