// Typed paths: what is wrong with them before the server is asked, and which of its answers keep one out.
import { expect, test } from 'vitest'
import { mistakeIn, refusalOf, slashless } from './path-words.ts'

test('slashes at the end are no part of a path, but the one of the top is', () => {
  expect(['/a/', '/a//', '/', '//', '/a'].map(slashless)).toEqual(['/a', '/a', '/', '/', '/a'])
})

test('what can be no path, or is chosen, is told at once', () => {
  expect(['/a', '/a/..b'].map((path) => mistakeIn(path, ['/b']))).toEqual([undefined, undefined])
  for (const path of ['a', '', '/a/../b', '/a/.', '/b']) expect(mistakeIn(path, ['/b'])).toEqual(expect.any(String))
})

test.each([
  ['not_found', { message: 'why', mayCome: true }],
  ['denied', { message: 'why', mayCome: true }],
  ['refused', { message: 'why', mayCome: false }],
  ['usage', { message: 'why', mayCome: false }],
  ['rate_limited', undefined],
  ['unavailable', undefined],
  ['internal', undefined],
])('%s from the server', (code, refusal) => {
  expect(refusalOf({ code, message: 'why' })).toEqual(refusal)
})

test('no answer refuses nothing', () => {
  expect(refusalOf(undefined)).toBeUndefined()
})
