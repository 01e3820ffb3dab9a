// Ticks, words and gaps of charts, and the days of a strip.
import { describe, expect, test } from 'vitest'
import { shortDay, wholeDay } from './days.ts'
import { sayExactly, sayTick, ticksOf } from './scale.ts'
import { type ChartData, highestOf, isEmpty, onlyDayOf, summaryOf } from './series.ts'
import { areaOf, barsOf, lineOf, namedDays } from './shapes.ts'
import { type DayCell, sayCell, urgencyOf } from './strip.ts'

describe('axes', () => {
  test('ticks are round in the unit that people read', () => {
    const said = (unit: Parameters<typeof ticksOf>[0], highest: number): string[] =>
      ticksOf(unit, highest).map((each) => sayTick(unit, each))
    expect(said('bytes', 3.5 * 1024 ** 3)).toEqual(['0 B', '1 GiB', '2 GiB', '3 GiB', '4 GiB'])
    expect(said('bytes', 900 * 1024)).toEqual(['0 B', '500 KiB', '1000 KiB'])
    expect(said('seconds', 200)).toEqual(['0 s', '1 min', '2 min', '3 min', '4 min'])
    expect(said('count', 7)).toEqual(['0', '2', '4', '6', '8'])
    expect(said('times', 0.3)).toEqual(['0 x', '0.1 x', '0.2 x', '0.3 x'])
    expect(said('share', 0.4)).toEqual(['0 %', '25 %', '50 %', '75 %', '100 %'])
  })

  test('there are five at most, from 0, and the highest value lies within', () => {
    for (const unit of ['bytes', 'seconds', 'count', 'times'] as const) {
      for (let highest = 0.01; highest < 1e15; highest *= 3.7) {
        const ticks = ticksOf(unit, highest)
        expect(ticks[0]).toBe(0)
        expect(ticks.length).toBeLessThanOrEqual(5)
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(highest * (1 - 1e-9))
      }
    }
    expect(ticksOf('count', 0)).toEqual([0, 1])
  })

  test('an exact value has all its digits', () => {
    expect(sayExactly('bytes', 1_610_612_736)).toBe('1.5 GiB (1,610,612,736 B)')
    expect(sayExactly('seconds', 200)).toBe('3 min 20 s (200 s)')
    expect(sayExactly('times', 12.345)).toBe('12.35 x')
    expect(sayExactly('share', 0.999_99)).toBe('99.9 %')
  })
})

