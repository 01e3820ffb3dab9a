// What the browser makes of an answer before it goes on by itself is what the server made: with another clock, in another zone.
import { createElement as h, type ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, expect, test, vi } from 'vitest'
import { RunStrip } from '../features/schedules/run-strip.tsx'
import { Slots } from '../features/schedules/slots.tsx'
import { Timeline } from '../patterns/sources.tsx'
import { When } from '../patterns/when.tsx'
import { ClockProvider } from './clock.tsx'

const AT = Date.parse('2026-03-29T21:30:00Z')
const before = (seconds: number): string => new Date(AT - seconds * 1000).toISOString()
const known = process.env.TZ

afterEach(() => {
  vi.useRealTimers()
  if (known === undefined) delete process.env.TZ
  else process.env.TZ = known
})

/** Renders as a machine does whose clock and zone are these. A take-over uses what rendering on the server uses. */
function rendered(content: ReactNode, clock: number, zone: string): string {
  process.env.TZ = zone
  vi.setSystemTime(clock)
  // biome-ignore lint/correctness/noChildrenProp: no JSX in a test
  return renderToString(h(ClockProvider, { at: AT, zone: 'Europe/Berlin', children: content }))
}

function onBoth(content: ReactNode): string {
  vi.useFakeTimers({ toFake: ['Date'] })
  const server = rendered(content, AT + 40, 'UTC')
  expect(rendered(content, AT + 90_000, 'Pacific/Auckland')).toBe(server)
  return server
}

test('ages and times', () => {
  for (const [seconds, age] of [
    [7, '7 s ago'],
    [59, '59 s ago'],
    [7200, '2 h ago'],
    // Fetched for the answer, a moment after it was begun.
    [-0.03, 'just now'],
  ] as const)
    expect(onBoth(h(When, { at: before(seconds) }))).toContain(`>${age}<`)
  // The evening of a day with 23 hours in the viewer's zone, which neither the server's zone nor the other says.
  expect(onBoth(h(When, { at: AT, show: 'both' }))).toContain('>29 Mar, 23:30 (just now)<')
  expect(onBoth(h(When, { at: AT, show: 'time', zone: 'Asia/Tokyo' }))).toContain('>30 Mar, 06:30<')
})

test('days of snapshots', () => {
  const snapshots = [60, 86_400, 2 * 86_400].map((seconds, at) => ({ id: `s${at}`, time: before(seconds) }))
  const html = onBoth(h(Timeline, { snapshots: snapshots as never, current: 's1', onChoose: () => undefined }))
  for (const word of ['Today', 'Yesterday', '2 days ago', '23:29', '22:30']) expect(html).toContain(`>${word}<`)
})

test('the next runs of a schedule, and its last ones', () => {
  expect(onBoth(h(Slots, { slots: [new Date(AT + 3_600_000).toISOString()], zone: 'UTC' }))).toContain('in 1 h')
  const run = { id: 'r', state: 'succeeded', finishedAt: before(9), queuedAt: before(20) }
  expect(onBoth(h(RunStrip, { runs: [run as never] }))).toContain('9 s ago')
})
