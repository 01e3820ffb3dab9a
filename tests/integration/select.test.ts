// Which part of the source a backup takes: roots, exclude patterns, paths that are skipped.
import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { BackupOptions } from '#server/engine/archive/backup.ts'
import { asUser, giveToUser, Lab } from './lab.ts'
import { build, differences, type Item, isRoot, look } from './tree.ts'

const dir = (name: string): Item => ({ path: name, type: 'dir' })
const file = (name: string): Item => ({ path: name, type: 'file', data: name })

let lab: Lab
const at = (...parts: string[]): string => path.join(lab.source, ...parts)
beforeEach(async () => {
  lab = await Lab.open()
})

/** What of the source is in a snapshot made so. */
async function taken(request: Partial<BackupOptions>): Promise<string[]> {
  const { snapshot, errors } = await lab.backup(request)
  expect(errors).toEqual([])
  rmSync(lab.target, { recursive: true })
  await lab.restore(snapshot)
  return Object.keys(look(lab.restored))
    .filter((name) => name !== '')
    .sort()
}

describe('exclude patterns', () => {
  const items = [
    dir('a'),
    file('a/b.log'),
    file('a/c'),
    dir('a/cache'),
    file('a/cache/keep'),
    file('a/cache/x'),
    dir('cache'),
    file('cache/x'),
    file('d.log'),
    file('\xff.log'),
    file('new\nline'),
  ]
  const all = items.map(({ path: name }) => name).sort()
  const without = (...names: string[]): string[] => all.filter((name) => !names.includes(name))

  it.each<[string[], () => string[]]>([
    [['*.log'], () => without('a/b.log', 'd.log', '\xff.log')],
    [['*.log', '!d.log'], () => without('a/b.log', '\xff.log')],
    [['/cache'], () => without('cache', 'cache/x')],
    [['cache/'], () => without('cache', 'cache/x', 'a/cache', 'a/cache/keep', 'a/cache/x')],
    // What lies in an excluded directory does not come back,
    [['a/cache', '!a/cache/keep'], () => without('a/cache', 'a/cache/keep', 'a/cache/x')],
    // but it does when only what is in the directory is excluded.
    [['a/cache/*', '!a/cache/keep'], () => without('a/cache/x')],
    [['a/**'], () => without('a/b.log', 'a/c', 'a/cache', 'a/cache/keep', 'a/cache/x')],
    [['new*'], () => without('new\nline')],
    [['*', '!d.log'], () => ['d.log']],
    [['nothing', '# comment', ''], () => all],
  ])('%j', async (excludes, expected) => {
    build(lab.source, items)
    expect(await taken({ excludes })).toEqual(expected())
  })

  it('an excluded directory is not even opened', async () => {
    build(lab.source, [dir('closed'), file('closed/x'), dir('open'), dir('open/closed'), file('open/y')])
    giveToUser(lab)
    for (const name of ['closed', 'open/closed']) chmodSync(at(name), 0)
    const backup = { roots: [lab.source] }
    expect(asUser({ repository: lab.repository, backup }).errors).toHaveLength(2)
    expect(asUser({ repository: lab.repository, backup: { ...backup, excludes: ['closed'] } }).errors).toEqual([])
  })

  it('what is excluded later is gone from the next snapshot, and what comes back is read', async () => {
    build(lab.source, [file('a'), file('b')])
    await taken({})
    expect(await taken({ excludes: ['a'] })).toEqual(['b'])
    expect(await taken({})).toEqual(['a', 'b'])
  })
})

