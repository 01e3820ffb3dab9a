// Slots in several zones, at both edges of daylight saving time, and against a walk through every minute.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesDay, parseCron } from '../contract/cron.ts'
import { dateOf, isoTime, parseTime } from '../lib/clock.ts'
import { nextSlots, slotsBetween, timetable } from './slots.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const SECONDS = ':00.000Z'

/** Slots of a cron in a zone between two times, as "2026-03-08T07:00Z". */
function slots(cron: string, zone: string, after: string, until: string): string[] {
  return slotsBetween(timetable(cron, zone), parseTime(after), parseTime(until))
    .map((slot) => isoTime(slot).replace(SECONDS, 'Z'))
    .toArray()
}

describe('a day without a change', () => {
  it('begins after the first and ends with the last instant', () => {
    expect(slots('0 * * * *', 'UTC', '2026-05-04T03:00:00Z', '2026-05-04T05:00:00Z')).toEqual([
      '2026-05-04T04:00Z',
      '2026-05-04T05:00Z',
    ])
    expect(slots('0 * * * *', 'UTC', '2026-05-04T05:00:00Z', '2026-05-04T03:00:00Z')).toEqual([])
  })

  it('is that of the zone', () => {
    expect(slots('0 2 * * *', 'Asia/Kathmandu', '2026-05-04T00:00:00Z', '2026-05-06T00:00:00Z')).toEqual([
      '2026-05-04T20:15Z',
      '2026-05-05T20:15Z',
    ])
  })

  it('goes by the weekday and the day of the month of the zone', () => {
    // Sunday in Auckland is Saturday in UTC.
    expect(slots('0 1 * * 0', 'Pacific/Auckland', '2026-05-01T00:00:00Z', '2026-05-12T00:00:00Z')).toEqual([
      '2026-05-02T13:00Z',
      '2026-05-09T13:00Z',
    ])
    expect(slots('0 0 1 * *', 'Pacific/Auckland', '2026-05-20T00:00:00Z', '2026-06-20T00:00:00Z')).toEqual([
      '2026-05-31T12:00Z',
    ])
  })
})

describe('a local time that does not exist', () => {
  it('is due when the clock jumps over it', () => {
    expect(slots('30 2 * * *', 'America/New_York', '2026-03-07T12:00:00Z', '2026-03-10T00:00:00Z')).toEqual([
      '2026-03-08T07:00Z',
      '2026-03-09T06:30Z',
    ])
    expect(slots('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z')).toEqual([
      '2026-03-29T01:00Z',
    ])
    // Half an hour only: from 02:00 to 02:30.
    expect(slots('15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T00:00:00Z', '2026-10-04T00:00:00Z')).toEqual([
      '2026-10-03T15:30Z',
    ])
    // After Ramadan.
    expect(slots('30 2 * * *', 'Africa/Casablanca', '2026-03-21T12:00:00Z', '2026-03-22T12:00:00Z')).toEqual([
      '2026-03-22T02:00Z',
    ])
  })

  it('is one slot with others that fall on the same instant', () => {
    expect(slots('*/15 2,3 * * *', 'America/New_York', '2026-03-08T00:00:00Z', '2026-03-08T07:30:00Z')).toEqual([
      '2026-03-08T07:00Z',
      '2026-03-08T07:15Z',
      '2026-03-08T07:30Z',
    ])
  })

  it('may be a whole day', () => {
    // There was no 30 December 2011 in Samoa.
    expect(slots('0 2 * * *', 'Pacific/Apia', '2011-12-29T00:00:00Z', '2012-01-01T00:00:00Z')).toEqual([
      '2011-12-29T12:00Z',
      '2011-12-30T10:00Z',
      '2011-12-30T12:00Z',
      '2011-12-31T12:00Z',
    ])
    expect(slots('0 0 * * *', 'Pacific/Apia', '2011-12-29T00:00:00Z', '2012-01-01T00:00:00Z')).toEqual([
      '2011-12-29T10:00Z',
      '2011-12-30T10:00Z',
      '2011-12-31T10:00Z',
    ])
  })
})

describe('a local time that comes twice', () => {
  it('is due the first time only', () => {
    expect(slots('30 1 * * *', 'America/New_York', '2026-10-31T12:00:00Z', '2026-11-02T12:00:00Z')).toEqual([
      '2026-11-01T05:30Z',
      '2026-11-02T06:30Z',
    ])
    expect(slots('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-25T12:00:00Z')).toEqual([
      '2026-10-25T00:30Z',
    ])
    expect(slots('45 1 * * *', 'Australia/Lord_Howe', '2026-04-04T00:00:00Z', '2026-04-05T00:00:00Z')).toEqual([
      '2026-04-04T14:45Z',
    ])
    expect(slots('30 2 * * *', 'Africa/Casablanca', '2026-02-14T12:00:00Z', '2026-02-15T12:00:00Z')).toEqual([
      '2026-02-15T01:30Z',
    ])
  })

  it('is due only the first time for a schedule of every hour as well', () => {
    expect(slots('0 * * * *', 'Europe/Berlin', '2026-10-24T23:00:00Z', '2026-10-25T03:00:00Z')).toEqual([
      '2026-10-25T00:00Z',
      '2026-10-25T02:00Z',
      '2026-10-25T03:00Z',
    ])
  })
})

