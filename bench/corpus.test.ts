import { createHash } from 'node:crypto'
import {
  cpSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { compareTrees, restoredRoot } from './compare.ts'
import { changeCorpus, ensureCorpus, revertCorpus } from './corpus.ts'
import { Seeded, sample } from './random.ts'
import { files, fullPath, walk } from './walk.ts'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-test-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

/** One hash over names, times and contents of the files. */
function fingerprint(root: string): string {
  const hash = createHash('sha256')
  for (const { path, full, stat } of files(root)) hash.update(`${path} ${stat.mtimeNs}\n`).update(readFileSync(full))
  return hash.digest('hex')
}

describe('a corpus', () => {
  test.each([
    ['A', 0.001],
    ['B', 0.001],
    ['C', 0.002],
  ] as const)('%s is the same in every folder', (name, scale) => {
    const one = ensureCorpus(join(folder, 'one'), name, scale)
    const two = ensureCorpus(join(folder, 'two'), name, scale)
    expect(fingerprint(one.path)).toBe(fingerprint(two.path))
    expect({ ...one, path: '' }).toEqual({ ...two, path: '' })
  })

  test('keeps the bytes that it had when this version was made', () => {
    expect(fingerprint(ensureCorpus(folder, 'B', 0.001).path)).toMatchInlineSnapshot(
      `"b3ba7064f1267e2f47129ffc9e401ff46b0af3e110e445ecc3a204304746dec7"`,
    )
    expect(fingerprint(ensureCorpus(folder, 'C', 0.002).path)).toMatchInlineSnapshot(
      `"69ec4aecc02bb39eaf4a9e69c808a99d9d05b174295ff013564fa2f0ff3da747"`,
    )
  })

  test('changes in 1 % of its files and back, times included', () => {
    const corpus = ensureCorpus(folder, 'B', 0.002)
    const before = fingerprint(corpus.path)
    cpSync(corpus.path, join(folder, 'copy'), { recursive: true, preserveTimestamps: true })
    changeCorpus(corpus, '1')
    expect(compareTrees(corpus.path, join(folder, 'copy'), false)).toHaveLength(3)
    revertCorpus(corpus)
    expect(fingerprint(corpus.path)).toBe(before)
  })

  test('of large files changes in 1 % of the bytes', () => {
    const corpus = ensureCorpus(folder, 'C', 0.002)
    const read = () => Buffer.concat([...files(corpus.path)].map(({ full }) => readFileSync(full)))
    const before = read()
    changeCorpus(corpus, '1')
    const after = read()
    const differing = before.reduce((count, byte, index) => count + (byte === after[index] ? 0 : 1), 0)
    expect(differing).toBeGreaterThan(corpus.bytes * 0.009)
    expect(differing).toBeLessThan(corpus.bytes * 0.011)
  })

  test('that a stopped run left changed is found unchanged by the next one, or made anew', () => {
    const corpus = ensureCorpus(folder, 'B', 0.001)
    const before = fingerprint(corpus.path)
    changeCorpus(corpus, '1')
    expect(fingerprint(ensureCorpus(folder, 'B', 0.001).path)).toBe(before)
    writeFileSync(join(corpus.path, 'part0', 'set0', 'item-0.txt'), 'half of a change')
    writeFileSync(`${corpus.path}.changed.json`, JSON.stringify({ whole: false, edits: [] }))
    expect(() => revertCorpus(corpus)).toThrow('cut short')
    expect(fingerprint(ensureCorpus(folder, 'B', 0.001).path)).toBe(before)
  })
})

describe('compareTrees', () => {
  const at = (...path: string[]) => join(folder, ...path)

  beforeEach(() => {
    mkdirSync(at('source', 'sub'), { recursive: true })
    writeFileSync(at('source', 'sub', 'file'), 'content')
    symlinkSync('file', at('source', 'sub', 'link'))
    writeFileSync(fullPath(at('source'), 'na\xefve'), 'a name that is not UTF-8')
    for (const path of [at('source', 'sub', 'file'), fullPath(at('source'), 'na\xefve')]) utimesSync(path, 1, 1)
    lutimesSync(at('source', 'sub', 'link'), 1, 1)
    cpSync(at('source', 'sub'), at('restored', 'sub'), {
      recursive: true,
      preserveTimestamps: true,
      verbatimSymlinks: true,
    })
    writeFileSync(fullPath(at('restored'), 'na\xefve'), 'a name that is not UTF-8')
    utimesSync(fullPath(at('restored'), 'na\xefve'), 1, 1)
  })

  const differences = () => compareTrees(at('source'), at('restored'), true)

  test('finds nothing between a tree and its copy, whatever its names are', () => {
    expect(differences()).toEqual([])
    expect([...walk(at('source'))].map(({ path }) => path)).toEqual(['', 'na\xefve', 'sub', 'sub/file', 'sub/link'])
  })

  test.each<[string, () => void, string]>([
    ['other contents', () => rewrite('CONTENT'), 'sub/file: other contents'],
    ['another size', () => rewrite('short'), 'sub/file: 5 bytes instead of 7'],
    ['a missing entry', () => rmSync(at('restored', 'sub', 'file')), 'sub/file: missing'],
    [
      'another time',
      () => utimesSync(at('restored', 'sub', 'file'), 2, 2),
      'sub/file: mtime 2000000000 instead of 1000000000',
    ],
    ['an extra entry', () => writeFileSync(at('restored', 'more'), ''), '1 more entries than the source'],
    ['another link target', relink, 'sub/link: another link target'],
  ])('reports %s', (_what, damage, report) => {
    damage()
    expect(differences()).toEqual([report])
  })

  test('is pointed to where the tool put the tree', () => {
    expect(restoredRoot(at('restored'), '/x/sub')).toBe(at('restored', 'sub'))
    mkdirSync(at('restored', 'x', 'sub'), { recursive: true })
    expect(restoredRoot(at('restored'), '/x/sub')).toBe(at('restored', 'x', 'sub'))
    expect(restoredRoot(at('restored'), '/x/other')).toBe(at('restored'))
  })

  function rewrite(content: string): void {
    writeFileSync(at('restored', 'sub', 'file'), content)
    utimesSync(at('restored', 'sub', 'file'), 1, 1)
  }

  function relink(): void {
    rmSync(at('restored', 'sub', 'link'))
    symlinkSync('elsewhere', at('restored', 'sub', 'link'))
  }
})

test('a sample has as many different numbers as were asked for, ascending, below the limit', () => {
  const found = sample(new Seeded('x'), 1000, 300)
  expect(new Set(found).size).toBe(300)
  expect(found).toEqual([...found].sort((a, b) => a - b))
  expect(Math.min(...found)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...found)).toBeLessThan(1000)
  expect(sample(new Seeded('x'), 3, 5)).toEqual([0, 1, 2])
})
