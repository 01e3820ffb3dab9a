// Going on where an earlier look stopped: after every single place the rest is the same as in one go.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ByteWriter } from '../../lib/bytes.ts'
import { backUp, makeFolder, makeRepository, writeFiles } from '../testing.ts'
import { encodeEntry } from '../tree/entry.ts'
import { walkTree } from '../tree/reader.ts'
import { entryOf, NodeStore, OWNERS } from '../tree/testing.ts'
import { DirectoryWriter } from '../tree/writer.ts'
import { entriesFrom, walkAfter } from './after.ts'
import { diff } from './diff.ts'
import { metaLoader } from './list.ts'

const FILES = {
  'a/one.txt': '1',
  'a/deep/er/x': 'x',
  'a-b': '2',
  'a.b/c': '3',
  'b/c/d/e/f': '4',
  'b/c/d/g': '5',
  z: '6',
  '\u00e4/\u00f6': '7',
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

async function twoSnapshots() {
  const { open } = await makeRepository()
  const folder = makeFolder()
  writeFiles(folder, FILES)
  mkdirSync(join(folder, 'empty'))
  const { snapshot: first } = await backUp(await open(), folder)
  rmSync(join(folder, 'b/c/d'), { recursive: true })
  writeFileSync(join(folder, 'a/deep/er/x'), 'changed')
  writeFiles(folder, { 'm/n/o': 'new', 'b/c/zz': 'new' })
  const { snapshot: second } = await backUp(await open(), folder)
  return { repository: await open(), first, second }
}

it('walks on after any path', async () => {
  const { repository, first } = await twoSnapshots()
  await repository.loadIndex()
  const load = metaLoader(repository)
  const top = Buffer.from(first.tree, 'hex')
  const all = (await collect(walkTree(load, top))).map(({ path }) => path)
  expect(all.length).toBeGreaterThan(15)
  expect((await collect(walkAfter(load, top, ''))).map(({ path }) => path)).toEqual(all)
  for (const [i, path] of all.entries()) {
    expect((await collect(walkAfter(load, top, path))).map((step) => step.path)).toEqual(all.slice(i + 1))
  }
})

it('walks on after a path that is not there', async () => {
  const { repository, first } = await twoSnapshots()
  await repository.loadIndex()
  const top = Buffer.from(first.tree, 'hex')
  expect(await collect(walkAfter(metaLoader(repository), top, '~'))).toEqual([])
  expect((await collect(walkAfter(metaLoader(repository), top, '0'))).length).toBeGreaterThan(15)
})

it('goes on with a comparison after any difference', async () => {
  const { repository, first, second } = await twoSnapshots()
  const all = (await collect(diff(repository, first, second))).map(({ path, change }) => `${change} ${path}`)
  expect(all.length).toBeGreaterThan(8)
  for (const [i, text] of all.entries()) {
    const rest = await collect(diff(repository, first, second, text.slice(text.indexOf(' ') + 1)))
    expect(rest.map(({ path, change }) => `${change} ${path}`)).toEqual(all.slice(i + 1))
  }
})

it('reads few nodes of a directory of 100,000 entries, wherever it goes on', async () => {
  const nodes = new NodeStore()
  const writer = new DirectoryWriter(nodes.store, OWNERS)
  const names = Array.from({ length: 100_000 }, (_, i) => `n${String(i).padStart(6, '0')}`)
  for (const name of names) {
    const entry = entryOf(name)
    const bytes = new ByteWriter()
    encodeEntry(bytes, name, entry, entry)
    await writer.add(name, entry.uid, entry.gid, bytes.view())
  }
  const top = await writer.finish()
  expect(nodes.nodes.size).toBeGreaterThan(50)
  for (const start of [0, 1, 33_333, 77_777, 99_999]) {
    nodes.loads = 0
    const found: string[] = []
    for await (const { entry } of entriesFrom(nodes.load, top, names[start]!)) {
      found.push(entry.name)
      if (found.length === 200) break
    }
    expect(found).toEqual(names.slice(start, start + 200))
    expect(nodes.loads).toBeLessThan(6)
  }
})