describe('nextSlots', () => {
  it('finds the 29th of February, however far', () => {
    const found = nextSlots(timetable('0 0 29 2 *', 'UTC'), parseTime('2097-01-01T00:00:00Z'), 2)
    expect(found.map(isoTime)).toEqual(['2104-02-29T00:00:00.000Z'])
  })

  it('gives as many as are asked for', () => {
    expect(nextSlots(timetable('*/5 * * * *', 'UTC'), 0, 3)).toEqual([5 * MINUTE, 10 * MINUTE, 15 * MINUTE])
  })

  it('refuses an unknown zone', () => {
    expect(() => timetable('* * * * *', 'Europe/Bielefeld')).toThrow('There is no time zone "Europe/Bielefeld"')
  })
})

/**
 * The same by brute force: walks through the minutes of UTC and looks at the clock on the wall. A minute that was not shown before is new; minutes
 * that it jumped over count as new with the one after.
 */
function walk(text: string, zone: string, after: number, until: number): number[] {
  const cron = parseCron(text)
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
  const wallOf = (instant: number): number => parseTime(`${format.format(instant).replace(' ', 'T')}:00Z`)
  const found: number[] = []
  const start = after - 2 * DAY
  let shown = wallOf(start)
  for (let instant = start + MINUTE; instant <= until; instant += MINUTE) {
    const wall = wallOf(instant)
    let due = false
    for (let each = shown + MINUTE; each <= wall; each += MINUTE) {
      const date = dateOf(each)
      due ||=
        cron.minutes.has(date.getUTCMinutes()) &&
        cron.hours.has(date.getUTCHours()) &&
        matchesDay(cron, date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCDay())
    }
    shown = Math.max(shown, wall)
    if (due && instant > after) found.push(instant)
  }
  return found
}

describe('in every zone', () => {
  // Instants of a change, or plain ones where there is none.
  const edges: readonly (readonly [string, string])[] = [
    ['America/New_York', '2026-03-08T07:00:00Z'],
    ['America/New_York', '2026-11-01T06:00:00Z'],
    ['Europe/Berlin', '2026-03-29T01:00:00Z'],
    ['Europe/Berlin', '2026-10-25T01:00:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
    ['Africa/Casablanca', '2026-02-15T02:00:00Z'],
    ['Africa/Casablanca', '2026-03-22T02:00:00Z'],
    ['Pacific/Apia', '2011-12-30T10:00:00Z'],
    ['America/Havana', '2026-11-01T05:00:00Z'],
    ['Asia/Beirut', '2026-03-28T22:00:00Z'],
    ['UTC', '2026-07-01T00:00:00Z'],
  ]
  const value = (min: number, max: number) =>
    fc.oneof(
      { weight: 3, arbitrary: fc.constant('*') },
      { weight: 3, arbitrary: fc.integer({ min, max }).map(String) },
      { weight: 2, arbitrary: fc.integer({ min: 2, max: 20 }).map((step) => `*/${step}`) },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.integer({ min, max }), fc.integer({ min, max })).map((ends) => {
          const [first, last] = ends.sort((a, b) => a - b)
          return `${first}-${last}`
        }),
      },
    )
  const cron = fc
    .tuple(value(0, 59), value(0, 23), value(1, 28), fc.constant('*'), value(0, 7))
    .map((fields) => fields.join(' '))

  it('the slots are those that a walk through every minute finds', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...edges),
        cron,
        fc.integer({ min: -30 * 60, max: 10 * 60 }),
        fc.integer({ min: 0, max: 48 * 60 }),
        ([zone, edge], text, shift, length) => {
          const after = parseTime(edge) + shift * MINUTE
          const until = after + length * MINUTE
          expect(slotsBetween(timetable(text, zone), after, until).toArray()).toEqual(walk(text, zone, after, until))
        },
      ),
      { numRuns: 150 },
    )
  })

  it('pieces of a time span give the same slots as the whole', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...edges),
        cron,
        fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 8 }),
        ([zone, edge], text, lengths) => {
          const times = timetable(text, zone)
          const start = parseTime(edge) - 12 * HOUR
          let at = start
          const pieces: number[] = []
          for (const length of lengths) {
            pieces.push(...slotsBetween(times, at, at + length * MINUTE))
            at += length * MINUTE
          }
          expect(pieces).toEqual(slotsBetween(times, start, at).toArray())
        },
      ),
      { numRuns: 200 },
    )
  })
})
