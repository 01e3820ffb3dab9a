// Trees that no backup makes, from somebody who has the keys: a restore fails at them, and touches nothing but its target.
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MetaStore } from '#server/engine/archive/meta.ts'
import { META } from '#server/engine/crypto/chunk-id.ts'
import { type StoredSnapshot, writeSnapshot } from '#server/engine/repository/snapshot.ts'
import { type Entry, encodeEntry, NO_DETAILS } from '#server/engine/tree/entry.ts'
import { CONTENT_LIST, encodeInner, encodeLeaf } from '#server/engine/tree/node.ts'
import { lookUpPath } from '#server/engine/tree/reader.ts'
import { ByteWriter } from '#server/lib/bytes.ts'
import { Lab, type Restored } from './lab.ts'
import { openRepository } from './repository.ts'
import { build, isRoot, look, makeLastingFolder, removeFolder } from './tree.ts'

const CONTENT = 'ten bytes.'
const NO_NAMES = { users: new Map<number, string>(), groups: new Map<number, string>() }

/** Stores tree nodes as a backup would, whatever is in them. */
class Forger {
  readonly store: (bytes: Uint8Array) => Promise<Uint8Array>

  constructor(store: (bytes: Uint8Array) => Promise<Uint8Array>) {
    this.store = store
  }

  leaf(entries: readonly Entry[]): Promise<Uint8Array> {
    const writer = new ByteWriter()
    const one = new ByteWriter()
    for (const entry of entries) {
      encodeEntry(one.reset(), entry.name, entry, entry)
      writer.blob(one.view())
    }
    return this.store(encodeLeaf(NO_NAMES, writer.view()))
  }

  async inner(children: readonly { id: Uint8Array; firstName: string }[]): Promise<Uint8Array> {
    return this.store(encodeInner(children))
  }
}

/** Puts a snapshot of forged trees into the repository. */
async function forge(
  lab: Lab,
  model: StoredSnapshot,
  make: (forger: Forger) => Promise<Uint8Array>,
): Promise<StoredSnapshot> {
  const repository = await openRepository(lab.repository)
  const { storage, keyring, config } = repository
  const table = await repository.loadIndex()
  const index = repository.newIndexWriter()
  const onStored = (pack: Parameters<typeof index.add>[0]): void => index.add(pack)
  const meta = new MetaStore({ storage, keyring, table, packSize: config.packSize.meta, onStored })
  const tree = await make(new Forger(meta.store))
  await meta.flush()
  await index.flush()
  const { id: _, ...rest } = model
  return writeSnapshot(storage, keyring, { ...rest, tree: Buffer.from(tree).toString('hex') })
}

let lab: Lab
let model: StoredSnapshot
/** An honest file: ten bytes in one chunk. */
let honest: Entry
let targets = 0

beforeAll(async () => {
  lab = await Lab.open(makeLastingFolder())
  build(lab.source, [{ path: 'honest', type: 'file', data: CONTENT, mode: 0o644, mtime: 1_000_000_000n }])
  model = (await lab.backup()).snapshot
  const repository = await openRepository(lab.repository)
  await repository.loadIndex()
  const load = (id: Uint8Array): Promise<Buffer> => repository.readChunk(META, id)
  const found = await lookUpPath(load, Buffer.from(model.tree, 'hex'), `${lab.source}/honest`)
  honest = { ...found!.entry, xattrs: [] }
})

afterAll(() => removeFolder(lab.folder))

const file = (name: string, more: Partial<Entry> = {}): Entry => ({ ...honest, name, ...more })
const other = (type: Entry['type'], name: string, more: Partial<Entry> = {}): Entry => ({
  ...honest,
  ...NO_DETAILS,
  type,
  name,
  size: 0,
  ...more,
})

type Attempt = { outcome: Restored; target: string; names: readonly string[] }

/** Restores forged trees to a folder of its own, beside a folder that must stay as it is. */
async function attempt(make: (forger: Forger) => Promise<Uint8Array>): Promise<Attempt> {
  const folder = path.join(lab.folder, `try ${++targets}`)
  const target = path.join(folder, 'target')
  mkdirSync(path.join(folder, 'outside'), { recursive: true })
  mkdirSync(target)
  const snapshot = await forge(lab, model, make)
  const outcome = await lab.restore(snapshot, { target, threads: 0, verify: true })
  expect(readdirSync(folder)).toEqual(['outside', 'target'])
  expect(readdirSync(path.join(folder, 'outside'))).toEqual([])
  return { outcome, target, names: readdirSync(target).sort() }
}

const messages = ({ outcome }: Attempt): string[] => outcome.failures.map(({ message }) => message)

