// Names that people give and others see: in every script, and without what cannot be seen.
import { expect, test } from 'vitest'
import { checkedEmail, checkedName } from './mapping.ts'

test.each([
  ['Ada\u202Ecod.exe', 'U+202E'],
  ['Ada\u2066x', 'U+2066'],
  ['A\u200Bda', 'U+200B'],
  ['A\uFEFFda', 'U+FEFF'],
  ['A\u00ADda', 'U+00AD'],
  ['Ada\u2028Grace', 'U+2028'],
  ['Ada\u2029Grace', 'U+2029'],
  ['Ada\nGrace', 'U+000A'],
  ['A\u{E0041}da', 'U+E0041'],
  ['A\uD800da', 'U+D800'],
  ['\u3164', 'U+3164'],
  ['\u115F', 'U+115F'],
  ['\u1160', 'U+1160'],
  ['\uFFA0', 'U+FFA0'],
  ['\u2800', 'U+2800'],
  ['Ada\uFE0F', 'U+FE0F'],
  ['Ada\u{E0101}', 'U+E0101'],
  ['A\u034Fda', 'U+034F'],
  ['A\u200Dda', 'U+200D'],
])('%j is refused, and the character is named', (name, code) => {
  const message = `The name holds the character ${code}, which cannot be seen: leave it out`
  expect(() => checkedName(name)).toThrow(expect.objectContaining({ code: 'usage', message }))
})

test('names of all scripts are as they were given', () => {
  // The third and fourth need their joiners.
  for (const name of ['Ada Lovelace', 'Zoë Ångström', 'نامه\u200Cها', 'ක්\u200Dෂ', '李小龍', 'O’Neill-Smith 🦊'])
    expect(checkedName(` ${name} `)).toBe(name)
  expect(checkedName('Ada\u00A0 Lovelace\u3000')).toBe('Ada Lovelace')
  for (const name of ['', '  ', '\u00A0', 'x'.repeat(201)])
    expect(() => checkedName(name)).toThrow('1 to 200 characters')
})

test('an address hides nothing either', () => {
  expect(checkedEmail('Ada@Example.com')).toBe('ada@example.com')
  for (const character of ['\u202E', '\u3164', '\u200C', '\u2800']) {
    expect(() => checkedEmail(`ada${character}@example.com`)).toThrow('which cannot be seen')
  }
})
