// The wizard's choice goes through its address and comes back; a change makes the dry run void.
import { expect, test } from 'vitest'
import { type Choice, changed, choiceFrom, isOriginal, mistakeInTarget, queryOfChoice } from './choice.ts'

const choice: Choice = {
  snapshot: 's-1',
  place: { path: '/home/a b&c' },
  include: ['/home/a b&c/x\ny', '/home/a b&c/?.txt'],
  target: '/restores/here',
  overwrite: 'never',
  verify: false,
  plan: 'p-1',
}

test.each([
  choice,
  { ...choice, place: { path: '/\ufffd', bytes: 'L/8=' }, include: [], plan: '' },
  { ...choice, snapshot: '', place: { path: '' }, target: '', overwrite: 'if-changed', verify: true } as const,
])('it is the same after a reload', (each) => {
  expect(choiceFrom(new URLSearchParams(queryOfChoice(each)))).toEqual(each)
})

test('nothing in the address is the safe choice', () => {
  expect(choiceFrom(new URLSearchParams('overwrite=everything&include='))).toEqual({
    snapshot: '',
    place: { path: '' },
    include: [],
    target: '',
    overwrite: 'if-changed',
    verify: true,
    plan: '',
  })
  expect(queryOfChoice(choiceFrom(new URLSearchParams()))).toBe('')
})

test('a change makes the dry run void', () => {
  expect(changed(choice, { target: '/other' })).toEqual({ ...choice, target: '/other', plan: '' })
  expect(changed(choice, { plan: 'p-2' }).plan).toBe('p-2')
})

test('where it all came from is the top of the machine, however it is written', () => {
  expect([isOriginal({ target: '/' }), isOriginal({ target: '//' })]).toEqual([true, true])
  expect([isOriginal({ target: '/a' }), isOriginal({ target: '' })]).toEqual([false, false])
})

test('targets that make no sense are told before the server is asked', () => {
  expect(['/a', '/a/..b', '/'].map(mistakeInTarget)).toEqual([undefined, undefined, undefined])
  for (const target of ['a', '', '/a/../b', '/a/.', `/${'x'.repeat(5000)}`])
    expect(mistakeInTarget(target)).toEqual(expect.any(String))
})