describe('names', () => {
  it.each(['..', '.', '', 'a/b', '../outside/x', '/etc/holdfast', 'a\0b'])('%j is no name', async (name) => {
    const found = await attempt((forger) => forger.leaf([file(name)]))
    expect(found.outcome.damaged).toBe(true)
    expect(messages(found)).toEqual([expect.stringContaining('impossible name')])
    expect(found.names).toEqual([])
  })

  it('twice the same: the second would be written through the first', async () => {
    const found = await attempt(async (forger) => {
      const below = await forger.leaf([file('x')])
      return forger.leaf([other('symlink', 'a', { target: '../outside' }), other('directory', 'a', { subtree: below })])
    })
    expect(messages(found)).toEqual([expect.stringContaining('out of order')])
  })

  it.each(['in one node', 'over two nodes'])('out of order, %s', async (where) => {
    const found = await attempt(async (forger) => {
      if (where === 'in one node') return forger.leaf([file('b'), file('a')])
      const [first, second] = [await forger.leaf([file('b')]), await forger.leaf([file('a')])]
      return forger.inner([
        { id: first, firstName: 'b' },
        { id: second, firstName: 'a' },
      ])
    })
    expect(messages(found)).toEqual([expect.stringContaining('out of order')])
    expect(found.names).not.toContain('a')
  })

  it('longer than the system takes: a failure, and the others come', async () => {
    const found = await attempt((forger) => forger.leaf([file('b'.repeat(300)), file('c')]))
    expect(messages(found)).toEqual([expect.stringContaining('ENAMETOOLONG')])
    expect(found.names).toEqual(['c'])
  })
})

describe('sizes', () => {
  const HUGE = 2 ** 52
  const wrong: [string, Partial<Entry>, RegExp][] = [
    ['more than the chunks hold', { size: 11 }, /make 10 bytes, its entry says 11/],
    ['less than the chunks hold', { size: 9 }, /make 10 bytes, its entry says 9/],
    ['huge, with a small chunk', { size: HUGE }, /make 10 bytes/],
    ['huge, all hole', { size: HUGE, content: new Uint8Array(0), holes: [0, HUGE] }, /EFBIG|too large/],
    ['huge, a chunk and a hole', { size: HUGE, holes: [10, HUGE - 10] }, /EFBIG|too large/],
    ['a hole within a chunk', { size: 15, holes: [5, 5] }, /make 10 bytes, its entry says 15/],
    ['nothing of what it says', { size: 5, content: new Uint8Array(0) }, /make 0 bytes, its entry says 5/],
  ]

  it.each(wrong)('%s: a failure, and nothing is left of it', async (_, more, message) => {
    const found = await attempt((forger) => forger.leaf([file('a', more), file('b')]))
    expect(messages(found)).toEqual([expect.stringMatching(message)])
    expect(found.names).toEqual(['b'])
    expect(readFileSync(path.join(found.target, 'b'), 'latin1')).toBe(CONTENT)
  })

  it.each([[[10, 5]], [[0, 5, 3, 2]], [[5, 2, 0, 1]], [[0, 0]]])('holes %j are refused', async (holes) => {
    const found = await attempt((forger) => forger.leaf([file('a', { holes })]))
    expect(messages(found)).toEqual([expect.stringContaining('impossible holes')])
    expect(found.names).toEqual([])
  })
})

describe('contents', () => {
  it('that are not there: a failure, and nothing is left', async () => {
    const missing = Buffer.alloc(32, 7)
    const found = await attempt((forger) =>
      forger.leaf([
        file('a', { content: missing }),
        file('b', { content: Buffer.concat([honest.content, missing]), size: 20 }),
        other('directory', 'c', { subtree: missing }),
        file('d', { content: missing, contentDepth: 1 }),
        file('e'),
      ]),
    )
    expect(found.outcome.failures.map((failure) => failure.path).sort()).toEqual(['/a', '/b', '/c', '/d'])
    expect(found.names).toEqual(['c', 'e'])
  })

  it('lists within lists that would unfold to more than all disks hold', async () => {
    const found = await attempt(async (forger) => {
      let ids = Buffer.concat(Array.from({ length: 4096 }, () => honest.content))
      for (let depth = 0; depth < 7; depth++) {
        const list = await forger.store(Buffer.concat([Uint8Array.of(CONTENT_LIST), ids]))
        ids = Buffer.concat(Array.from({ length: 4096 }, () => list))
      }
      return forger.leaf([file('a', { content: ids.subarray(0, 320), contentDepth: 7, size: 1000 }), file('b')])
    })
    expect(messages(found)).toEqual([expect.stringMatching(/its entry says 1000/)])
    expect(found.names).toEqual(['b'])
    const { problems } = await lab.verify()
    expect(problems.some(({ message }) => message.includes('instead of 1000'))).toBe(true)
  })

  it('lists and nodes that are stacked too high, or are no such things', async () => {
    const found = await attempt(async (forger) => {
      const leaf = await forger.leaf([file('x')])
      let high = leaf
      for (let depth = 0; depth < 12; depth++) high = await forger.inner([{ id: high, firstName: 'x' }])
      return forger.leaf([
        other('directory', 'a', { subtree: high }),
        file('b', { content: leaf, contentDepth: 200 }),
        file('c', { content: leaf, contentDepth: 1 }),
        other('directory', 'd', { subtree: honest.content }),
        file('e', { content: leaf }),
      ])
    })
    expect(found.outcome.failures.map((failure) => failure.path).sort()).toEqual(['/a', '/b', '/c', '/d', '/e'])
    expect(found.outcome.damaged).toBe(true)
    expect(found.names).toEqual(['a', 'd'])
  })
})

