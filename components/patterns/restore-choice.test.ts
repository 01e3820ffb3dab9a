// The wizard's choice goes through its address and comes back; a change makes the dry run void, and no typing changes the kind of place.
import { expect, test } from 'vitest'
import {
  type Asked,
  type Choice,
  changed,
  choiceFrom,
  isNowhere,
  mayReplace,
  mistakeInTarget,
  queryOfChoice,
  sameAgainHref,
  targetOf,
} from './restore-choice.ts'

const choice: Choice = {
  snapshot: 's-1',
  place: { path: '/home/a b&c' },
  include: ['/home/a b&c/x\ny', '/home/a b&c/?.txt'],
  where: 'other',
  target: '/restores/here',
  overwrite: 'always',
  verify: false,
  plan: 'p-1',
}
const nothing: Choice = {
  snapshot: '',
  place: { path: '' },
  include: [],
  where: 'other',
  target: undefined,
  overwrite: 'never',
  verify: true,
  plan: '',
}
const SUGGESTED = '/restores/2026-01-01'

test.each([
  choice,
  { ...choice, place: { path: '/\ufffd', bytes: 'L/8=' }, include: [], plan: '' },
  nothing,
  { ...choice, where: 'original' } as const,
  { ...choice, where: 'original', overwrite: 'never' } as const,
  { ...choice, where: 'original', overwrite: 'if-changed' } as const,
  { ...choice, target: '' },
  { ...choice, target: 'no path' },
])('it is the same after a reload', (each) => {
  expect(choiceFrom(new URLSearchParams(queryOfChoice(each)))).toEqual(each)
})

test('nothing in the address is the safe choice', () => {
  expect(choiceFrom(new URLSearchParams('overwrite=everything&include=&where=there'))).toEqual(nothing)
  expect(queryOfChoice(choiceFrom(new URLSearchParams()))).toBe('')
})

test('a change makes the dry run void', () => {
  expect(changed(choice, { target: '/other' })).toEqual({ ...choice, target: '/other', plan: '' })
  expect(changed(choice, { plan: 'p-2' }).plan).toBe('p-2')
})

test('a target typed key by key is another place at each key, and counts once it names a folder', () => {
  const typed = ['', '/', '//', '/s', '/sr', '/srv', '/srv/', '/srv/..', '/srv/back']
  const after = typed.map((target) => choiceFrom(new URLSearchParams(queryOfChoice(changed(choice, { target })))))
  expect(after.map(({ where }) => where)).toEqual(typed.map(() => 'other'))
  expect(after.map((each) => targetOf(each, SUGGESTED))).toEqual(typed)
  expect(after.filter(isNowhere).map(({ target }) => target)).toEqual(['', '/', '//', '/srv/..'])
})

test('targets that make no sense are told before the server is asked', () => {
  expect(['/a', '/a/..b'].map(mistakeInTarget)).toEqual([undefined, undefined])
  for (const target of ['a', '', '/', '///', '/a/../b', '/a/.', `/${'x'.repeat(5000)}`])
    expect(mistakeInTarget(target)).toEqual(expect.any(String))
})

test('where it came from needs no target, and keeps the one that was typed', () => {
  const original = changed({ ...choice, target: 'wrong' }, { where: 'original' })
  expect(isNowhere(original)).toBe(false)
  expect(targetOf(original, SUGGESTED)).toBe('/')
  expect(changed(original, { where: 'other' })).toMatchObject({ target: 'wrong' })
})

test.each(['never', 'if-changed', 'always'] as const)('%s, once chosen, stays wherever it goes', (overwrite) => {
  const original = changed({ ...choice, overwrite }, { where: 'original' })
  expect(original.overwrite).toBe(overwrite)
  expect(changed(original, { where: 'other' }).overwrite).toBe(overwrite)
  expect(mayReplace(original, SUGGESTED)).toBe(overwrite !== 'never')
})

test('back to where it came from leaves what is there, and need not be confirmed, unless somebody chose otherwise', () => {
  const original = choiceFrom(new URLSearchParams('where=original'))
  expect(original.overwrite).toBe('never')
  expect(mayReplace(original, SUGGESTED)).toBe(false)
})

test('only what is there already can be replaced', () => {
  expect(mayReplace(nothing, SUGGESTED)).toBe(false)
  expect(mayReplace({ ...nothing, overwrite: 'always' }, SUGGESTED)).toBe(false)
  expect(mayReplace({ ...nothing, target: '/srv' }, SUGGESTED)).toBe(false)
  expect(mayReplace({ ...nothing, target: '/srv', overwrite: 'if-changed' }, SUGGESTED)).toBe(true)
  expect(mayReplace({ ...nothing, where: 'original', overwrite: 'if-changed' }, SUGGESTED)).toBe(true)
})

test('a restore that there was leads to the wizard with all that it was', () => {
  const asked: Asked = {
    path: '/a',
    include: ['/a/*'],
    target: '/srv/a b',
    overwrite: 'if-changed',
    verify: true,
  }
  const again = (each: Asked, plan?: string) =>
    choiceFrom(new URL(sameAgainHref('s-1', each, plan), 'http://console').searchParams)
  const same = { snapshot: 's-1', place: { path: '/a' }, include: ['/a/*'], overwrite: 'if-changed', verify: true }
  expect(again(asked, 'p-1')).toEqual({ ...same, where: 'other', target: '/srv/a b', plan: 'p-1' })
  expect(again({ ...asked, target: '//' })).toEqual({ ...same, where: 'original', target: undefined, plan: '' })
})
