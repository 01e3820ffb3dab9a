// What a restore does with what is in its way, and which part of a snapshot it takes.
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { messageOf } from '#server/contract/errors.ts'
import { messageWithoutNames } from '#server/contract/names.ts'
import type { StoredSnapshot } from '#server/engine/repository/snapshot.ts'
import type { Overwrite } from '#server/engine/restore/decide.ts'
import { Lab, type Restored } from './lab.ts'
import { build, differences, type Item, isRoot, look, type Tree } from './tree.ts'

const OLD = 1_000_000_000n * 1_000_000_000n
const file = (name: string, data: string, more: Partial<Item> = {}): Item => ({
  path: name,
  type: 'file',
  data,
  mtime: OLD,
  ...more,
})
const dir = (name: string, more: Partial<Item> = {}): Item => ({ path: name, type: 'dir', mtime: OLD, ...more })
const MIB = 1 << 20

const reasons = ({ failures }: Restored): Record<string, string> =>
  Object.fromEntries(failures.map(({ path: name, message }) => [path.basename(name), message]))
/** All but the folder itself, whose times change when something else is done in it. */
const below = (folder: string): Tree => {
  const { '': _, ...rest } = look(folder)
  return rest
}
const text = (...parts: string[]): string => readFileSync(path.join(...parts), 'latin1')

/** A lab with a snapshot of some items, and the way to where they are restored. */
async function snapshotOf(items: readonly Item[]): Promise<{ lab: Lab; snapshot: StoredSnapshot; at: string }> {
  const lab = await Lab.open()
  build(lab.source, items)
  const { snapshot } = await lab.backup()
  mkdirSync(lab.restored, { recursive: true })
  return { lab, snapshot, at: lab.restored }
}

describe('a file that is there already', () => {
  let lab: Lab
  let snapshot: StoredSnapshot
  let at: string
  beforeEach(async () => {
    const made = await snapshotOf([
      file('same', 'as before'),
      file('other size', 'as before'),
      file('newer', 'as before'),
      file('mode only', 'as before', { mode: 0o600 }),
      { path: 'big', type: 'file', random: [[0, 2 * MIB, 'big']], mtime: OLD },
      { path: 'symlink', type: 'symlink', target: 'as before' },
      { path: 'pipe', type: 'fifo', mode: 0o600, mtime: OLD },
    ])
    lab = made.lab
    snapshot = made.snapshot
    at = made.at
    build(at, [
      file('same', 'AS BEFORE', { mode: 0o600 }),
      file('other size', 'longer than before'),
      file('newer', 'AS BEFORE', { mtime: 2n * OLD }),
      file('mode only', 'as before', { mode: 0o666 }),
      file('big', 'small'),
      { path: 'symlink', type: 'symlink', target: 'somewhere else' },
      file('pipe', 'a file'),
    ])
  })

  const contents = (): Record<string, string> =>
    Object.fromEntries(['same', 'other size', 'newer', 'mode only'].map((name) => [name, text(at, name)]))

  it('is replaced always, with "always"', async () => {
    const outcome = await lab.restore(snapshot, { overwrite: 'always' })
    expect(outcome.failures).toEqual([])
    expect(differences(look(lab.source), look(at))).toEqual([])
  })

  it('is kept always, with "never"', async () => {
    const before = look(at)
    const outcome = await lab.restore(snapshot, { overwrite: 'never' })
    expect(outcome.failures).toEqual([])
    expect(outcome.counters).toMatchObject({ kept: 7, files: 0, links: 0, others: 0 })
    expect(outcome.counters.bytesKept).toBe(outcome.counters.bytes)
    expect(differences(before, look(at))).toEqual([])
  })

  it('is kept with "if-changed" when it looks the same, newer or not', async () => {
    const outcome = await lab.restore(snapshot)
    expect(outcome.failures).toEqual([])
    expect(contents()).toEqual({
      same: 'AS BEFORE',
      'other size': 'as before',
      newer: 'as before',
      'mode only': 'as before',
    })
    expect(differences(look(lab.source), look(at)).filter((line) => !line.startsWith('"same"'))).toEqual([])
  })

  it('is replaced whole: whoever has it open, or holds another name of it, keeps the old one', async () => {
    linkSync(path.join(at, 'newer'), path.join(at, 'other name'))
    linkSync(path.join(at, 'big'), path.join(at, 'other big'))
    await lab.restore(snapshot)
    expect(text(at, 'newer')).toBe('as before')
    expect(text(at, 'other name')).toBe('AS BEFORE')
    expect(text(at, 'other big')).toBe('small')
    expect(lstatSync(path.join(at, 'other name')).nlink).toBe(1)
  })

  it('is replaced though it is read-only', async () => {
    chmodSync(path.join(at, 'newer'), 0)
    const outcome = await lab.restore(snapshot)
    expect(outcome.failures).toEqual([])
    expect(text(at, 'newer')).toBe('as before')
  })

  it.runIf(isRoot)('counts as another when its owner is another', async () => {
    await lab.restore(snapshot, { overwrite: 'always' })
    chownSync(path.join(at, 'same'), 7, 0)
    lchownSync(path.join(at, 'symlink'), 0, 7)
    expect((await lab.restore(snapshot)).counters.kept).toBe(5)
    expect(differences(look(lab.source), look(at))).toEqual([])
  })

  it.each<Overwrite>(['always', 'if-changed', 'never'])('leaves nothing temporary behind ("%s")', async (overwrite) => {
    await lab.restore(snapshot, { overwrite })
    expect(readdirSync(at).filter((name) => name.startsWith('.'))).toEqual([])
  })
})

