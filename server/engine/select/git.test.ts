// The same patterns on the same tree as `git check-ignore`: whatever git says of each path, and because of which pattern, we say too.

import { execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toByteString } from './chars.ts'
import { compilePatterns, type Matcher } from './matcher.ts'

const hasGit = spawnSync('git', ['--version'], { stdio: 'ignore' }).error === undefined

type Entry = { readonly path: string; readonly isDirectory: boolean }

const directoriesAbove = ({ path }: Entry): Entry[] =>
  [...path.matchAll(/\//g)].map(({ index }) => ({ path: path.slice(0, index), isDirectory: true }))

const names = (parts: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...parts), { minLength: 1, maxLength: 3 })
    .map((chosen) => chosen.join(''))
    .filter((name) => !/^\.+$/.test(name))

/** A word of a pattern is part of one name; stars that meet are one, as "**" is for whole names. */
const globs = (parts: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...parts), { minLength: 1, maxLength: 4 })
    .map((chosen) => chosen.join('').replaceAll(/\*+/g, '*'))
    .filter((name) => name !== '.' && name !== '..')

// What git and we mean to treat differently is kept apart: "?" and sets take a byte in git, a character here, so they meet ASCII names only.
const flavours = [
  {
    title: 'ASCII names and every kind of wildcard',
    common: ['a', 'b', 'ab', 'a.b', 'b.a.b', '.a', 'a b', 'a1', '1-a', '-'],
    odd: ['a', 'b', 'A', '1', '-', '.', '~', ' ', '#', '!', '*', '[', ']', '?', '\\'],
    wild: ['*', '*', '?', '[ab]', '[!a]', '[^b1]', '[a-b]', '[]-a]', '[[:alpha:]]', '[![:digit:]-]', '[b-]', '[\\a]'],
    plain: ['a', 'b', 'ab', '1', '-', '.', '~', '\\ ', '\\#', '\\!', '\\*', '\\[', '\\?', '\\\\', '\\a'],
  },
  {
    title: 'UTF-8 names and stars',
    common: ['a', 'ä', 'aä', 'ä.€', '.ä', '€', 'a€b', '😀', '😀.€'],
    odd: ['a', 'ä', '€', '😀', '.', 'ö'],
    wild: ['*'],
    plain: ['a', 'ä', '€', '😀', '.'],
  },
].map(({ title, common, odd, wild, plain }) => {
  // Names seen often enough that patterns and trees meet.
  const commonName = fc.constantFrom(...common)
  const name = fc.oneof({ weight: 3, arbitrary: commonName }, { weight: 1, arbitrary: names(odd) })
  const glob = fc.oneof(commonName, globs([...wild, ...plain]), globs([...wild, ...wild, ...common.slice(0, 3)]))
  const part = fc.oneof({ weight: 4, arbitrary: glob }, { weight: 1, arbitrary: fc.constant('**') })
  const line = fc
    .tuple(
      fc.constantFrom('', '', '!'),
      fc.constantFrom('', '', '/'),
      fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
      fc.constantFrom('', '', '/', ' ', '  '),
    )
    .map((parts) => parts.join(''))
  const lines = fc.array(
    fc.oneof({ weight: 12, arbitrary: line }, { weight: 1, arbitrary: fc.constantFrom('', '# a') }),
    { minLength: 1, maxLength: 8 },
  )
  // Paths of files, some of which must be left out where a file and a directory claim one name.
  const tree = fc.array(fc.array(name, { minLength: 1, maxLength: 4 }), { minLength: 10, maxLength: 40 })
  return { title, tree, sets: fc.array(lines, { minLength: 8, maxLength: 8 }) }
})

describe.skipIf(!hasGit)(`against git${hasGit ? '' : ' (skipped: there is no git here)'}`, () => {
  const base = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-select-'))
  const exclude = path.join(base, 'patterns')
  let trees = 0
  beforeAll(() => fs.mkdirSync(path.join(base, 'trees')))
  afterAll(() => fs.rmSync(base, { recursive: true, force: true }))

  /** Makes a repository with these files; returns its directory, and all its entries. */
  function plant(files: readonly (readonly string[])[]): { root: string; entries: Entry[] } {
    const root = path.join(base, 'trees', String(trees++))
    execFileSync('git', ['init', '-q', '--template=', root])
    for (const names of files) plantOne(root, names)
    const entries = fs
      .readdirSync(root, { recursive: true, withFileTypes: true })
      .map((entry) => ({
        path: path.relative(root, path.join(entry.parentPath, entry.name)),
        isDirectory: entry.isDirectory(),
      }))
      .filter((entry) => !/^\.git(\/|$)/.test(entry.path))
    return { root, entries }
  }

  function plantOne(root: string, names: readonly string[]): void {
    for (let depth = 1; depth < names.length; depth++) {
      const directory = path.join(root, ...names.slice(0, depth))
      if (!fs.existsSync(directory)) fs.mkdirSync(directory)
      else if (!fs.statSync(directory).isDirectory()) return
    }
    const file = path.join(root, ...names)
    if (!fs.existsSync(file)) fs.writeFileSync(file, '')
  }

  /** For each entry the line number (from 1) of the pattern that git says decides; 0 for none. */
  function gitSays(root: string, entries: readonly Entry[], patterns: readonly string[]): number[] {
    fs.writeFileSync(exclude, `${patterns.join('\n')}\n`)
    const config = ['-c', `core.excludesFile=${exclude}`, '-c', 'core.ignoreCase=false']
    const command = ['check-ignore', '--no-index', '--verbose', '--non-matching', '--stdin', '-z']
    const input = entries.map((entry) => `${entry.path}\0`).join('')
    const { stdout } = spawnSync('git', ['-C', root, ...config, ...command], { input, encoding: 'utf8' })
    const fields = stdout.split('\0')
    return entries.map((_entry, i) => Number(fields[i * 4 + 1] || 0))
  }

  /** The same from our patterns, with the walker's rule that nothing below an excluded directory is looked at. */
  function weSay(entries: readonly Entry[], patterns: readonly string[]): number[] {
    const together = compilePatterns(patterns)
    const alone = patterns.map((pattern) => compilePatterns([pattern]))
    const verdict = (matcher: Matcher | undefined, entry: Entry) =>
      matcher?.match(toByteString(entry.path), entry.isDirectory)
    return entries.map((entry) => {
      const decisive =
        [...directoriesAbove(entry), entry].find((each) => verdict(together, each) === 'exclude') ?? entry
      const last = alone.findLastIndex((matcher) => verdict(matcher, decisive) !== undefined)
      expect(verdict(together, decisive)).toBe(verdict(alone[last], decisive))
      return last + 1
    })
  }

  it.each(flavours)('agrees on $title', ({ tree, sets }) => {
    fc.assert(
      fc.property(tree, sets, (files, sets) => {
        const { root, entries } = plant(files)
        for (const patterns of sets) {
          const ours = weSay(entries, patterns)
          const gits = gitSays(root, entries, patterns)
          const both = entries.map(({ path }, i) => ({ path, patterns, git: gits[i], we: ours[i] }))
          expect(both.filter(({ git, we }) => git !== we)).toEqual([])
        }
        fs.rmSync(root, { recursive: true })
      }),
      { numRuns: 15 },
    )
  })
})
