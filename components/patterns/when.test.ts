// What the browser makes of the times of an answer before it goes on by itself is what the server made.
import { createElement as h } from 'react'
import { expect, test } from 'vitest'
import { AT, before, onBoth } from '../data/testing.ts'
import { Timeline } from './sources.tsx'
import { When } from './when.tsx'

test('ages and times', () => {
  for (const [seconds, age] of [
    [7, '7 s ago'],
    [59, '59 s ago'],
    [7200, '2 h ago'],
    // Fetched for the answer, a moment after it was begun.
    [-0.03, 'just now'],
  ] as const)
    expect(onBoth(h(When, { at: before(seconds) }))).toContain(`>${age}<`)
  expect(onBoth(h(When, { at: AT, show: 'both' }))).toContain('>29 Mar, 23:30 (just now)<')
  expect(onBoth(h(When, { at: AT, show: 'time', zone: 'Asia/Tokyo' }))).toContain('>30 Mar, 06:30<')
})

test('days of snapshots', () => {
  const snapshots = [60, 86_400, 2 * 86_400].map((seconds, at) => ({ id: `s${at}`, time: before(seconds) }))
  const html = onBoth(h(Timeline, { snapshots: snapshots as never, current: 's1', onChoose: () => undefined }))
  for (const word of ['Today', 'Yesterday', '2 days ago', '23:29', '22:30']) expect(html).toContain(`>${word}<`)
})