describe('something of another kind in the way', () => {
  it('a directory is never removed for a file: it and what is in it stay, and that is a failure', async () => {
    const { lab, snapshot, at } = await snapshotOf([
      file('f', 'x'),
      { path: 'l', type: 'symlink', target: 'x' },
      file('z', 'z'),
    ])
    build(at, [dir('f'), file('f/precious', 'mine'), dir('l')])
    for (const overwrite of ['always', 'if-changed'] as const) {
      const outcome = await lab.restore(snapshot, { overwrite })
      expect(reasons(outcome)).toEqual({
        f: 'A directory is in the way; remove it first',
        l: 'A directory is in the way; remove it first',
      })
      expect(text(at, 'f/precious')).toBe('mine')
      expect(text(at, 'z')).toBe('z')
    }
  })

  const inTheWay: [string, Item][] = [
    ['a file', file('d', 'a file')],
    ['a symlink to a directory', { path: 'd', type: 'symlink', target: '../../' }],
    ['a dangling symlink', { path: 'd', type: 'symlink', target: 'nowhere' }],
    ['a pipe', { path: 'd', type: 'fifo' }],
  ]
  it.each(inTheWay)('%s where a directory is to be: removed with "always", else a failure', async (_, item) => {
    const { lab, snapshot, at } = await snapshotOf([dir('d'), file('d/f', 'x'), dir('d/e'), file('z', 'z')])
    build(at, [item])
    const before = look(at)
    const kept = await lab.restore(snapshot)
    expect(reasons(kept)).toEqual({ d: expect.stringContaining('is in the way') })
    expect(look(at).d).toEqual(before.d)
    expect(text(at, 'z')).toBe('z')
    expect((await lab.restore(snapshot, { overwrite: 'always' })).failures).toEqual([])
    expect(differences(look(lab.source), look(at))).toEqual([])
  })
})