describe('what a chart shows', () => {
  const days = ['2026-11-22', '2026-11-23', '2026-11-24']
  const chart = (kind: ChartData['kind'], values: (number | null)[], other?: (number | null)[]): ChartData => ({
    kind,
    unit: 'count',
    series: [
      { key: 'a', label: 'First', colour: 'ok' },
      ...(other ? [{ key: 'b', label: 'Second', colour: 'failed' } as const] : []),
    ],
    rows: days.map((day, at) => ({ day, values: { a: values[at] ?? null, ...(other && { b: other[at] ?? null }) } })),
  })

  test('its summary counts days without a figure as such, and never as 0', () => {
    expect(summaryOf(chart('line', [5, null, 3]))).toBe(
      'First: latest 3 on 24 Nov, lowest 3 on 24 Nov, highest 5 on 22 Nov, 1 day without a figure.',
    )
    expect(summaryOf(chart('line', [null, null, null]))).toBe('First: nothing is known.')
  })

  test('a stack is as high as its parts together, lines are as high as the highest', () => {
    expect(highestOf(chart('bars', [1, 2, 3], [4, 0, null]))).toBe(5)
    expect(highestOf(chart('line', [1, 2, 3], [4, 0, null]))).toBe(4)
  })

  test('a line along 0 is something to see, bars of nothing are not', () => {
    expect(isEmpty(chart('line', [0, 0, 0]))).toBe(false)
    expect(isEmpty(chart('line', [null, null, null]))).toBe(true)
    expect(isEmpty(chart('bars', [0, 0, 0]))).toBe(true)
  })

  test('a line stops at a day that is not known, and a day between two of those is as wide as a bar', () => {
    const of = (...values: (number | null)[]) => chart('line', values).rows
    expect(lineOf(of(0, 5, 10), 'a', 10)).toBe('M0.5 1L1.5 0.5L2.5 0')
    expect(lineOf(of(2, null, 4), 'a', 4)).toBe('M0.09 0.5L0.91 0.5M2.09 0L2.91 0')
    expect(lineOf(of(null, null, null), 'a', 4)).toBe('')
    expect(areaOf(of(null, 1, 2), 'a', 2)).toBe('M1.5 1L1.5 0.5L2.5 0L2.5 1Z')
    expect(areaOf(of(null, null, 2), 'a', 4)).toBe('M2.09 1L2.09 0.5L2.91 0.5L2.91 1Z')
  })

  test('the values of the only day that is known are told beside it', () => {
    const words = (kind: ChartData['kind'], ...values: (number | null)[][]) =>
      onlyDayOf(chart(kind, values[0] ?? [], values[1]))
    expect(words('line', [null, null, 3])).toEqual({ index: 2, highest: 3, words: '24 Nov: 3' })
    expect(words('area', [0, null, null])).toEqual({ index: 0, highest: 0, words: '22 Nov: 0' })
    expect(words('line', [null, 3, null], [null, 3, null])?.words).toBe('23 Nov: 3')
    expect(words('line', [null, 3, null], [null, 8, null])).toEqual({ index: 1, highest: 8, words: '23 Nov: 3 and 8' })
    expect(words('line', [null, 3, null], [null, null, 8])).toBeUndefined()
    expect(words('bars', [0, 0, 2], [0, 0, 1])).toEqual({ index: 2, highest: 3, words: '24 Nov: 3' })
    expect(words('bars', [1, 0, 2])).toBeUndefined()
    expect(words('line', [null, null, null])).toBeUndefined()
  })

  test('a bar stands on those before it, and one of nothing is not drawn', () => {
    const { rows, series } = chart('bars', [1, 0, null], [3, 0, 2])
    expect(barsOf(rows, series, 'a', 4)).toBe('M0.09 1L0.09 0.75L0.91 0.75L0.91 1Z')
    expect(barsOf(rows, series, 'b', 4)).toBe('M0.09 0.75L0.09 0L0.91 0L0.91 0.75ZM2.09 1L2.09 0.5L2.91 0.5L2.91 1Z')
  })

  test('five days at most are named, at equal distances', () => {
    expect(namedDays(3)).toEqual([0, 1, 2])
    for (const days of [1, 7, 30, 90, 365]) {
      const named = namedDays(days)
      expect(named.length).toBeGreaterThan(0)
      expect(named.length).toBeLessThanOrEqual(5)
      expect(new Set(named.slice(1).map((each, at) => each - (named[at] ?? 0))).size).toBeLessThanOrEqual(1)
      expect(named.every((each) => each >= 0 && each < days)).toBe(true)
    }
  })

  test('a day keeps its date wherever the viewer is', () => {
    expect(shortDay('2026-11-24')).toBe('24 Nov')
    expect(wholeDay('2026-11-24')).toMatch(/^Tue,? 24 Nov 2026$/)
  })
})

describe('a strip of days', () => {
  const cell = (state: DayCell['state'], counts: Partial<DayCell> = {}): DayCell => ({
    state,
    succeeded: 0,
    warning: 0,
    failed: 0,
    missed: 0,
    running: 0,
    runId: null,
    ...counts,
  })

  test('a day is told with the worst first', () => {
    expect(sayCell(cell('failed', { failed: 1, succeeded: 2, missed: 1 }))).toBe('1 failed, 1 missed, 2 succeeded')
    expect(sayCell(cell('none'))).toBe('no run')
  })

  test('a failure of today comes before one of last week, and that before none', () => {
    const week = (at: number, state: DayCell['state']) =>
      Array.from({ length: 7 }, (_, day) => cell(day === at ? state : 'ok'))
    const urgencies = [week(6, 'failed'), week(0, 'failed'), week(0, 'ok')].map(urgencyOf)
    expect(urgencies).toEqual([...urgencies].sort((a, b) => b - a))
    expect(new Set(urgencies).size).toBe(3)
  })
})
