// The scheduler's own part; with the catalog it is tested in tests/integration/scheduler.test.ts.
import { getTasks } from 'node-cron'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { HoldfastError } from '../contract/errors.ts'
import { parseTime } from '../lib/clock.ts'
import { createLogger } from '../lib/logger.ts'
import { createScheduler, everyMinute } from './scheduler.ts'
import type { ScheduleRow, ScheduleStore } from './types.ts'

const NOON = parseTime('2026-05-04T12:00:00Z')
const clock = { now: () => NOON }

const row = (name: string, cron = '0 * * * *'): ScheduleRow => ({
  id: name,
  name,
  cron,
  timezone: 'UTC',
  catchUp: 'once',
  windowMs: 0,
  paused: false,
  handledUntil: NOON - 1000,
})

function setUp(store: Partial<ScheduleStore>) {
  const lines: string[] = []
  const events: string[] = []
  let woken = 0
  const scheduler = createScheduler({
    store: { due: async () => [], advance: async () => [], ...store },
    clock,
    log: createLogger({ level: 'info', clock, fallback: (line) => lines.push(line) }),
    publish: (event) => events.push(`${event.kind} ${event.id}`),
    wake: () => woken++,
    ticker: () => async () => undefined,
  })
  return { scheduler, lines, events, woken: () => woken }
}

describe('the scheduler', () => {
  it('tells of the runs that it made, and wakes the queue', async () => {
    const { scheduler, events, woken } = setUp({
      due: async () => [row('a')],
      advance: async (_, decide) =>
        decide(undefined).decisions.map(({ slot }) => ({ id: `run ${slot - NOON}`, state: 'queued' })),
    })
    await scheduler.look()
    expect(events).toEqual(['run run 0', 'schedule a'])
    expect(woken()).toBe(1)
  })

  it('goes on with the others when one schedule is bad', async () => {
    const seen: string[] = []
    const { scheduler, lines } = setUp({
      due: async () => [row('bad', 'every day'), row('good')],
      advance: async ({ name }) => {
        seen.push(name)
        return []
      },
    })
    await scheduler.look()
    expect(seen).toEqual(['good'])
    expect(lines.join()).toContain("Schedule bad can't be looked at")
  })

  it('says when it can not look, and looks again at the next tick', async () => {
    let tries = 0
    const { scheduler, lines } = setUp({
      due: async () => {
        tries++
        throw new HoldfastError('unavailable', 'the database is away')
      },
    })
    await scheduler.start()
    await scheduler.look()
    expect(tries).toBe(2)
    expect(lines.join()).toContain('the database is away')
    await scheduler.stop()
  })

  it('looks once at a time', async () => {
    let looks = 0
    const { promise, resolve } = Promise.withResolvers<ScheduleRow[]>()
    const { scheduler } = setUp({
      due: () => {
        looks++
        return promise
      },
    })
    const both = [scheduler.look(), scheduler.look()]
    resolve([])
    await Promise.all(both)
    expect(looks).toBe(1)
  })
})

describe('everyMinute', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOON + 30_000 })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('ticks at the beginning of every minute, and leaves nothing behind', async () => {
    const ticks: number[] = []
    const before = getTasks().size
    const end = everyMinute(() => ticks.push(vi.getMockedSystemTime()!.getTime() - NOON))
    await vi.advanceTimersByTimeAsync(150_000)
    // On the minute by node-cron; half a minute later by the timer.
    expect(ticks).toEqual([60_000, 90_000, 120_000, 150_000, 180_000])
    await end()
    await vi.advanceTimersByTimeAsync(300_000)
    expect(ticks).toHaveLength(5)
    expect(getTasks().size).toBe(before)
  })

  it('goes on when the clock is put back by an hour', async () => {
    let ticks = 0
    const end = everyMinute(() => ticks++)
    await vi.advanceTimersByTimeAsync(61_000)
    vi.setSystemTime(NOON - 3_600_000)
    ticks = 0
    await vi.advanceTimersByTimeAsync(180_000)
    expect(ticks).toBeGreaterThanOrEqual(3)
    await end()
  })
})
