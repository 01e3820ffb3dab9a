// The grammar of the command line.
import { describe, expect, it } from 'vitest'
import { defineCommand, repositoryOptions } from './command.ts'
import { hasFlag, parse, splitCommand } from './parse.ts'

const command = defineCommand({
  name: 'backup',
  summary: 'for this test',
  usage: ['PATH...'],
  words: { min: 1, max: 2 },
  options: {
    ...repositoryOptions,
    exclude: { kind: 'list', value: 'P', help: '' },
    'dry-run': { kind: 'flag', help: '' },
  },
  run: async () => 0,
})
const read = (...args: string[]) => parse(command, args)

describe('parse', () => {
  it('takes options before, between and after words', () => {
    expect(read('--repo', 'r', 'a', '--dry-run', 'b', '-q')).toMatchObject({
      words: ['a', 'b'],
      values: { repo: 'r', 'dry-run': true, quiet: true, json: false, exclude: [] },
    })
  })

  it('takes values after "=", with any characters', () => {
    expect(read('--repo=', 'a', '--exclude=--x=y', '--exclude', 'z').values).toMatchObject({
      repo: '',
      exclude: ['--x=y', 'z'],
    })
  })

  it('ends options at "--"', () => {
    expect(read('--', '--repo', '-q')).toMatchObject({
      words: ['--repo', '-q'],
      values: { repo: undefined, quiet: false },
    })
  })

  it('takes bytes that are no text', () => expect(read('\xff\xfe').words).toEqual(['\xff\xfe']))

  it('asks for no words when only help is wanted', () => expect(read('-h')).toMatchObject({ help: true, words: [] }))

  const wrong: [string, string[], RegExp][] = [
    ['an unknown option', ['a', '--exlude', 'b'], /no option "--exlude"; the nearest is --exclude/],
    ['the beginning of one', ['a', '--dry'], /nearest is --dry-run/],
    ['one that is like none', ['a', '--zzzzzz'], /allowed are --repo, --password-file/],
    ['an unknown letter', ['a', '-z'], /no option "-z"/],
    ['a name of every object', ['a', '--constructor'], /no option "--constructor"/],
    ['a missing value', ['a', '--repo'], /--repo needs a value/],
    [
      'an option for a value',
      ['a', '--repo', '--json'],
      /--repo needs a value \(one that begins with a dash is written --repo=-\.\.\.\)/,
    ],
    ['a value for a flag', ['a', '--dry-run=yes'], /--dry-run takes no value/],
    ['a second value', ['a', '--repo', 'x', '--repo', 'y'], /--repo is given twice/],
    ['too few words', [], /needs more/],
    ['too many words', ['a', 'b', 'c\x1b'], /"c\\x1b" is too much/],
  ]
  it.each(wrong)('refuses %s', (_, args, message) => {
    expect(() => read(...args)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }),
    )
  })
})

describe('splitCommand', () => {
  it.each([
    [['backup', '--repo', 'r'], 'backup', ['--repo', 'r']],
    [['--repo', 'r', 'backup', 'a'], 'backup', ['--repo', 'r', 'a']],
    [['--repo=r', '--json', 'ls'], 'ls', ['--repo=r', '--json']],
    [['--version'], undefined, ['--version']],
    [['--', 'ls'], undefined, ['--', 'ls']],
    [[], undefined, []],
  ])('%j', (args, name, rest) => expect(splitCommand(args)).toEqual({ name, rest }))
})

describe('hasFlag', () => {
  it('looks no further than "--"', () => {
    expect(hasFlag(['a', '--json'], '--json')).toBe(true)
    expect(hasFlag(['a', '--', '--json'], '--json')).toBe(false)
  })
})
