// Times of a schedule are the same in the server's answer and in its take-over by the browser.
import { createElement as h } from 'react'
import { expect, test } from 'vitest'
import { AT, before, onBoth } from '../../data/testing.ts'
import { RunStrip } from './run-strip.tsx'
import { Slots } from './slots.tsx'

test('the next runs of a schedule, and its last ones', () => {
  expect(onBoth(h(Slots, { slots: [new Date(AT + 3_600_000).toISOString()], zone: 'UTC' }))).toContain('in 1 h')
  const run = { id: 'r', state: 'succeeded', finishedAt: before(9), queuedAt: before(20) }
  expect(onBoth(h(RunStrip, { runs: [run as never] }))).toContain('9 s ago')
})
