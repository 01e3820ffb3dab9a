import { describe, expect, it } from 'vitest'
import { compileInclude } from './include.ts'

/** The answer on a path; one that ends with "/" is a directory. */
function wants(lines: string[], path: string): string {
  const isDirectory = path.endsWith('/')
  return compileInclude(lines).wants(isDirectory ? path.slice(0, -1) : path, isDirectory)
}

describe('what a restore wants', () => {
  it.each([
    [['/etc/nginx'], 'etc/', 'maybe below'],
    [['/etc/nginx'], 'etc/nginx/', 'yes'],
    [['/etc/nginx'], 'etc/nginx/sites/a.conf', 'yes'],
    [['/etc/nginx'], 'etc/passwd', 'no'],
    [['/etc/nginx'], 'home/', 'no'],
    [['/etc/nginx'], 'etc/ssh/', 'no'],
    [['/etc/nginx'], 'a/etc/', 'no'],
    [['/etc/*/conf.d'], 'etc/x/', 'maybe below'],
    [['/etc/*/conf.d'], 'etc/x/y/', 'no'],
    [['/etc/**/conf.d'], 'etc/x/y/', 'maybe below'],
    [['/etc/**'], 'etc/', 'maybe below'],
    [['/etc/**'], 'etc/x/', 'yes'],
    [['*.conf'], 'any/where/', 'maybe below'],
    [['*.conf'], 'any/where/a.conf', 'yes'],
    [['*.conf'], 'any/where/a.txt', 'no'],
    [['docs/'], 'docs', 'no'],
    [['docs/'], 'x/docs/', 'yes'],
    [['docs/'], 'x/docs/a/b', 'yes'],
    [['docs', '!*.tmp'], 'docs/a/b.tmp', 'no'],
    [['docs', '!*.tmp'], 'docs/a/b', 'yes'],
    [['/docs', '!/docs/old'], 'docs/old/', 'no'],
    [['/docs', '!/docs/old'], 'docs/old/a', 'no'],
    [['/docs', '!/docs/old', '/docs/old/keep'], 'docs/old/', 'maybe below'],
    [['/docs', '!/docs/old', '/docs/old/keep'], 'docs/old/keep/a', 'yes'],
    [['/docs', '!/docs/old', '/docs/old/keep'], 'docs/old/other', 'no'],
    [[], 'any', 'yes'],
    [['# nothing'], 'any', 'yes'],
    [['!*.tmp'], 'any', 'yes'],
    [['!*.tmp'], 'a/x.tmp', 'no'],
  ])('%j and %s: %s', (lines, path, expected) => {
    expect(wants(lines, path)).toBe(expected)
  })

  it('answers the same in any order of asking', () => {
    const include = compileInclude(['/a', '!/a/b', '/a/b/c', 'x'])
    const paths = ['a', 'a/b', 'a/b/c', 'a/b/c/d', 'a/e', 'f', 'f/x', 'f/x/y', 'f/z']
    const expected = ['yes', 'maybe below', 'yes', 'yes', 'yes', 'maybe below', 'yes', 'yes', 'maybe below']
    const orders = [paths, paths.toReversed(), paths.flatMap((path) => [path, 'a/b', path])]
    for (const order of orders) {
      for (const path of order) expect(include.wants(path, true), path).toBe(expected[paths.indexOf(path)])
    }
  })

  it('refuses a bad pattern', () => {
    expect(() => compileInclude(['[a'])).toThrow(/"\[a" has a "\["/)
  })
})
