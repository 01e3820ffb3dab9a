// What events are about, in words.
import { expect, test } from 'vitest'
import { targetText } from './words.tsx'

test('a restore is told by where it goes, and to its origin it goes to no folder', () => {
  expect(targetText({ kind: 'restore', id: 'r1', name: '/srv/back' })).toBe('Restore /srv/back')
  expect(targetText({ kind: 'restore', id: 'r1', name: '/' })).toBe('Restore to where it came from')
  expect(targetText({ kind: 'schedule', id: 's1', name: '/' })).toBe('Schedule /')
})
