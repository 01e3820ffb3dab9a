// A name that the server would refuse is told at its field, in words that say what to do.
import { expect, test } from 'vitest'
import { namePattern } from '#server/contract/config/fields.ts'
import { mistakeInName } from './name-words.ts'

test('what is wrong with a name is said as it is', () => {
  expect(mistakeInName('Büro-nachts')).toBeUndefined()
  expect(mistakeInName('')).toBe('Give it a name')
  expect(mistakeInName('Büro nachts')).toBe(
    'A name has no spaces, only letters, digits, ".", "_" and "-", as in "office-nights"',
  )
  expect(mistakeInName('-x')).toBe('A name begins with a letter or a digit')
  expect(mistakeInName('a/b')).toBe('A name has only letters, digits, ".", "_" and "-"')
  expect(mistakeInName('a'.repeat(101))).toBe('A name has up to 100 characters')
})

test('a name is wrong here exactly when the server refuses it', () => {
  for (const name of [
    'a',
    '1',
    'ä',
    '名',
    'a.b_c-d',
    'A'.repeat(100),
    '',
    ' ',
    'a b',
    '.a',
    '_',
    '-',
    'a/b',
    'a\nb',
    '💾',
  ])
    expect(mistakeInName(name) === undefined, name).toBe(namePattern.test(name))
})
