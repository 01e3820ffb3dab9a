// Lists of chunk ids of any length come back in order, whatever the pieces in which they came.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ID_LENGTH } from '../crypto/chunk-id.ts'
import { codeRejected } from '../testing.ts'
import { ContentWriter } from './content.ts'
import { contentOf } from './reader.ts'
import { entryOf, NodeStore } from './testing.ts'

/** Ids that count up, so that each is its own. */
function idsOf(count: number): Buffer {
  const ids = Buffer.alloc(count * ID_LENGTH)
  for (let i = 0; i < count; i++) ids.writeUInt32BE(i + 1, i * ID_LENGTH)
  return ids
}

async function write(nodes: NodeStore, ids: Buffer, piece: () => number) {
  const writer = new ContentWriter(nodes.store)
  for (let at = 0; at < ids.length; ) {
    const end = Math.min(ids.length, at + piece() * ID_LENGTH)
    await writer.add(ids.subarray(at, end))
    at = end
  }
  return entryOf('a', await writer.finish())
}

async function read(nodes: NodeStore, entry: ReturnType<typeof entryOf>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const ids of contentOf(nodes.load, entry)) parts.push(ids)
  return Buffer.concat(parts)
}

describe('ContentWriter and contentOf', () => {
  it.each([
    [0, 0],
    [1, 0],
    [511, 0],
    [512, 0],
    [513, 1],
    [4095, 1],
    [4096, 1],
    [4097, 1],
    [8192, 1],
    [100_000, 1],
  ])('keep %d ids, %d lists deep', async (count, depth) => {
    const nodes = new NodeStore()
    const ids = idsOf(count)
    const entry = await write(nodes, ids, () => 256)
    expect(entry.contentDepth).toBe(depth)
    expect(entry.content.length).toBeLessThanOrEqual(512 * ID_LENGTH)
    expect((await read(nodes, entry)).equals(ids)).toBe(true)
    for (const node of nodes.nodes.values()) expect(node.length).toBeLessThanOrEqual(1 + 4096 * ID_LENGTH)
  })

  it('make the same lists of the same ids, whatever the pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(10_000),
        fc.array(fc.nat(5000), { minLength: 1, maxLength: 5 }),
        async (count, pieces) => {
          const [a, b] = [new NodeStore(), new NodeStore()]
          let next = 0
          const one = await write(a, idsOf(count), () => pieces[next++ % pieces.length]! + 1)
          const two = await write(b, idsOf(count), () => Number.MAX_SAFE_INTEGER)
          expect(Buffer.from(one.content)).toEqual(Buffer.from(two.content))
          expect([...a.nodes.keys()]).toEqual([...b.nodes.keys()])
          expect((await read(a, one)).equals(idsOf(count))).toBe(true)
        },
      ),
      { numRuns: 20 },
    )
  })

  it('stack lists of lists for a file of two million chunks', async () => {
    const nodes = new NodeStore()
    const ids = idsOf(2_200_000)
    const entry = await write(nodes, ids, () => 50_000)
    expect(entry.contentDepth).toBe(2)
    expect((await read(nodes, entry)).equals(ids)).toBe(true)
  })
})

describe('contentOf', () => {
  const refused = async (nodes: NodeStore, content: Uint8Array, contentDepth: number): Promise<string> =>
    codeRejected(read(nodes, entryOf('a', { content, contentDepth })))

  it('refuses what is no list: of another kind, or not of whole ids', async () => {
    const nodes = new NodeStore()
    const list = async (kind: number, bytes: number): Promise<Uint8Array> =>
      nodes.store(Buffer.concat([Uint8Array.of(kind), Buffer.alloc(bytes)]))
    expect(await refused(nodes, await list(3, 64), 1)).toBe('nothing')
    expect(await refused(nodes, await list(1, 64), 1)).toBe('damaged')
    expect(await refused(nodes, await list(3, 65), 1)).toBe('damaged')
    expect(await refused(nodes, await nodes.store(Buffer.alloc(0)), 1)).toBe('damaged')
    expect(await refused(nodes, Buffer.alloc(32, 9), 1)).toBe('damaged')
  })

  it('refuses lists that are stacked higher than eight, and a list that holds itself', async () => {
    const nodes = new NodeStore()
    const id = Buffer.alloc(32, 7)
    nodes.plant(id, Buffer.concat([Uint8Array.of(3), id]))
    expect(await refused(nodes, id, 9)).toBe('damaged')
    expect(await refused(nodes, id, 255)).toBe('damaged')
    expect(nodes.loads).toBe(0)
    expect(await refused(nodes, id, 8)).toBe('nothing')
    expect(nodes.loads).toBe(8)
  })
})
