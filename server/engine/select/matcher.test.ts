import { describe, expect, it } from 'vitest'
import { hasCode } from '../../contract/errors.ts'
import { toByteString } from './chars.ts'
import { compilePatterns } from './matcher.ts'

/** The verdict of some patterns on a path in UTF-8; one that ends with "/" is a directory. */
function verdict(patterns: string | string[], path: string): string | undefined {
  const isDirectory = path.endsWith('/')
  return compilePatterns([patterns].flat()).match(toByteString(isDirectory ? path.slice(0, -1) : path), isDirectory)
}

const excludes = (patterns: string | string[], path: string): boolean => verdict(patterns, path) === 'exclude'

describe('a pattern', () => {
  it.each([
    ['core', 'core', true],
    ['core', 'a/b/core', true],
    ['core', 'core/', true],
    ['core', 'cores', false],
    ['/core', 'core', true],
    ['/core', 'a/core', false],
    ['a/core', 'a/core', true],
    ['a/core', 'b/a/core', false],
    ['build/', 'build/', true],
    ['build/', 'a/build/', true],
    ['build/', 'build', false],
    ['a/build/', 'a/build/', true],
    ['a/build/', 'a/build', false],
    ['*.o', 'a/x.o', true],
    ['*.o', '.o', true],
    ['*.o', 'x.oo', false],
    ['*.tar.gz', 'x.tar.gz', true],
    ['*.tar.gz', 'x.gz', false],
    ['*~', 'notes~', true],
    ['*.cache/', 'x.cache/', true],
    ['*.cache/', 'x.cache', false],
    ['/*.o', 'x.o', true],
    ['/*.o', 'a/x.o', false],
    ['a/*', 'a/b', true],
    ['a/*', 'a/b/c', false],
    ['a/*/c', 'a/b/c', true],
    ['a/*/c', 'a/c', false],
    ['**/foo', 'foo', true],
    ['**/foo', 'a/b/foo', true],
    ['**/a/b', 'a/b', true],
    ['**/a/b', 'x/y/a/b', true],
    ['**/a/b', 'x/a/y/b', false],
    ['a/**', 'a/', false],
    ['a/**', 'a/b', true],
    ['a/**', 'a/b/c', true],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['a/**/b', 'a/xb', false],
    ['a/**/b/**/c', 'a/b/x/b/x/c', true],
    ['a/**b', 'a/xb', true],
    ['a/**b', 'a/x/b', false],
    ['**', 'a/b', true],
    ['/**', 'a/b', true],
    ['**/', 'a/', true],
    ['**/', 'a', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['a?c', 'aäc', true],
    ['a?c', 'a€c', true],
    ['a?c', 'a😀c', true],
    ['a?c', 'aäöc', false],
    ['[abc]x', 'bx', true],
    ['[a-c]x', 'dx', false],
    ['[!a-c]x', 'dx', true],
    ['[^a-c]x', 'ax', false],
    ['[]x]', ']', true],
    ['[!]]', ']', false],
    ['[a-]', '-', true],
    ['[\\]]', ']', true],
    ['[ä-ü]x', 'öx', true],
    ['[!ä]x', 'äx', false],
    ['*[!ä]', 'xä', false],
    ['[[:alpha:]]', 'q', true],
    ['[[:alpha:]]', '1', false],
    ['[[:digit:][:space:]x]', '7', true],
    ['[![:upper:]]', 'A', false],
    ['[[:punct:]]', '~', true],
    ['\\#x', '#x', true],
    ['\\!x', '!x', true],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['x ', 'x', true],
    ['x\\ ', 'x ', true],
    ['x\\\\ ', 'x\\', true],
    ['x y', 'x y', true],
    ['ä*', 'äb', true],
    ['*.ä', 'b.ä', true],
    ['{a,b}', 'a', false],
    ['toString', 'toString', true],
    ['__proto__', '__proto__', true],
    ['x', '__proto__', false],
  ])('%s on %s: %s', (pattern, path, expected) => {
    expect(excludes(pattern, path)).toBe(expected)
  })

  it.each(['', '   ', '# note', '#'])('"%s" selects nothing', (line) => {
    expect(verdict(line, '#')).toBeUndefined()
    expect(verdict(line, ' ')).toBeUndefined()
  })
})

describe('invalid UTF-8 in names', () => {
  const match = (pattern: string, name: string) => compilePatterns([pattern]).match(name, false) === 'exclude'

  it('is one character a byte', () => {
    expect(match('a?c', 'a\xffc')).toBe(true)
    expect(match('a?c', 'a\xc3c')).toBe(true)
    expect(match('a??c', 'a\xc0\xafc')).toBe(true)
    expect(match('a???c', 'a\xed\xa0\x80c')).toBe(true)
    expect(match('a?c', 'a\xed\xa0\x80c')).toBe(false)
    expect(match('a????c', 'a\xf4\x90\x80\x80c')).toBe(true)
  })

  it('is in no set, and in every negated set', () => {
    expect(match('[a-\u{10ffff}]', '\xff')).toBe(false)
    expect(match('[!a]', '\xff')).toBe(true)
  })

  it('is not the character of the same number', () => {
    expect(match('ÿ', '\xff')).toBe(false)
    expect(match('[ÿ]', '\xff')).toBe(false)
    expect(match('ÿ', '\xc3\xbf')).toBe(true)
  })
})

describe('several patterns', () => {
  it('lets the last one win, of whatever kind', () => {
    expect(verdict(['*.log', '!keep.log'], 'a/keep.log')).toBe('include')
    expect(verdict(['!keep.log', '*.log'], 'a/keep.log')).toBe('exclude')
    expect(verdict(['keep.log', '!*.log', 'a/keep.log'], 'a/keep.log')).toBe('exclude')
    expect(verdict(['a/keep.log', '!k*g', '# note', ''], 'a/keep.log')).toBe('include')
    expect(verdict(['!k*g', 'x', 'a/**'], 'a/keep.log')).toBe('exclude')
    expect(verdict(['*.a.b', '!*.b'], 'x.a.b')).toBe('include')
    expect(verdict(['!*.b', '*.a.b'], 'x.a.b')).toBe('exclude')
  })

  it('tells directories from files for the same name', () => {
    const patterns = ['tmp', '!tmp/', 'tmp']
    expect(verdict(patterns, 'tmp/')).toBe('exclude')
    expect(verdict(patterns.slice(0, 2), 'tmp/')).toBe('include')
    expect(verdict(patterns.slice(0, 2), 'tmp')).toBe('exclude')
    expect(verdict(['!tmp/', 'tmp'], 'tmp/')).toBe('exclude')
  })

  it('says nothing about other paths', () => {
    expect(verdict(['*.log', '!keep'], 'a/b')).toBeUndefined()
    expect(verdict([], 'a/b')).toBeUndefined()
  })
})

it('takes time linear in the name for patterns that make others backtrack', () => {
  const steps = 'a*'.repeat(200)
  expect(excludes(`${steps}b`, 'a'.repeat(100_000))).toBe(false)
  expect(excludes(`${steps}b`, `${'a'.repeat(100_000)}b`)).toBe(true)
  const dirs = 'a/**/'.repeat(100)
  expect(excludes(`${dirs}b`, `${'a/'.repeat(10_000)}c`)).toBe(false)
  expect(excludes(`${dirs}b`, `${'a/'.repeat(10_000)}b`)).toBe(true)
})

describe('a bad pattern', () => {
  it.each([
    ['a[b', /"a\[b" has a "\[" without its "\]", at character 2/],
    ['[', /without its "\]", at character 1/],
    ['[]', /without its "\]", at character 1/],
    ['äx[a-', /without its "\]"/],
    ['a[b/c]', /without its "\]", at character 2/],
    ['ä😀[z-a]', /range that ends before it begins, at character 4/],
    ['[[:alpa:]]', /unknown character class \(there are alnum, .*\), at character 2/],
    ['[[:toString:]]', /unknown character class/],
    ['x\\', /backslash with nothing after it, at character 2/],
    ['x\\/y', /backslash with nothing after it, at character 2/],
    ['/', /name is missing, at character 1/],
    ['!', /name is missing, at character 2/],
    ['a//b', /name is missing, at character 3/],
    ['a//', /name is missing, at character 3/],
    ['./a', /no path has the name ".", at character 1/],
    ['a/../b', /no path has the name "..", at character 3/],
    ['a\0b', /zero byte, at character 2/],
  ])('%s is refused with its place', (pattern, message) => {
    expect(() => compilePatterns(['ok', pattern])).toThrow(message)
    expect(() => compilePatterns([pattern])).toThrow(expect.toSatisfy((error) => hasCode(error, 'usage')))
  })
})
