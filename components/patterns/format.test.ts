// Words for instants: in the zone that is asked for, and with formats that are kept for few zones only.
import { expect, test } from 'vitest'
import { exact, short } from './format.ts'

const at = Date.UTC(2026, 10, 24, 13, 3, 22)

test('an instant is said in the zone that is given with it', () => {
  expect(exact(at, 'UTC')).toMatch(/^Tue, 24 Nov 2026, 13:03:22 UTC$/)
  expect(exact(at, 'Europe/Berlin')).toMatch(/14:03:22/)
  expect([short(at, at, 'UTC'), short(at, at + 400 * 86_400_000, 'UTC')]).toEqual([
    '24 Nov, 13:03',
    '24 Nov 2026, 13:03',
  ])
})

test('however many spellings of a zone browsers have, times stay right', () => {
  const spellings = Array.from({ length: 200 }, (_, at) =>
    [...'europe/berlin'].map((letter, bit) => ((at >> bit) & 1 ? letter.toUpperCase() : letter)).join(''),
  )
  expect(new Set(spellings.map((zone) => short(at, at, zone)))).toEqual(new Set(['24 Nov, 14:03']))
})
