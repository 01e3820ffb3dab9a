// The best fit stands first, and a group does not push the others away.
import { expect, test } from 'vitest'
import { ranked } from './palette-rank.ts'

const entry = (label: string, group = 'g', words = '') => ({ label, group, words })
const labels = (entries: ReturnType<typeof entry>[], text: string): string[] =>
  [...ranked(entries, text).values()].flat().map(({ label }) => label)

test('every word has to fit, in the name or in the other words', () => {
  const entries = [entry('Run nightly now'), entry('Open nightly'), entry('Settings', 'g', 'configuration')]
  expect(labels(entries, 'night run')).toEqual(['Run nightly now'])
  expect(labels(entries, 'CONFIG')).toEqual(['Settings'])
  expect(labels(entries, 'nothing')).toEqual([])
})

test('beginnings of the name come before what is within, and that before other words', () => {
  const entries = [entry('A', 'g', 'run'), entry('Overrun'), entry('My run'), entry('Run it')]
  expect(labels(entries, 'run')).toEqual(['Run it', 'My run', 'Overrun', 'A'])
})

test('of a large group the first eight are shown', () => {
  const many = Array.from({ length: 50 }, (_, at) => entry(`Schedule ${at}`))
  expect(labels([...many, entry('Schedules', 'pages')], 'sched')).toHaveLength(9)
})

test('the group with the best entry comes first, and groups keep their order otherwise', () => {
  const entries = [entry('Back up users now', 'Schedules'), entry('Dark', 'Do', 'users'), entry('Users', 'Pages')]
  expect([...ranked(entries, 'users').keys()]).toEqual(['Pages', 'Schedules', 'Do'])
  expect([...ranked(entries, '').keys()]).toEqual(['Schedules', 'Do', 'Pages'])
})

test('what always fits comes last', () => {
  const entries = [{ ...entry('Search files for “users”', 'Files'), last: true }, entry('Dark', 'Do', 'users')]
  expect([...ranked(entries, 'users').keys()]).toEqual(['Do', 'Files'])
  expect([...ranked(entries, 'files').keys()]).toEqual(['Files'])
})
