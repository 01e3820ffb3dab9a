// Looking into snapshots: lists, finds, differences, and from what a person types to a snapshot.
import { chmodSync, mkdirSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ByteWriter } from '../../lib/bytes.ts'
import { MetaStore } from '../archive/meta.ts'
import type { Repository } from '../repository/repository.ts'
import { readSnapshot, readSnapshots, type StoredSnapshot, writeSnapshot } from '../repository/snapshot.ts'
import { backUp, codeRejected, keysOf, makeFolder, makeRepository, writeFiles } from '../testing.ts'
import { type Entry, encodeEntry } from '../tree/entry.ts'
import { entryOf, OWNERS } from '../tree/testing.ts'
import { DirectoryWriter } from '../tree/writer.ts'
import { diff } from './diff.ts'
import { find } from './find.ts'
import { list } from './list.ts'
import { latestSnapshot, resolveSnapshot } from './resolve.ts'

const FILES = { 'a/one.txt': 'one', 'a/two.TXT': 'two', 'a-b': 'x', 'b/deep/three.txt': 'three' }

async function backedUp() {
  const { storage, open } = await makeRepository()
  const repository = await open()
  const folder = makeFolder()
  writeFiles(folder, FILES)
  symlinkSync('a', join(folder, 'link'))
  const { snapshot } = await backUp(await open(), folder)
  /** Another backup of the same folder. */
  const again = async (options?: Parameters<typeof backUp>[2]) => (await backUp(await open(), folder, options)).snapshot
  return { storage, open, repository, folder, snapshot, again }
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

describe('list', () => {
  async function paths(path: string, recursive: boolean): Promise<string[]> {
    const { repository, snapshot, folder } = await backedUp()
    const steps = await collect(list(repository, snapshot, path.replace('~', folder), recursive))
    return steps.map((step) => step.path.replace(folder, '~'))
  }

  it('gives one directory', async () => {
    expect(await paths('~', false)).toEqual(['~/a', '~/a-b', '~/b', '~/link'])
    expect(await paths('~/a/', false)).toEqual(['~/a/one.txt', '~/a/two.TXT'])
  })

  it('gives everything below, in the order of the tree', async () => {
    expect(await paths('~', true)).toEqual([
      '~/a',
      '~/a/one.txt',
      '~/a/two.TXT',
      '~/a-b',
      '~/b',
      '~/b/deep',
      '~/b/deep/three.txt',
      '~/link',
    ])
  })

  it('gives a file itself, and a link without following it', async () => {
    expect(await paths('~/b//deep/three.txt', false)).toEqual(['~/b/deep/three.txt'])
    expect(await paths('~/link', true)).toEqual(['~/link'])
  })

  it('goes down from the top', async () => {
    const all = await paths('', true)
    expect(all).toContain('~/b/deep/three.txt')
    expect(await paths('/', false)).toHaveLength(1)
  })

  it.each(['~/c', '~/a/one.txt/x', '~/link/one.txt', '~/../..', '~/a/.'])('does not find %s', async (path) => {
    expect(await codeRejected(paths(path, false))).toBe('not_found')
  })
})

describe('find', () => {
  async function found(pattern: string, ignoreCase = false): Promise<string[]> {
    const { repository, folder, again } = await backedUp()
    writeFiles(folder, { 'late.txt': 'late' })
    await again()
    const { snapshots } = await readSnapshots(repository.storage, repository.keyring)
    const all = await collect(find(repository, pattern.replace('~', folder), { ignoreCase }))
    return all.map(
      ({ path, snapshot }) => `${snapshots.findIndex(({ id }) => id === snapshot.id)} ${path.replace(folder, '~')}`,
    )
  }

  it('gives matches of all snapshots, oldest first', async () => {
    expect(await found('*.txt')).toEqual([
      '0 ~/a/one.txt',
      '0 ~/b/deep/three.txt',
      '1 ~/a/one.txt',
      '1 ~/b/deep/three.txt',
      '1 ~/late.txt',
    ])
    expect(await found('late*')).toEqual(['1 ~/late.txt'])
    expect(await found('two.txt', true)).toEqual(['0 ~/a/two.TXT', '1 ~/a/two.TXT'])
    expect(await found('nothing')).toEqual([])
  })

  it('takes whole paths too', async () => {
    expect(await found('~/a/o*')).toEqual(['0 ~/a/one.txt', '1 ~/a/one.txt'])
  })
})

describe('diff', () => {
  async function changes(change: (folder: string) => void): Promise<string[]> {
    const { repository, folder, snapshot, again } = await backedUp()
    change(folder)
    const found = await collect(diff(repository, snapshot, await again({ type: 'full' })))
    return found.map((each) => `${each.change} ${each.path.replace(folder, '~')}`)
  }

  it('is empty when nothing changed', async () => {
    expect(await changes(() => undefined)).toEqual([])
  })

  it('tells what was added and removed, with everything below', async () => {
    const found = await changes((folder) => {
      rmSync(join(folder, 'b'), { recursive: true })
      mkdirSync(join(folder, 'a-dir/x'), { recursive: true })
      writeFileSync(join(folder, 'a-dir/x/y'), '')
    })
    expect(found).toEqual([
      'added ~/a-dir',
      'added ~/a-dir/x',
      'added ~/a-dir/x/y',
      'removed ~/b',
      'removed ~/b/deep',
      'removed ~/b/deep/three.txt',
    ])
  })

  it('tells content, metadata and type apart', async () => {
    const found = await changes((folder) => {
      writeFileSync(join(folder, 'a/one.txt'), 'uno')
      chmodSync(join(folder, 'a/two.TXT'), 0o600)
      utimesSync(join(folder, 'b/deep/three.txt'), 1, 1)
      rmSync(join(folder, 'link'))
      writeFileSync(join(folder, 'link'), '')
      rmSync(join(folder, 'a-b'))
      mkdirSync(join(folder, 'a-b'))
      writeFileSync(join(folder, 'a-b/new'), '')
    })
    expect(found).toEqual([
      'content ~/a/one.txt',
      'metadata ~/a/two.TXT',
      'type ~/a-b',
      'added ~/a-b/new',
      'metadata ~/b/deep/three.txt',
      'type ~/link',
    ])
  })

  it('turned round tells the opposite', async () => {
    const { repository, folder, snapshot, again } = await backedUp()
    writeFiles(folder, { new: 'x' })
    const found = await collect(diff(repository, await again(), snapshot))
    expect(found.map(({ change, path }) => [change, path])).toEqual([['removed', `${folder}/new`]])
  })

  /** Differences between two snapshots that differ in one entry only. */
  async function between(before: Entry, after: Entry): Promise<string[]> {
    const { repository, snapshot } = await backedUp()
    const table = await repository.loadIndex()
    const { storage, keyring } = repository
    const meta = new MetaStore({
      storage,
      keyring,
      table,
      packSize: 1 << 20,
      onStored: (pack) => repository.addPack(pack),
    })
    const snapshotWith = async (entry: Entry): Promise<StoredSnapshot> => {
      const writer = new DirectoryWriter(meta.store, OWNERS)
      const bytes = new ByteWriter()
      encodeEntry(bytes, entry.name, entry, entry)
      await writer.add(entry.name, entry.uid, entry.gid, bytes.view())
      const tree = Buffer.from(await writer.finish()).toString('hex')
      await meta.flush()
      return { ...snapshot, tree }
    }
    const found = await collect(diff(repository, await snapshotWith(before), await snapshotWith(after)))
    return found.map(({ change, path }) => `${change} ${path}`)
  }
  const sparse = (holes: number[]): Entry => entryOf('f', { size: 200, holes, content: Buffer.alloc(32, 1) })

  it('tells holes that moved: the same chunks lie elsewhere', async () => {
    expect(await between(sparse([0, 100]), sparse([100, 100]))).toEqual(['content /f'])
    expect(await between(sparse([0, 100]), { ...sparse([0, 100]), inoLow: 5, ctimeSec: 7 })).toEqual([])
  })

  it('tells other attributes, owners and times', async () => {
    const plain = entryOf('f')
    const others = [{ uid: 5 }, { gid: 5 }, { mtimeNsec: 7 }, { xattrs: [['user.a', Buffer.from('1')] as const] }]
    for (const other of others) expect(await between(plain, { ...plain, ...other })).toEqual(['metadata /f'])
    expect(
      await between(
        { ...plain, xattrs: [['user.a', Buffer.from('1')]] },
        { ...plain, xattrs: [['user.a', Buffer.from('2')]] },
      ),
    ).toEqual(['metadata /f'])
    const device = entryOf('f', { type: 'block', deviceMinor: 1 })
    expect(await between(device, { ...device, deviceMinor: 2 })).toEqual(['content /f'])
    const link = entryOf('f', { type: 'symlink', target: 'a' })
    expect(await between(link, { ...link, target: 'b' })).toEqual(['content /f'])
  })
})

describe('resolveSnapshot', () => {
  async function three(): Promise<{ repository: Repository; ids: string[] }> {
    const { repository, snapshot, again } = await backedUp()
    const ids = [snapshot.id, (await again()).id, (await again()).id]
    return { repository, ids }
  }

  it('finds the latest, a whole id, and the beginning of one', async () => {
    const { repository, ids } = await three()
    expect((await resolveSnapshot(repository, 'latest')).id).toBe(ids[2])
    for (const id of ids) {
      expect((await resolveSnapshot(repository, id)).id).toBe(id)
      expect((await resolveSnapshot(repository, id.slice(0, 12))).id).toBe(id)
    }
  })

  it('refuses what names none or several', async () => {
    const { repository } = await three()
    for (const text of ['', 'abc', 'Latest', 'xyz1', '../config', 'A'.repeat(64), '0'.repeat(65)])
      expect(await codeRejected(resolveSnapshot(repository, text))).toBe('usage')
    expect(await codeRejected(resolveSnapshot(repository, '0'.repeat(64)))).toBe('not_found')
    for (const end of ['1', '2']) await repository.storage.put(`snapshots/${'0'.repeat(63)}${end}`, Buffer.from('x'))
    expect(await codeRejected(resolveSnapshot(repository, '0000'))).toBe('usage')
  })

  it('says that there is none yet', async () => {
    const { open } = await makeRepository()
    expect(await codeRejected(resolveSnapshot(await open(), 'latest'))).toBe('not_found')
  })

  it('tells which sources the latest has nothing of', async () => {
    const { repository, ids } = await three()
    expect(await latestSnapshot(repository)).toMatchObject({ snapshot: { id: ids[2] }, otherSources: [] })
    const { storage, keyring } = repository
    const newest = await readSnapshot(storage, keyring, ids[2]!)
    const other = { ...newest, paths: ['/elsewhere'] }
    for (const time of ['2001-01-01T00:00:00.000Z', '2001-01-02T00:00:00.000Z'])
      await writeSnapshot(storage, keyring, { ...other, time })
    const { snapshot, otherSources } = await latestSnapshot(repository)
    expect(snapshot.id).toBe(ids[2])
    expect(otherSources).toEqual([{ host: newest.host, paths: ['/elsewhere'] }])
  })

  it('takes no older one for the latest while one can not be read', async () => {
    const { repository, ids } = await three()
    await repository.storage.put(`snapshots/${ids[2]}`, Buffer.from('garbage'))
    expect(await codeRejected(resolveSnapshot(repository, 'latest'))).toBe('damaged')
    expect((await resolveSnapshot(repository, ids[0]!)).id).toBe(ids[0])
  })
})

it('a sparse file is seen to change when its data moves', async () => {
  const { repository, folder, storage, again } = await backedUp()
  const path = join(folder, 'sparse')
  const write = (at: number): void => {
    rmSync(path, { force: true })
    writeFileSync(path, '')
    truncateSync(path, at)
    writeFileSync(path, Buffer.alloc(1 << 20, 7), { flag: 'a' })
    truncateSync(path, 3 << 20)
    utimesSync(path, 1, 1)
  }
  write(0)
  const before = await again({ type: 'full' })
  write(2 << 20)
  const after = await again({ type: 'full' })
  const found = await collect(diff(repository, before, after))
  expect(found.map(({ change, path: at }) => [change, at])).toEqual([['content', path]])
  expect(keysOf(storage, 'snapshots/')).toHaveLength(3)
})