describe('links', () => {
  it('names of one inode that are different things are each what they are', async () => {
    const inode = { nlink: 3, inoLow: 4711, devMinor: 1 }
    const found = await attempt((forger) =>
      forger.leaf([
        other('symlink', 'a', { ...inode, target: '../outside' }),
        file('b', inode),
        file('c', { ...inode, mtimeSec: 5 }),
        other('fifo', 'd', inode),
        other('symlink', 'e', { ...inode, target: '../outside' }),
      ]),
    )
    expect(messages(found)).toEqual([])
    const after = look(found.target)
    expect([after.a!.type, after.b!.type, after.d!.type, after.e!.type]).toEqual(['symlink', 'file', 'fifo', 'symlink'])
    expect([after.b!.group, after.c!.group, after.c!.mtime]).toEqual([undefined, undefined, '5000000000'])
    expect(after.e!.group).toBe('a')
  })

  it('more names than the inode says it has', async () => {
    const inode = { nlink: 2, inoLow: 4712, devMinor: 1 }
    const names = ['a', 'b', 'c', 'd', 'e']
    const found = await attempt((forger) => forger.leaf(names.map((name) => file(name, inode))))
    expect(messages(found)).toEqual([])
    for (const name of names) expect(readFileSync(path.join(found.target, name), 'latin1')).toBe(CONTENT)
  })

  it.each([
    ['', 'ENOENT'],
    ['a\0b', 'EINVAL'],
    ['x'.repeat(5000), 'ENAMETOOLONG'],
  ])('a symlink to what can not be (%j)', async (to, code) => {
    const found = await attempt((forger) => forger.leaf([other('symlink', 'a', { target: to }), file('b')]))
    expect(messages(found)).toEqual([expect.stringContaining(code)])
    expect(found.names).toEqual(['b'])
  })
})

describe.runIf(isRoot)('metadata', () => {
  it('owners that no system has are not cut to those of somebody else', async () => {
    const found = await attempt((forger) =>
      forger.leaf([
        file('a', { uid: 2 ** 32 }),
        file('b', { uid: 2 ** 32 + 1000, gid: 2 ** 40 }),
        file('c', { uid: 7 }),
      ]),
    )
    const after = look(found.target)
    expect(after.c?.uid).toBe(7)
    for (const name of ['a', 'b']) {
      const told = [...found.outcome.failures, ...found.outcome.differences].filter((each) => each.path === `/${name}`)
      expect([name, told.length > 0]).toEqual([name, true])
      expect(after[name]?.uid).not.toBe(1000)
    }
  })

  it('devices and attributes that no system has are told', async () => {
    const found = await attempt((forger) =>
      forger.leaf([
        other('character', 'a', { deviceMajor: 5000, deviceMinor: 1 }),
        file('b', { xattrs: [['', Buffer.from('x')]] }),
        file('c', { xattrs: [['nowhere.x', Buffer.from('x')]] }),
        file('d', { xattrs: [['user.a\0b', Buffer.from('x')]] }),
        file('e'),
      ]),
    )
    const told = [...found.outcome.failures, ...found.outcome.differences].map((each) => each.path)
    expect(told.sort()).toEqual(['/a', '/b', '/c', '/d'])
    expect(found.names).toContain('e')
  })
})

it('a target with a link planted in it: entries of that name do not follow it', async () => {
  const snapshot = await forge(lab, model, async (forger) => {
    const below = await forger.leaf([file('x')])
    return forger.leaf([other('directory', 'a', { subtree: below })])
  })
  const target = path.join(lab.folder, 'planted')
  const outside = path.join(lab.folder, 'planted outside')
  mkdirSync(target)
  mkdirSync(outside)
  symlinkSync(outside, path.join(target, 'a'))
  await lab.restore(snapshot, { target })
  expect(existsSync(path.join(outside, 'x'))).toBe(false)
})