describe('symlinks planted in the target', () => {
  it('are never written through, at no depth', async () => {
    const items = [
      dir('a'),
      dir('a/b'),
      dir('a/b/c'),
      file('a/b/c/f', 'from the backup'),
      file('a/b/g', 'from the backup'),
    ]
    const { lab, snapshot, at } = await snapshotOf(items)
    const outside = path.join(lab.folder, 'outside')
    mkdirSync(path.join(outside, 'c'), { recursive: true })
    const plant = (where: string): void => {
      rmSync(path.join(at, 'a'), { recursive: true, force: true })
      mkdirSync(path.dirname(path.join(at, where)), { recursive: true })
      symlinkSync(outside, path.join(at, where))
    }
    for (const where of ['a', 'a/b', 'a/b/c', 'a/b/c/f']) {
      for (const overwrite of ['never', 'if-changed', 'always'] as const) {
        plant(where)
        await lab.restore(snapshot, { overwrite })
        await lab.restore(snapshot, { overwrite, includes: ['f', 'g'] })
        await lab.restore(snapshot, { overwrite, path: `${lab.source}/a/b` })
        expect(readdirSync(outside)).toEqual(['c'])
        expect(readdirSync(path.join(outside, 'c'))).toEqual([])
      }
      expect(differences(look(lab.source), look(at))).toEqual([])
    }
  })

  it('are not followed on the way to the first name of a hard link', async () => {
    const items = [
      dir('a'),
      file('a/first', 'right'),
      dir('b'),
      { path: 'b/second', type: 'link', target: 'a/first' } as Item,
    ]
    const { lab, snapshot, at } = await snapshotOf(items)
    const outside = path.join(lab.folder, 'outside')
    mkdirSync(outside)
    writeFileSync(path.join(outside, 'first'), 'wrong')
    // swapped when the first name is complete and the second is about to be linked
    const onStep = ({ path: name }: { path: string }): void => {
      if (!name.endsWith('/b')) return
      renameSync(path.join(at, 'a'), path.join(at, 'moved'))
      symlinkSync(outside, path.join(at, 'a'))
    }
    const outcome = await lab.restore(snapshot, { onStep })
    expect(existsSync(path.join(at, 'b/second')) && text(at, 'b/second')).not.toBe('wrong')
    expect(outcome.failures.length).toBeGreaterThan(0)
  })

  it('the target itself may be one: that is where the user pointed to', async () => {
    const { lab, snapshot } = await snapshotOf([file('f', 'x')])
    symlinkSync(lab.target, path.join(lab.folder, 'link'))
    await lab.restore(snapshot, { target: path.join(lab.folder, 'link') })
    expect(text(lab.restored, 'f')).toBe('x')
  })
})

describe('hard links to what is there already', () => {
  const items: Item[] = [
    file('a', 'from the backup'),
    { path: 'b', type: 'link', target: 'a' },
    { path: 'c', type: 'link', target: 'a' },
  ]

  it('"never" does not make a name of a file that is not the one of the backup', async () => {
    const { lab, snapshot, at } = await snapshotOf(items)
    build(at, [file('a', 'something else')])
    await lab.restore(snapshot, { overwrite: 'never' })
    expect(text(at, 'a')).toBe('something else')
    expect(text(at, 'b')).toBe('from the backup')
    expect(look(at).c!.group).toBe('b')
  })

  it('"if-changed" joins names that fell apart', async () => {
    const { lab, snapshot, at } = await snapshotOf(items)
    build(at, [file('a', 'changed since'), file('b', 'from the backup'), file('c', 'from the backup')])
    expect((await lab.restore(snapshot)).failures).toEqual([])
    expect(differences(look(lab.source), look(at))).toEqual([])
  })

  it.each<Overwrite>(['always', 'if-changed'])(
    '"%s" changes no name of the same file outside of the backup',
    async (overwrite) => {
      const { lab, snapshot, at } = await snapshotOf(items)
      build(at, [
        file('a', 'changed since'),
        { path: 'b', type: 'link', target: 'a' },
        { path: 'c', type: 'link', target: 'a' },
        { path: 'd', type: 'link', target: 'a' },
      ])
      expect((await lab.restore(snapshot, { overwrite })).failures).toEqual([])
      expect(text(at, 'd')).toBe('changed since')
      unlinkSync(path.join(at, 'd'))
      expect(differences(below(lab.source), below(at))).toEqual([])
      expect(readdirSync(at)).toEqual(['a', 'b', 'c'])
    },
  )

  it.each<Overwrite>(['always', 'if-changed', 'never'])(
    '"%s" twice changes nothing the second time',
    async (overwrite) => {
      const { lab, snapshot, at } = await snapshotOf(items)
      await lab.restore(snapshot, { overwrite })
      const second = await lab.restore(snapshot, { overwrite })
      expect(second.failures).toEqual([])
      expect(differences(below(lab.source), below(at))).toEqual([])
      expect(readdirSync(at)).toEqual(['a', 'b', 'c'])
    },
  )
})

