import { expect, test } from 'vitest'
import { spread } from './stats.ts'

test('the median of an odd number of values is the middle one, of an even number the mean of the middle two', () => {
  expect(spread([9, 1, 4])).toEqual({ median: 4, min: 1, max: 9, count: 3 })
  expect(spread([10, 1, 3, 5])).toEqual({ median: 4, min: 1, max: 10, count: 4 })
  expect(spread([7])).toEqual({ median: 7, min: 7, max: 7, count: 1 })
})

test('no values have no median', () => {
  expect(spread([])).toBeUndefined()
})
