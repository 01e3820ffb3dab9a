// Nodes: documented bytes, and `damaged` for anything that is no node.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteWriter } from '../../lib/bytes.ts'
import { ChunkHasher, META } from '../crypto/chunk-id.ts'
import { codeThrown, documentedKeys } from '../testing.ts'
import { encodeEntry } from './entry.ts'
import { decodeNode, encodeInner, encodeLeaf, INNER, LEAF } from './node.ts'
import { entryOf, nameArbitrary, sorted } from './testing.ts'

const names = fc.dictionary(fc.nat(70_000).map(String), nameArbitrary, { maxKeys: 5 })
const mapOf = (record: Record<string, string>): Map<number, string> =>
  new Map(Object.entries(record).map(([id, name]) => [Number(id), name]))
const ID = Buffer.alloc(32, 1)

describe('a leaf', () => {
  it('has the documented bytes and id', () => {
    const content = Buffer.from('e468c8b021afd0e9ceff2ce152d7c8b666d92ca5203691d47c2f24a92bb36d97', 'hex')
    const entry = new ByteWriter()
    const a = entryOf('a', { size: 5, content })
    encodeEntry(entry, a.name, a, a)
    expect(entry.length).toBe(60)
    const owners = { users: new Map([[1000, 'al']]), groups: new Map([[1000, '']]) }
    const leaf = encodeLeaf(owners, new ByteWriter().blob(entry.view()).view())
    expect(leaf.toString('hex')).toMatch(/^0101e80702616c01e807003c000161/)
    expect(new ChunkHasher(documentedKeys().id).idAt(META, leaf, 0, leaf.length).toString('hex')).toBe(
      'f17f1006d07d40408448ffae1a24f92975f060187d2cbcc2272bd5e367224dff',
    )
  })

  it('of an empty directory is 01 00 00', () => {
    expect(encodeLeaf({ users: new Map(), groups: new Map() }, Buffer.alloc(0)).toString('hex')).toBe('010000')
  })

  it('gives back names of owners, ascending by number', () => {
    fc.assert(
      fc.property(names, names, fc.uint8Array({ maxLength: 50 }), (users, groups, entries) => {
        const node = decodeNode(encodeLeaf({ users: mapOf(users), groups: mapOf(groups) }, entries))
        if (node.kind !== LEAF) throw new Error('no leaf')
        expect([...node.owners.users]).toEqual([...mapOf(users)].sort(([a], [b]) => a - b))
        expect([...node.owners.groups]).toEqual([...mapOf(groups)].sort(([a], [b]) => a - b))
        expect([...node.reader.raw(node.reader.end - node.reader.position)]).toEqual([...entries])
      }),
    )
  })
})

describe('an inner node', () => {
  it('gives back its children', () => {
    fc.assert(
      fc.property(fc.array(nameArbitrary, { minLength: 1, maxLength: 50 }), (given) => {
        const children = sorted(given).map((firstName, i) => ({ id: Buffer.alloc(32, i), firstName }))
        const node = decodeNode(encodeInner(children))
        if (node.kind !== INNER) throw new Error('no inner node')
        expect(node.children.map(({ id, firstName }) => ({ id: Buffer.from(id), firstName }))).toEqual(children)
      }),
    )
  })

  it('is refused without children, with children out of order, and with something behind them', () => {
    const child = (firstName: string) => ({ id: ID, firstName })
    expect(codeThrown(() => decodeNode(encodeInner([])))).toBe('damaged')
    expect(codeThrown(() => decodeNode(encodeInner([child('b'), child('a')])))).toBe('damaged')
    expect(codeThrown(() => decodeNode(encodeInner([child('a'), child('a')])))).toBe('damaged')
    expect(codeThrown(() => decodeNode(Buffer.concat([encodeInner([child('a')]), Buffer.alloc(1)])))).toBe('damaged')
    expect(codeThrown(() => decodeNode(encodeInner([child('a'), child('b')])))).toBe('nothing')
  })
})

describe('decodeNode', () => {
  it.each([0, 3, 4, 255])('refuses the kind %d', (kind) => {
    expect(codeThrown(() => decodeNode(Buffer.concat([Uint8Array.of(kind), ID])))).toBe('damaged')
  })

  it('gives a node or `damaged` for bytes of any kind', () => {
    expect(codeThrown(() => decodeNode(Buffer.alloc(0)))).toBe('damaged')
    fc.assert(
      fc.property(fc.constantFrom(LEAF, INNER), fc.uint8Array({ maxLength: 200 }), (kind, bytes) => {
        const node = Buffer.concat([Uint8Array.of(kind), bytes])
        expect(['nothing', 'damaged']).toContain(codeThrown(() => decodeNode(node)))
      }),
      { numRuns: 300 },
    )
  })

  it('refuses counts that no memory holds', () => {
    for (const kind of [LEAF, INNER]) {
      const node = new ByteWriter().u8(kind).varint(Number.MAX_SAFE_INTEGER).raw(Buffer.alloc(500)).copy()
      expect(codeThrown(() => decodeNode(node))).toBe('damaged')
    }
  })
})