describe('a target folder with habits of its own', () => {
  it.runIf(isRoot)('set-gid and default access lists do not rub off on what is restored', async () => {
    const { lab, snapshot, at } = await snapshotOf([
      file('f', 'x', { mode: 0o640 }),
      dir('d', { mode: 0o750 }),
      file('d/f', 'x', { mode: 0o640 }),
      { path: 'big', type: 'file', random: [[0, MIB * 2, 'big']], mode: 0o640 },
      file('empty', '', { mode: 0o640 }),
      { path: 'pipe', type: 'fifo', mode: 0o640 },
      dir('there', { mode: 0o750 }),
      file('there/f', 'x', { mode: 0o640 }),
    ])
    // owner rwx, user 1234 rwx, group rwx, mask rwx, others ---
    const acl =
      '\x02\0\0\0\x01\0\x07\0\xff\xff\xff\xff\x02\0\x07\0\xd2\x04\0\0\x04\0\x07\0\xff\xff\xff\xff\x10\0\x07\0\xff\xff\xff\xff \0\0\0\xff\xff\xff\xff'
    const habits: Partial<Item> = {
      mode: 0o2770,
      gid: 1234,
      xattrs: { 'system.posix_acl_default': acl, 'user.other': 'x' },
    }
    rmSync(lab.target, { recursive: true })
    build(lab.folder, [{ path: 'target', type: 'dir', ...habits }])
    const below = path
      .relative(lab.target, at)
      .split('/')
      .map((_, i, all) => all.slice(0, i + 1).join('/'))
    build(
      lab.target,
      below.map((name) => dir(name, habits)),
    )
    build(at, [dir('there', habits)])
    const outcome = await lab.restore(snapshot, { path: lab.source, threads: 2 })
    expect(outcome.failures).toEqual([])
    expect(differences(look(lab.source), look(at))).toEqual([])
  })
})

describe('the part that is asked for', () => {
  const items = [
    dir('d', { mode: 0o750 }),
    file('d/f', 'in d'),
    dir('d/e', { mode: 0o700 }),
    file('d/e/g.log', 'a log'),
    file('d/e/h.txt', 'a text'),
    dir('empty'),
    file('z.log', 'a log'),
  ]
  const names = (at: string): string[] => (existsSync(at) ? Object.keys(look(at)).filter((name) => name !== '') : [])

  it('a file comes with the directories above it, which look as they did', async () => {
    const { lab, snapshot } = await snapshotOf(items)
    const target = path.join(lab.folder, 'other')
    const outcome = await lab.restore(snapshot, { target, path: `${lab.source}/d/f` })
    expect(outcome.counters).toMatchObject({ files: 1, bytes: 4, bytesTotal: 4 })
    const after = look(path.join(target, lab.source))
    expect(Object.keys(after)).toEqual(['', 'd', 'd/f'])
    expect(after.d).toMatchObject({ mode: 0o750, mtime: String(OLD) })
  })

  it('a directory comes with all that is below', async () => {
    const { lab, snapshot } = await snapshotOf(items)
    const target = path.join(lab.folder, 'other')
    await lab.restore(snapshot, { target, path: `${lab.source}/d/` })
    expect(names(path.join(target, lab.source))).toEqual(['d', 'd/e', 'd/e/g.log', 'd/e/h.txt', 'd/f'])
  })

  it('directories above it that are there are left as they are', async () => {
    const { lab, snapshot, at } = await snapshotOf(items)
    mkdirSync(path.join(at, 'd'))
    chmodSync(path.join(at, 'd'), 0o711)
    utimesSync(path.join(at, 'd'), 5, 5)
    await lab.restore(snapshot, { path: `${lab.source}/d/e/g.log` })
    expect(look(at).d!.mode).toBe(0o711)
  })

  it.each(['/nowhere', 'd/f/below a file', 'D'])('%s is not in the snapshot', async (name) => {
    const { lab, snapshot } = await snapshotOf(items)
    const missing = name.startsWith('/') ? name : `${lab.source}/${name}`
    const error: unknown = await lab.restore(snapshot, { path: missing }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'not_found', message: expect.stringContaining(missing) })
    expect(messageWithoutNames(messageOf(error))).toBe(
      `Snapshot ${snapshot.id.slice(0, 8)} has no such file or folder.`,
    )
  })

  it.each<[string[], string[]]>([
    [['*.log'], ['d', 'd/e', 'd/e/g.log', 'z.log']],
    [['d/'], ['d', 'd/e', 'd/e/g.log', 'd/e/h.txt', 'd/f']],
    [
      ['d', '!*.log'],
      ['d', 'd/e', 'd/e/h.txt', 'd/f'],
    ],
    [
      ['d', '!e', '*.txt'],
      ['d', 'd/e', 'd/e/h.txt', 'd/f'],
    ],
    [['!*.log'], ['d', 'd/e', 'd/e/h.txt', 'd/f', 'empty']],
    [['nothing'], []],
    [['**/e/*.txt'], ['d', 'd/e', 'd/e/h.txt']],
  ])('patterns %j give %j', async (includes, expected) => {
    const { lab, snapshot } = await snapshotOf(items)
    const target = path.join(lab.folder, 'other')
    const outcome = await lab.restore(snapshot, { target, includes })
    expect(names(path.join(target, lab.source))).toEqual(expected)
    expect(outcome.failures).toEqual([])
    if (expected.length === 0) expect(readdirSync(target)).toEqual([])
  })
})

