// Directories of any number of entries come back in order, one change rewrites little of them, and a name is found without reading all.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Entry } from './entry.ts'
import { lookUp, lookUpPath, readDirectory, walkTree } from './reader.ts'
import {
  entryArbitrary,
  entryOf,
  NodeStore,
  nameArbitrary,
  namesOf,
  plainEntry,
  sorted,
  writeDirectory,
} from './testing.ts'

/** Names of directories as people and programs make them. */
const shapes: Record<string, (n: number) => string> = {
  numbered: (n) => `file-${String(n).padStart(7, '0')}.dat`,
  unpadded: (n) => `${n}`,
  camera: (n) => `IMG_${20_200_000 + n}.JPG`,
  hashed: (n) =>
    Math.imul(n + 1, 0x9e3779b1)
      .toString(16)
      .replace('-', 'f')
      .padStart(32, '0'),
  doubled: (n) => [...String(n).padStart(7, '0')].map((digit) => digit + digit).join(''),
}

const build = async (nodes: NodeStore, names: readonly string[]): Promise<Uint8Array> =>
  writeDirectory(
    nodes,
    names.map((name) => entryOf(name)),
  )

describe('a directory', () => {
  it('comes back with all its entries, in order, with their owners', async () => {
    const entries = fc
      .array(entryArbitrary, { maxLength: 60 })
      .map((all) => [...new Map(all.map((entry) => [entry.name, entry])).values()])
      .map((all): Entry[] => all.sort((a, b) => (a.name < b.name ? -1 : 1)))
    await fc.assert(
      fc.asyncProperty(entries, async (given) => {
        const nodes = new NodeStore()
        const node = await writeDirectory(nodes, given)
        const back: unknown[] = []
        for await (const { entry, owners } of readDirectory(nodes.load, node)) {
          back.push(plainEntry(entry))
          expect(owners.users.get(entry.uid)).toBe(entry.uid === 0 ? 'root' : '')
          expect(owners.groups.get(entry.gid)).toBe(`group ${entry.gid}`)
        }
        expect(back).toEqual(given.map(plainEntry))
      }),
      { numRuns: 60 },
    )
  })

  it('of 0 to 5,000 names of any bytes comes back, and gives the same node again', async () => {
    const manyNames = fc
      .tuple(fc.nat(5000), fc.array(nameArbitrary, { minLength: 1, maxLength: 40 }))
      .map(([count, seeds]) =>
        sorted(Array.from({ length: count }, (_, n) => `${seeds[n % seeds.length]!.slice(0, 200)}${n.toString(36)}`)),
      )
    await fc.assert(
      fc.asyncProperty(manyNames, async (names) => {
        const nodes = new NodeStore()
        const node = await build(nodes, names)
        expect(await namesOf(nodes.load, node)).toEqual(names)
        expect(Buffer.from(await build(new NodeStore(), names))).toEqual(Buffer.from(node))
      }),
      { numRuns: 25 },
    )
  })

  it.each([0, 1, 511, 512, 513, 2047, 2048, 2049, 5000])('of %d entries comes back', async (count) => {
    const nodes = new NodeStore()
    const names = sorted(Array.from({ length: count }, (_, n) => shapes.numbered!(n)))
    expect(await namesOf(nodes.load, await build(nodes, names))).toEqual(names)
  })

  it('with large entries is split by bytes, so that no node is much over a MiB', async () => {
    const nodes = new NodeStore()
    const content = Buffer.alloc(512 * 32, 1)
    const entries = Array.from({ length: 300 }, (_, n) => entryOf(shapes.numbered!(n), { content }))
    const node = await writeDirectory(nodes, entries)
    expect(await namesOf(nodes.load, node)).toHaveLength(300)
    expect(nodes.nodes.size).toBeGreaterThan(4)
    for (const bytes of nodes.nodes.values()) expect(bytes.length).toBeLessThan((1 << 20) + (64 << 10))
  })
})

