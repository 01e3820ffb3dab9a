// From typed paths to real roots.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isWithin, normalise, realPathOrAbove, refuseOwnFolders, resolveSources } from './sources.ts'

describe('normalise', () => {
  it.each([
    ['a', '/home/me/a'],
    ['./a//b/../c/.', '/home/me/a/c'],
    ['../..', '/'],
    ['/../../etc/', '/etc'],
    ['/', '/'],
    ['\xff/..', '/home/me'],
  ])('%s', (given, expected) => expect(normalise(given, '/home/me')).toBe(expected))
})

describe('isWithin', () => {
  it.each([
    ['/a/b', '/a', true],
    ['/a', '/a', true],
    ['/ab', '/a', false],
    ['/a', '/', true],
    ['/', '/a', false],
  ])('%s in %s: %s', (inner, outer, expected) => expect(isWithin(inner, outer)).toBe(expected))
})

describe('resolveSources', () => {
  let root = ''
  const at = (name: string) => `${root}/${name}`
  const resolve = (...given: string[]) => resolveSources(given, root)

  beforeEach(() => {
    root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-sources-')))
    fs.mkdirSync(at('a/b'), { recursive: true })
    fs.mkdirSync(at('a.b'))
    fs.symlinkSync('a/b', at('link'))
    fs.mkdirSync(Buffer.from(at('\xff'), 'latin1'))
  })
  afterEach(() => fs.rmSync(root, { recursive: true, force: true }))

  it('sorts, and takes each once', () => {
    expect(resolve('a.b', './a', at('a/'))).toEqual({ roots: [at('a'), at('a.b')], notes: [] })
  })

  it('leaves out what lies in another', () => {
    expect(resolve('a/b', 'a')).toEqual({ roots: [at('a')], notes: [expect.stringContaining('is stored with it')] })
  })

  it('follows links, and says so', () => {
    const { roots, notes } = resolve('link')
    expect(roots).toEqual([at('a/b')])
    expect(notes).toEqual([`"link" is really "${at('a/b')}", and is stored as that`])
  })

  it('goes up from where a link leads, as the file system does', () => {
    expect(resolve('link/..').roots).toEqual([at('a')])
  })

  it('takes names that are no text', () => expect(resolve('\xff')).toEqual({ roots: [at('\xff')], notes: [] }))

  it('refuses what is not there, and what is empty', () => {
    expect(() => resolve('a', 'no\x1bne')).toThrow(
      expect.objectContaining({ code: 'not_found', message: `"no\\x1bne" can't be backed up: ENOENT` }),
    )
    expect(() => resolve('')).toThrow(expect.objectContaining({ code: 'usage' }))
  })

  it('refuses the repository itself', () => {
    expect(() => refuseOwnFolders([at('a/b')], [at('a')])).toThrow(/is the repository/)
    expect(() => refuseOwnFolders([at('a')], [at('a/b')])).not.toThrow()
  })

  it('finds the folder that a new one would be made in', () => {
    expect(realPathOrAbove('link/x/y', root)).toBe(at('a/b'))
    expect(realPathOrAbove('/no such folder at all', root)).toBe('/')
  })
})
