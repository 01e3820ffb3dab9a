import { expect, test } from 'vitest'
import { parseTime } from '../../lib/clock.ts'
import { dayFields, daySql, lastDays } from './calendar.ts'

const HOUR = 3_600_000
const hours = ({ bounds }: { bounds: readonly number[] }): number[] =>
  bounds.slice(1).map((bound, i) => (bound - (bounds[i] ?? 0)) / HOUR)

test.each([
  ['UTC', '2026-03-01T00:00:00Z', ['2026-02-27', '2026-02-28', '2026-03-01'], [24, 24, 24]],
  ['Europe/Berlin', '2026-03-30T10:00:00Z', ['2026-03-28', '2026-03-29', '2026-03-30'], [24, 23, 24]],
  ['Europe/Berlin', '2026-10-25T22:59:59Z', ['2026-10-23', '2026-10-24', '2026-10-25'], [24, 24, 25]],
  ['Europe/Berlin', '2026-10-25T23:00:00Z', ['2026-10-24', '2026-10-25', '2026-10-26'], [24, 25, 24]],
  // The clocks jump at midnight: the day begins at one.
  ['America/Santiago', '2026-09-06T12:00:00Z', ['2026-09-04', '2026-09-05', '2026-09-06'], [24, 24, 23]],
  ['Pacific/Kiritimati', '2026-01-01T10:00:00Z', ['2025-12-31', '2026-01-01', '2026-01-02'], [24, 24, 24]],
])('the last three days in %s at %s', (timezone, at, names, lengths) => {
  const days = lastDays({ days: 3, timezone }, parseTime(at))
  expect(days.names).toEqual(names)
  expect(hours(days)).toEqual(lengths)
  expect(days.start).toBe(days.bounds[0])
  expect(days.end).toBe(days.bounds[3])
})

test('one day is today', () => {
  const { names, start, end } = lastDays({ days: 1, timezone: 'UTC' }, parseTime('2026-05-04T23:59:59.999Z'))
  expect([names, start, end]).toEqual([
    ['2026-05-04'],
    parseTime('2026-05-04T00:00:00Z'),
    parseTime('2026-05-05T00:00:00Z'),
  ])
})

test('the SQL of a day stays short: one case for each change of the clocks', () => {
  const days = lastDays({ days: 90, timezone: 'Europe/Berlin' }, parseTime('2026-05-04T12:00:00Z'))
  expect(daySql(days, 'x').match(/WHEN/g)).toHaveLength(3)
  expect(daySql(lastDays({ days: 90, timezone: 'UTC' }, 0), 'x').match(/WHEN/g)).toHaveLength(1)
})

test('a zone that does not exist is refused with its name', () => {
  expect(() => lastDays({ days: 3, timezone: 'Europe/Atlantis' }, 0)).toThrow(
    expect.objectContaining({ code: 'usage', message: expect.stringContaining('Europe/Atlantis') }),
  )
  expect(dayFields.timezone.safeParse('Mars/Base').error?.issues[0]?.message).toBe(
    'There is no time zone "Mars/Base"; "Europe/Berlin" is one',
  )
})
