import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isoTime, parseTime } from '../lib/clock.ts'
import { decide, type Situation } from './decide.ts'
import { timetable } from './slots.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const NOON = parseTime('2026-05-04T12:00:00Z')

const base: Situation = {
  times: timetable('0 * * * *', 'UTC'),
  handledUntil: NOON - 30 * MINUTE,
  now: NOON,
  catchUp: 'once',
  windowMs: HOUR,
  paused: false,
  busy: undefined,
}
/** In short: "12:00 schedule", "11:00 missed: why". */
const told = (changes: Partial<Situation>): string[] =>
  decide({ ...base, ...changes }).decisions.map((each) => {
    const time = isoTime(each.slot).slice(11, 16)
    return each.action === 'run' ? `${time} ${each.trigger}` : `${time} missed: ${each.reason}`
  })

describe('decide', () => {
  it('runs the slot that is due', () => {
    expect(told({})).toEqual(['12:00 schedule'])
    expect(told({ now: NOON + 90_000 })).toEqual(['12:00 schedule'])
    expect(decide(base)).toMatchObject({ handledUntil: NOON, nextSlot: NOON + HOUR })
  })

  it('does nothing before it is due, after it was dealt with, and about what was before a new schedule', () => {
    expect(told({ now: NOON - 1 })).toEqual([])
    expect(told({ handledUntil: NOON })).toEqual([])
    expect(told({ handledUntil: null })).toEqual([])
  })

  it('of three missed slots runs one, and records the others', () => {
    const now = NOON + 30 * MINUTE
    expect(told({ handledUntil: NOON - 150 * MINUTE, now })).toEqual([
      '10:00 missed: The server was not running; the run of 2026-05-04T12:00:00.000Z stands in for it',
      '11:00 missed: The server was not running; the run of 2026-05-04T12:00:00.000Z stands in for it',
      '12:00 catch_up',
    ])
  })

  it('catches up within the window only', () => {
    const catchUp = 'within_window'
    expect(told({ catchUp, now: NOON + 50 * MINUTE })).toEqual(['12:00 catch_up'])
    expect(told({ catchUp, now: NOON + 50 * MINUTE, windowMs: 20 * MINUTE })).toEqual([
      '12:00 missed: The server was not running; 50 minutes are more than the 20 within which the schedule catches up',
    ])
    expect(told({ catchUp, windowMs: 0 })).toEqual(['12:00 schedule'])
  })

  it('does not catch up when it is told to skip', () => {
    expect(told({ catchUp: 'skip', handledUntil: NOON - 61 * MINUTE, now: NOON + 3 * MINUTE })).toEqual([
      '11:00 missed: The server was not running',
      '12:00 missed: The server was not running, and the schedule does not catch up',
    ])
    expect(told({ catchUp: 'skip' })).toEqual(['12:00 schedule'])
  })

  it('misses a slot while a run before it waits or works', () => {
    expect(told({ busy: 'running' })).toEqual(['12:00 missed: The run before it was still at work'])
    expect(told({ busy: 'queued' })).toEqual(['12:00 missed: The run before it was still waiting'])
  })

  it('lets slots pass while the schedule is paused', () => {
    expect(decide({ ...base, paused: true })).toEqual({ decisions: [], handledUntil: NOON, nextSlot: NOON + HOUR })
  })

  it('when the clock is put back, counts from what it shows', () => {
    expect(decide({ ...base, now: NOON - HOUR })).toEqual({
      decisions: [],
      handledUntil: NOON - HOUR,
      nextSlot: NOON,
    })
  })

  it('after a day forward runs once', () => {
    const decisions = told({ now: NOON + 24 * HOUR })
    expect(decisions).toHaveLength(25)
    expect(decisions.filter((each) => !each.includes('missed'))).toEqual(['12:00 schedule'])
  })

  it('of a year of minutes lists the newest, and counts the others', () => {
    const times = timetable('* * * * *', 'Europe/Berlin')
    const now = NOON + 365 * 24 * HOUR
    const { decisions } = decide({ ...base, times, handledUntil: NOON, now })
    expect(decisions).toHaveLength(100)
    expect(decisions[0]).toMatchObject({ slot: now - 99 * MINUTE })
    expect(JSON.stringify(decisions[0])).toMatch(/52\d{4} slots before it were missed as well/)
    expect(decisions.at(-1)).toEqual({ slot: now, action: 'run', trigger: 'schedule' })
  })

  it('looks as often as it likes: each slot is decided about once, and every one is', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(steps, fc.constantFrom('once', 'within_window', 'skip'), (lengths, catchUp) => {
        let handledUntil = NOON
        const decided: number[] = []
        for (const length of lengths) {
          const now = handledUntil + length * MINUTE
          const advance = decide({ ...base, handledUntil, now, catchUp })
          expect(advance.decisions.filter(({ action }) => action === 'run').length).toBeLessThanOrEqual(1)
          decided.push(...advance.decisions.map(({ slot }) => slot))
          handledUntil = advance.handledUntil
        }
        const hours = Math.floor((handledUntil - NOON) / HOUR)
        expect(decided).toEqual(Array.from({ length: hours }, (_, i) => NOON + (i + 1) * HOUR))
      }),
    )
  })
})