describe('one change in a directory of 50,000', () => {
  const COUNT = 50_000

  it.each(Object.keys(shapes))('rewrites a few nodes only, with names that are %s', async (shape) => {
    const names = sorted(Array.from({ length: COUNT }, (_, n) => shapes[shape]!(n)))
    const nodes = new NodeStore()
    await build(nodes, names)
    expect(nodes.nodes.size).toBeGreaterThan(20)
    const rewritten = async (changed: readonly string[]): Promise<number> => {
      const before = nodes.nodes.size
      await build(nodes, changed)
      return nodes.nodes.size - before
    }
    for (const i of [0, 15_000, COUNT - 1]) {
      expect(await rewritten([...names.slice(0, i + 1), `${names[i]}~`, ...names.slice(i + 1)])).toBeLessThanOrEqual(8)
    }
    expect(await rewritten(names.toSpliced(33_333, 1))).toBeLessThanOrEqual(8)
  })
})

describe('lookUp', () => {
  const names = sorted(Array.from({ length: 20_000 }, (_, n) => shapes.hashed!(n)))

  it('finds every name, and reads at most two leaves and the way down to them', async () => {
    const nodes = new NodeStore()
    const node = await build(nodes, names)
    for (let i = 0; i < names.length; i += 37) {
      nodes.loads = 0
      expect((await lookUp(nodes.load, node, names[i]!))?.entry.name).toBe(names[i])
      expect(nodes.loads).toBeLessThanOrEqual(4)
    }
  })

  it('finds nothing that is not there', async () => {
    const nodes = new NodeStore()
    const node = await build(nodes, names)
    const there = new Set(names)
    const near = names.filter((_, i) => i % 97 === 0).flatMap((name) => [`${name}0`, `${name}\0`, name.slice(0, -1)])
    for (const name of [...near, '', '\xff', '.', '..', 'zzz']) {
      if (!there.has(name)) expect(await lookUp(nodes.load, node, name)).toBeUndefined()
    }
  })

  it('agrees with the list of names, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(nameArbitrary, { maxLength: 30 }), nameArbitrary, async (given, other) => {
        const nodes = new NodeStore()
        const node = await build(nodes, sorted(given))
        for (const name of [...given, other])
          expect((await lookUp(nodes.load, node, name))?.entry.name).toBe(given.includes(name) ? name : undefined)
      }),
      { numRuns: 40 },
    )
  })
})

describe('lookUpPath and walkTree', () => {
  async function threeLevels() {
    const nodes = new NodeStore()
    const inner = await build(nodes, ['x', 'y'])
    const middle = await writeDirectory(nodes, [
      entryOf('deep', { type: 'directory', subtree: inner }),
      entryOf('file'),
    ])
    const top = await writeDirectory(nodes, [
      entryOf('a', { type: 'directory', subtree: middle }),
      entryOf('a-b'),
      entryOf('unreadable', { type: 'directory', errno: 13 }),
      entryOf('z', { type: 'symlink', target: 'a' }),
    ])
    return { nodes, top }
  }

  it('find what lies below, and nothing through a file or a link', async () => {
    const { nodes, top } = await threeLevels()
    const find = async (path: string) => (await lookUpPath(nodes.load, top, path))?.entry.name
    expect(await find('a/deep/x')).toBe('x')
    expect(await find('/a//deep/')).toBe('deep')
    expect(await find('a-b')).toBe('a-b')
    for (const path of ['', 'a/file/x', 'z/deep', 'a/../a', './a', 'a/deep/w', 'b'])
      expect(await find(path)).toBeUndefined()
  })

  it('go through everything, a directory before what it holds', async () => {
    const { nodes, top } = await threeLevels()
    const paths = async (descend?: (path: string) => boolean): Promise<string[]> => {
      const all: string[] = []
      for await (const { path } of walkTree(nodes.load, top, '', descend)) all.push(path)
      return all
    }
    expect(await paths()).toEqual(['a', 'a/deep', 'a/deep/x', 'a/deep/y', 'a/file', 'a-b', 'unreadable', 'z'])
    expect(await paths((path) => path !== 'a/deep')).toEqual(['a', 'a/deep', 'a/file', 'a-b', 'unreadable', 'z'])
    expect(await paths(() => false)).toEqual(['a', 'a-b', 'unreadable', 'z'])
  })

  it('go down thousands of levels', async () => {
    const nodes = new NodeStore()
    let node = await build(nodes, ['bottom'])
    for (let i = 0; i < 5000; i++)
      node = await writeDirectory(nodes, [entryOf('d', { type: 'directory', subtree: node })])
    let count = 0
    let last = ''
    for await (const { entry } of walkTree(nodes.load, node)) {
      count++
      last = entry.name
    }
    expect([count, last]).toEqual([5001, 'bottom'])
  })
})
