// Names from outside are cleaned, for whoever bears them cannot change them here.
import { expect, test } from 'vitest'
import { cleanedName, firstUnseen } from './person-names.ts'

test.each([
  ['Ada\u202Ecod.exe', 'Adacod.exe'],
  [' A\u200Bd\uFEFFa\u00AD ', 'Ada'],
  ['Ada\r\n\tGrace\u2028Hopper', 'Ada Grace Hopper'],
  ['A\u{E0041}d\uD800a\u0000', 'Ada'],
  ['Zoe\u0308 Ångström', 'Zoë Ångström'],
  ['نامه\u200Cها', 'نامه\u200Cها'],
  ['\u200B\u202E', ''],
  ['\u200C \u200D', ''],
  ['x'.repeat(500), 'x'.repeat(200)],
  [`${'x'.repeat(199)}🦊`, 'x'.repeat(199)],
])('%j becomes %j', (from, to) => {
  expect(cleanedName(from)).toBe(to)
  expect(firstUnseen(to)).toBeUndefined()
  expect(cleanedName(to)).toBe(to)
})
