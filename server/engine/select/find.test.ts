import { describe, expect, it } from 'vitest'
import { toByteString } from './chars.ts'
import { globToMatcher } from './find.ts'

/** Whether a search finds a path; one that ends with "/" is a directory. */
function finds(pattern: string, path: string, ignoreCase = false): boolean {
  const isDirectory = path.endsWith('/')
  return globToMatcher(pattern, { ignoreCase })(toByteString(isDirectory ? path.slice(0, -1) : path), isDirectory)
}

describe('a search', () => {
  it.each([
    ['*.ts', 'a/b.ts', true],
    ['b', 'a/b', true],
    ['b', 'b/a', false],
    ['a/*.ts', 'a/b.ts', true],
    ['a/*.ts', 'x/a/b.ts', false],
    ['/b.ts', 'a/b.ts', false],
    ['**/a/*.ts', 'x/a/b.ts', true],
    ['b/', 'a/b/', true],
    ['b/', 'a/b', false],
    ['!b', '!b', true],
    ['#b', 'a/#b', true],
    ['b ', 'b ', true],
    ['b ', 'b', false],
    ['B', 'b', false],
  ])('for %s finds %s: %s', (pattern, path, expected) => {
    expect(finds(pattern, path)).toBe(expected)
  })

  it.each([
    ['readme*', 'a/README.md', true],
    ['README*', 'a/readme.md', true],
    ['Ä?', 'äÖ', true],
    ['[A-C]x', 'bX', true],
    ['[[:upper:]]', 'q', true],
    ['[[:upper:]]', 'Q', true],
    ['[![:upper:]]', 'Q', false],
    ['A/B', 'a/b', true],
    ['b', 'a', false],
  ])('for %s without regard to case finds %s: %s', (pattern, path, expected) => {
    expect(finds(pattern, path, true)).toBe(expected)
  })

  it('folds A to Z in names that are not UTF-8', () => {
    expect(globToMatcher('ab?', { ignoreCase: true })('AB\xc4', false)).toBe(true)
    expect(globToMatcher('ä*', { ignoreCase: true })('\xc3\x84\xff', false)).toBe(false)
  })
})