describe('a dry run', () => {
  const items: Item[] = [
    dir('d'),
    file('d/a', 'x'),
    { path: 'd/b', type: 'link', target: 'd/a' },
    file('d/c', 'x'),
    dir('file in the way'),
    file('file in the way/f', 'x'),
    dir('link in the way'),
    file('link in the way/f', 'x'),
    file('directory in the way', 'x'),
    file('same', 'x'),
    file('changed', 'x'),
    { path: 'big', type: 'file', random: [[0, 2 * MIB, 'big']], mtime: OLD },
    { path: 'p', type: 'fifo' },
    { path: 's', type: 'symlink', target: 'x' },
  ]
  const existing: Item[] = [
    dir('d'),
    file('d/c', 'other'),
    file('file in the way', 'x'),
    { path: 'link in the way', type: 'symlink', target: '.' },
    dir('directory in the way'),
    file('same', 'x'),
    file('changed', 'since'),
    { path: 's', type: 'symlink', target: 'x' },
  ]

  it.each<Overwrite>(['always', 'if-changed', 'never'])(
    'writes nothing and says what then happens ("%s")',
    async (overwrite) => {
      const { lab, snapshot, at } = await snapshotOf(items)
      build(at, existing)
      const before = look(lab.target)
      const dry = await lab.restore(snapshot, { overwrite, dryRun: true })
      expect(differences(before, look(lab.target))).toEqual([])
      const real = await lab.restore(snapshot, { overwrite })
      expect(dry.steps).toEqual(real.steps)
      expect(dry.failures).toEqual(real.failures)
      expect(dry.counters).toEqual(real.counters)
    },
  )

  it('does not even make the target', async () => {
    const { lab, snapshot } = await snapshotOf(items)
    const target = path.join(lab.folder, 'other')
    const dry = await lab.restore(snapshot, { target, dryRun: true })
    expect(existsSync(target)).toBe(false)
    const real = await lab.restore(snapshot, { target })
    expect(dry.steps).toEqual(real.steps)
    expect(dry.counters).toEqual(real.counters)
  })
})

describe('going on after an interruption', () => {
  it('takes what is complete, and repairs what is cut, missing or touched', async () => {
    const { lab, snapshot, at } = await snapshotOf([
      ...Array.from({ length: 40 }, (_, i) => file(`f${i}`, `content ${i}`)),
      { path: 'big', type: 'file', random: [[0, 9 * MIB, 'big']], mtime: OLD },
    ])
    await lab.restore(snapshot)
    for (let i = 0; i < 10; i++) unlinkSync(path.join(at, `f${i}`))
    writeFileSync(path.join(at, 'f10'), 'cont')
    utimesSync(path.join(at, 'f11'), 5, 5)
    writeFileSync(path.join(at, 'big'), Buffer.alloc(MIB))
    const second = await lab.restore(snapshot, { threads: 2 })
    expect(second.counters).toMatchObject({ kept: 28, files: 13 })
    expect(second.counters.bytesKept).toBeLessThan(second.counters.bytes)
    expect(differences(look(lab.source), look(at))).toEqual([])
  })

  it('stops when told to, leaves nothing half-made, and goes on later', async () => {
    const { lab, snapshot, at } = await snapshotOf(
      Array.from({ length: 12 }, (_, i): Item => ({ path: `big${i}`, type: 'file', random: [[0, 3 * MIB, `${i}`]] })),
    )
    const abort = new AbortController()
    let steps = 0
    const onStep = (): void => {
      if (++steps === 15) abort.abort()
    }
    await expect(lab.restore(snapshot, { signal: abort.signal, onStep })).rejects.toMatchObject({ code: 'interrupted' })
    const source = look(lab.source)
    for (const [name, seen] of Object.entries(look(at)))
      if (name !== '') expect(differences({ [name]: source[name]! }, { [name]: seen })).toEqual([])
    await lab.restore(snapshot)
    expect(differences(look(lab.source), look(at))).toEqual([])
  })
})
