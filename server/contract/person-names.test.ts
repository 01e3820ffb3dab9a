// Names from outside are cleaned, for whoever bears them cannot change them here.
import { expect, test } from 'vitest'
import { cleanedName, firstUnseen, foldedName } from './person-names.ts'

test.each([
  ['Ada\u202Ecod.exe', 'Adacod.exe'],
  [' A\u200Bd\uFEFFa\u00AD ', 'Ada'],
  ['Ada\r\n\tGrace\u2028Hopper', 'Ada Grace Hopper'],
  ['A\u{E0041}d\uD800a\u0000', 'Ada'],
  ['Zoe\u0308 Ångström', 'Zoë Ångström'],
  ['Zoe\u034F\u0308', 'Zoë'],
  ['Ada\uFE0F', 'Ada'],
  ['Ada\u{E0101}', 'Ada'],
  ['A\u034Fda', 'Ada'],
  ['Ada\u00A0\u3000 Lovelace\u2003', 'Ada Lovelace'],
  ['Ada \u200B Lovelace', 'Ada Lovelace'],
  ['\u200B\u202E', ''],
  ['\u3164', ''],
  ['\u115F\u1160\uFFA0', ''],
  ['\u2800 \u2800', ''],
  ['\u{16FE4}\u{1D159}\u{13441}\u{13442}\uFFFC', ''],
  ['x'.repeat(500), 'x'.repeat(200)],
  [`${'x'.repeat(199)}🦊`, 'x'.repeat(199)],
  [`${'x'.repeat(199)} y`, 'x'.repeat(199)],
])('%j becomes %j', (from, to) => {
  expect(cleanedName(from)).toBe(to)
  expect(firstUnseen(to)).toBeUndefined()
  expect(cleanedName(to)).toBe(to)
})

test.each([
  ['of Persian', 'نامه\u200Cها'],
  ['of Hindi', 'क्\u200Dष क्\u200Cष'],
  ['of Sinhala', 'ශ්\u200Dරී'],
  ['of Bengali', 'র\u200D\u09CDয'],
  ['of Malayalam, at the end of a word', 'ജോണ്\u200D'],
])('a joiner %s is seen, and stays', (_, name) => {
  expect(cleanedName(name)).toBe(name)
  expect(firstUnseen(name)).toBeUndefined()
})

test.each([
  ['A\u200Dda', 'Ada'],
  ['A\u200Cda', 'Ada'],
  ['\u200C \u200D', ''],
  ['\u200Cنامه\u200C', 'نامه'],
  ['نامه\u200C\u200Cها', 'نامهها'],
  ['نا\u200Dمه', 'نامه'],
  ['क\u200Dल', 'कल'],
  ['🦊\u200D🦊', '🦊🦊'],
])('a joiner that does nothing goes: %j', (from, to) => {
  expect(firstUnseen(from)).toMatch(/^[\u200C\u200D]$/)
  expect(cleanedName(from)).toBe(to)
})

test('a name that is made to take long does not', () => {
  const marks = `ا${'\u064B'.repeat(200_000)}`
  const started = performance.now()
  expect(cleanedName(marks)).toHaveLength(200)
  expect(cleanedName('ا\u064B\u200C'.repeat(100_000))).toHaveLength(200)
  expect(performance.now() - started).toBeLessThan(2000)
})

test('every space is a plain one', () => {
  expect(foldedName(' Ada\u00A0\u202F Love\u3000lace ')).toBe('Ada Love lace')
  expect(firstUnseen('a\u00A0b')).toBe('\u00A0')
  expect(firstUnseen('a b')).toBeUndefined()
})
