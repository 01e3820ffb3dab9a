// What a list says of its end.
import { expect, test } from 'vitest'
import { moreOf } from './pages.ts'

const retry = (): void => undefined
const state = { hasNextPage: true, isFetchingNextPage: false, isFetchNextPageError: false }

test('a list of which a page failed does not look complete', () => {
  expect(moreOf(state, retry)).toBe('coming')
  expect(moreOf({ ...state, isFetchNextPageError: true }, retry)).toEqual({ retry })
  expect(moreOf({ ...state, isFetchNextPageError: true, isFetchingNextPage: true }, retry)).toBe('coming')
  expect(moreOf({ ...state, hasNextPage: false }, retry)).toBe(false)
})
