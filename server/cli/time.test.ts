// Local times, on both sides of a change of the clocks, and times that no calendar has.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseTime } from '../lib/clock.ts'

describe('localTime', () => {
  const before = process.env.TZ
  beforeEach(() => vi.resetModules())
  afterEach(() => {
    if (before === undefined) delete process.env.TZ
    else process.env.TZ = before
  })
  const show = async (zone: string, ms: number): Promise<string> => {
    process.env.TZ = zone
    const { localTime } = await import('./time.ts')
    return localTime(ms)
  }

  it.each([
    ['UTC', '2026-05-04T03:02:01Z', '2026-05-04 03:02:01 +00:00'],
    ['Europe/Berlin', '2026-03-29T00:59:59Z', '2026-03-29 01:59:59 +01:00'],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-29 03:00:00 +02:00'],
    ['Asia/Kathmandu', '2026-05-04T20:00:00Z', '2026-05-05 01:45:00 +05:45'],
    ['America/St_Johns', '2026-01-01T00:00:00Z', '2025-12-31 20:30:00 -03:30'],
    ['UTC', '1969-12-31T23:59:59.500Z', '1969-12-31 23:59:59 +00:00'],
  ])('%s %s', async (zone, iso, text) => expect(await show(zone, parseTime(iso))).toBe(text))

  it.each([1e20, -1e20, 8.64e15])('%d ms is shown as seconds', async (ms) => {
    expect(await show('UTC', ms)).toBe(`@${ms / 1000}`)
  })
})
