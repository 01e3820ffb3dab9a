// For tests of what says times: renders it as the server does, and as a browser does that takes the answer over.
import { createElement, type ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { afterEach, expect, vi } from 'vitest'
import { ClockProvider } from './clock.tsx'

/** When the server answers: the evening of a day with 23 hours, in the viewer's zone. */
export const AT = Date.parse('2026-03-29T21:30:00Z')
export const before = (seconds: number): string => new Date(AT - seconds * 1000).toISOString()

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
  return renderToString(createElement(ClockProvider, { at: AT, zone: 'Europe/Berlin', children: content }))
}

/** Expects the same of both, with another clock and in another zone. @returns the HTML */
export function onBoth(content: ReactNode): string {
  vi.useFakeTimers({ toFake: ['Date'] })
  const server = rendered(content, AT + 40, 'UTC')
  expect(rendered(content, AT + 90_000, 'Pacific/Auckland')).toBe(server)
  return server
}
