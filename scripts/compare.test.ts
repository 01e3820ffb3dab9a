// The witness must see every kind of difference, or its word that a restore is right would be worth nothing.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compareTrees } from './compare.ts'

const isRoot = process.getuid?.() === 0
const odd = Buffer.from([0x6e, 0xff, 0xfe, 0x0a])

describe('compareTrees', () => {
  let root = ''
  const at = (name: string) => path.join(root, name)
  const compare = () => compareTrees(at('a'), at('b'), { owners: isRoot })

  function build(tree: string) {
    fs.mkdirSync(at(`${tree}/sub`), { recursive: true })
    fs.writeFileSync(at(`${tree}/big`), Buffer.alloc((1 << 20) + 7, 'x'))
    fs.writeFileSync(at(`${tree}/sub/empty`), '')
    fs.linkSync(at(`${tree}/big`), at(`${tree}/sub/big too`))
    fs.symlinkSync('../big', at(`${tree}/sub/link`))
    fs.lutimesSync(at(`${tree}/sub/link`), 1000.25, 1000.25)
    fs.writeFileSync(Buffer.concat([Buffer.from(at(`${tree}/`)), odd]), 'a name that is not UTF-8')
    settle(tree)
  }
  /** The times that every test starts from, set anew after a change that should show on its own. */
  function settle(tree: string) {
    const there = ['big', 'sub/empty', 'sub', ''].filter((name) => fs.existsSync(at(`${tree}/${name}`)))
    for (const name of there) fs.utimesSync(at(`${tree}/${name}`), 1000.5, 2000.125)
    fs.utimesSync(Buffer.concat([Buffer.from(at(`${tree}/`)), odd]), 1000.5, 2000.125)
  }

  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-compare-'))
    build('a')
    build('b')
  })
  afterEach(() => fs.rmSync(root, { recursive: true, force: true }))

  it('counts what is the same', () => {
    const bytes = 2 * ((1 << 20) + 7) + 24
    expect(compare()).toEqual({ files: 4, directories: 2, others: 1, unread: 0, bytes, differences: [] })
  })

  const changes: [string, () => void, string][] = [
    [
      'one byte at the end',
      () => fs.writeFileSync(at('b/big'), `${'x'.repeat((1 << 20) + 6)}y`),
      '/big: its contents differ in the MiB at 1048576',
    ],
    ['a longer file', () => fs.writeFileSync(at('b/sub/empty'), 'z'), '/sub/empty: size was 0, is 1'],
    ['a mode', () => fs.chmodSync(at('b/sub/empty'), 0o600), '/sub/empty: mode was 644, is 600'],
    ['a file that is gone', () => fs.rmSync(at('b/sub/empty')), '/sub/empty: is missing'],
    ['a file too many', () => fs.writeFileSync(at('b/more'), ''), '/more: should not be there'],
    ['a link that points elsewhere', () => relink('/big'), '/sub/link: target was ../big, is /big'],
    [
      'another type',
      () => replace('sub/empty', () => fs.mkdirSync(at('b/sub/empty'))),
      '/sub/empty: type was 100000, is 40000',
    ],
    [
      'a copy for a hard link',
      () => replace('sub/big too', () => fs.copyFileSync(at('b/big'), at('b/sub/big too'))),
      'its hard link is a file of its own',
    ],
  ]
  const replace = (name: string, put: () => void) => {
    fs.rmSync(at(`b/${name}`))
    put()
  }
  const relink = (target: string) =>
    replace('sub/link', () => {
      fs.symlinkSync(target, at('b/sub/link'))
      fs.lutimesSync(at('b/sub/link'), 1000.25, 1000.25)
    })

  it.each(changes)('sees %s', (_, change, message) => {
    fs.chmodSync(at('a/sub/empty'), 0o644)
    fs.chmodSync(at('b/sub/empty'), 0o644)
    change()
    settle('b')
    expect(compare().differences.join('\n')).toContain(message)
  })

  it.each(['big', 'sub', 'sub/link'])('sees a time of %s', (name) => {
    fs.lutimesSync(at(`b/${name}`), 1000.5, 2000.126)
    expect(compare().differences.join('\n')).toMatch(`/${name}: modification time in ns was`)
  })

  it.skipIf(isRoot)('leaves out what it may not read', () => {
    fs.chmodSync(at('a/sub/empty'), 0)
    fs.rmSync(at('b/sub/empty'))
    settle('b')
    expect(compare()).toMatchObject({ unread: 1, differences: [] })
  })

  it.runIf(isRoot)('sees an owner', () => {
    fs.lchownSync(at('b/sub/link'), 65534, 0)
    expect(compare().differences).toEqual([expect.stringMatching(/\/sub\/link: owner was 0:0, is 65534:0$/)])
  })
})