describe('roots', () => {
  const items = [
    dir('a'),
    file('a/x'),
    dir('a/below'),
    file('a/below/y.log'),
    dir('a-'),
    file('a-/x'),
    file('a.b'),
    file('a0'),
    dir('b'),
    file('b/z.log'),
  ]
  beforeEach(() => build(lab.source, items))

  it('several, beside others that are not wanted', async () => {
    const before = look(lab.source)
    const names = await taken({ roots: [at('a'), at('a.b'), at('b')] })
    expect(names).toEqual(['a', 'a.b', 'a/below', 'a/below/y.log', 'a/x', 'b', 'b/z.log'])
    const wanted = Object.fromEntries(Object.entries(before).filter(([name]) => name === '' || names.includes(name)))
    expect(differences(wanted, look(lab.restored))).toEqual([])
  })

  it('a file, and one root within another, in any order', async () => {
    expect(await taken({ roots: [at('a.b')] })).toEqual(['a.b'])
    const nested = ['a', 'a/below', 'a/below/y.log', 'a/x']
    expect(await taken({ roots: [at('a'), at('a/below')] })).toEqual(nested)
    expect(await taken({ roots: [at('a/below'), at('a')] })).toEqual(nested)
  })

  it('patterns count from each root', async () => {
    expect(await taken({ roots: [at('a'), at('b')], excludes: ['/x', '/z.log'] })).toEqual([
      'a',
      'a/below',
      'a/below/y.log',
      'b',
    ])
    expect(await taken({ roots: [at('a/below'), at('b')], excludes: ['a', 'below', '/b'] })).toEqual([
      'a',
      'a/below',
      'a/below/y.log',
      'b',
      'b/z.log',
    ])
  })

  it('the top of all: patterns count from there', async () => {
    const parts = lab.source.split('/').filter((part) => part !== '')
    const excludes = parts.flatMap((_, i) => [
      `/${[...parts.slice(0, i), '*'].join('/')}`,
      `!/${parts.slice(0, i + 1).join('/')}`,
    ])
    expect(await taken({ roots: ['/'], excludes: [...excludes, '*.log'] })).toEqual(
      items
        .map(({ path: name }) => name)
        .filter((name) => !name.endsWith('.log'))
        .sort(),
    )
  })

  it('a symlink is a root like any other: it is kept, not followed', async () => {
    symlinkSync('a', at('link'))
    expect(await taken({ roots: [at('link')] })).toEqual(['link'])
  })

  it('one that lies behind a symlink is not in the snapshot, and that is told', async () => {
    symlinkSync('a', at('link'))
    const { errors } = await lab.backup({ roots: [at('link/below')] })
    expect(errors).toEqual([{ path: at('link'), error: expect.stringContaining('is no directory') }])
  })

  it('one that is not there is a failure before anything is stored', async () => {
    await expect(lab.backup({ roots: [at('a'), at('nowhere')] })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('one that is empty, but was not: is it mounted?', async () => {
    await lab.backup({ roots: [at('a'), at('b')] })
    rmSync(at('b'), { recursive: true })
    mkdirSync(at('b'))
    await expect(lab.backup({ roots: [at('a'), at('b')] })).rejects.toMatchObject({ code: 'refused' })
    const { snapshot } = await lab.backup({ roots: [at('a'), at('b')], allowEmpty: true })
    expect(snapshot.statistics.filesUnmodified).toBe(2)
    await lab.backup({ roots: [at('a'), at('b')] })
  })

  it.runIf(isRoot)('one that can not be listed is told each time', async () => {
    giveToUser(lab)
    chmodSync(at('a'), 0)
    for (let run = 0; run < 2; run++) {
      const { errors } = asUser({ repository: lab.repository, backup: { roots: [at('a')] } })
      expect(errors).toEqual([{ path: at('a'), error: expect.stringContaining('EACCES') }])
    }
  })
})

it('paths to be skipped are left out with all that is below, and nothing else', async () => {
  build(lab.source, [dir('repository'), file('repository/x'), dir('a'), dir('a/repository'), file('repository2')])
  expect(await taken({ skip: [at('repository')] })).toEqual(['a', 'a/repository', 'repository2'])
  expect(await taken({ skip: [at('repository2')], excludes: ['a'] })).toEqual(['repository', 'repository/x'])
})
