// Trees that no honest writer makes are refused, and reading them comes to an end.
import { describe, expect, it } from 'vitest'
import { ByteWriter } from '../../lib/bytes.ts'
import { codeRejected } from '../testing.ts'
import { type Entry, encodeEntry } from './entry.ts'
import { type Child, encodeInner, encodeLeaf } from './node.ts'
import { lookUp } from './reader.ts'
import { entryOf, NodeStore, namesOf } from './testing.ts'

const NOBODY = { users: new Map(), groups: new Map() }

/** A leaf of these entries as they are, in whatever order; `extra` adds bytes to the last one. */
function leafOf(entries: readonly Entry[], extra = 0): Buffer {
  const all = new ByteWriter()
  for (const entry of entries) {
    const one = new ByteWriter()
    encodeEntry(one, entry.name, entry, entry)
    all.varint(one.length + extra).raw(one.view())
    all.raw(Buffer.alloc(Math.max(extra, 0)))
  }
  return encodeLeaf(NOBODY, all.view())
}
const leafNamed = (...names: string[]): Buffer => leafOf(names.map((name) => entryOf(name)))

async function refused(node: Uint8Array, nodes = new NodeStore()): Promise<string> {
  return codeRejected(namesOf(nodes.load, await nodes.store(node)))
}

describe('a leaf', () => {
  it.each(['', '.', '..', 'a/b', '/', '/etc', '../../x', 'a\0b'])('with the name %j is refused', async (name) => {
    expect(await refused(leafNamed(name))).toBe('damaged')
  })

  it.each([[['b', 'a']], [['a', 'a']], [['a', 'b', 'ab']], [['\xff', '\x7f']]])(
    'with its names out of order is refused: %j',
    async (names) => {
      expect(await refused(leafNamed(...names))).toBe('damaged')
      expect(await refused(leafNamed(...names.toSorted((a, b) => (a < b ? -1 : 1)).slice(0, 1)))).toBe('nothing')
    },
  )

  it('with an entry that is longer or shorter than it says is refused', async () => {
    expect(await refused(leafOf([entryOf('a')]))).toBe('nothing')
    expect(await refused(leafOf([entryOf('a')], 1))).toBe('damaged')
    expect(await refused(leafOf([entryOf('a')], -1))).toBe('damaged')
    expect(await refused(Buffer.concat([leafOf([entryOf('a')]), Uint8Array.of(5)]))).toBe('damaged')
  })
})

describe('names in several leaves', () => {
  async function under(nodes: NodeStore, ...leaves: [firstName: string, leaf: Buffer][]): Promise<Buffer> {
    const children: Child[] = []
    for (const [firstName, leaf] of leaves) children.push({ id: await nodes.store(leaf), firstName })
    return encodeInner(children)
  }

  it('are refused when they do not ascend from one to the next', async () => {
    const nodes = new NodeStore()
    const good = await under(nodes, ['a', leafNamed('a', 'b')], ['c', leafNamed('c')])
    const back = await under(nodes, ['a', leafNamed('a', 'x')], ['c', leafNamed('c')])
    const twice = await under(nodes, ['a', leafNamed('a', 'c')], ['c', leafNamed('c')])
    expect(await refused(good, nodes)).toBe('nothing')
    expect(await refused(back, nodes)).toBe('damaged')
    expect(await refused(twice, nodes)).toBe('damaged')
  })

  it('are refused when one leaf stands for many', async () => {
    const nodes = new NodeStore()
    const many = Array.from({ length: 1000 }, (_, i): [string, Buffer] => [String(i + 1000), leafNamed('1000')])
    expect(await refused(await under(nodes, ...many), nodes)).toBe('damaged')
  })
})

describe('inner nodes', () => {
  it('that hold themselves are refused', async () => {
    const nodes = new NodeStore()
    const id = Buffer.alloc(32, 7)
    nodes.plant(id, encodeInner([{ id, firstName: 'a' }]))
    expect(await codeRejected(namesOf(nodes.load, id))).toBe('damaged')
    expect(await codeRejected(lookUp(nodes.load, id, 'zzz'))).toBe('damaged')
    expect(nodes.loads).toBeLessThan(30)
  })

  it('that hold each other many times over are refused, quickly', async () => {
    const nodes = new NodeStore()
    const id = Buffer.alloc(32, 7)
    nodes.plant(id, encodeInner(Array.from({ length: 2000 }, (_, i) => ({ id, firstName: String(i + 1000) }))))
    expect(await codeRejected(namesOf(nodes.load, id))).toBe('damaged')
    expect(nodes.loads).toBeLessThan(30)
  })

  it('that multiply an empty leaf to no end are refused, quickly', async () => {
    const nodes = new NodeStore()
    let id = await nodes.store(leafNamed())
    for (let depth = 0; depth < 8; depth++) {
      const children = Array.from({ length: 100 }, (_, i) => ({ id, firstName: String(i + 1000) }))
      id = await nodes.store(encodeInner(children))
    }
    expect(await codeRejected(namesOf(nodes.load, id))).toBe('damaged')
    expect(nodes.loads).toBeLessThan(1000)
  })

  it.each([8, 9, 30])('may be stacked 8 high and no higher (%d)', async (height) => {
    const nodes = new NodeStore()
    let id = await nodes.store(leafNamed('a'))
    for (let i = 0; i < height; i++) id = await nodes.store(encodeInner([{ id, firstName: 'a' }]))
    expect(await codeRejected(namesOf(nodes.load, id))).toBe(height <= 8 ? 'nothing' : 'damaged')
  })

  it('that name a node that is not there, or is no node, are refused', async () => {
    const nodes = new NodeStore()
    const list = await nodes.store(Buffer.concat([Uint8Array.of(3), Buffer.alloc(32)]))
    for (const id of [Buffer.alloc(32, 9), list])
      expect(await refused(encodeInner([{ id, firstName: 'a' }]), nodes)).toBe('damaged')
  })
})
