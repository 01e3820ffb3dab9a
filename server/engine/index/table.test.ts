// The chunk table: one winner for each id among threads, every location found again, growth, and the memory that a chunk costs.
import { createHash } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeThrown } from '../testing.ts'
import { ChunkTable, type Location } from './table.ts'

const idOf = (n: number): Buffer => createHash('sha256').update(String(n)).digest()

/** `count` ids, 32 bytes each, quickly. */
function manyIds(count: number, seed = 1): Buffer {
  const ids = Buffer.alloc(count * 32)
  let x = seed
  for (let at = 0; at < ids.length; at += 4) {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    ids.writeInt32LE(x | 0, at)
  }
  return ids
}
const eachId = (ids: Buffer): Buffer[] =>
  Array.from({ length: ids.length / 32 }, (_, i) => ids.subarray(i * 32, (i + 1) * 32))
/** How many of these ids are new to the table. */
const claimAll = (table: ChunkTable, ids: readonly Buffer[]): number =>
  ids.reduce((won, id) => won + (table.claim(id) ? 1 : 0), 0)
const bytesOf = (table: ChunkTable): number => table.memory.reduce((sum, memory) => sum + memory.byteLength, 0)

describe('ChunkTable', () => {
  it('gives back every location', () => {
    const location = fc.record<Location>({
      pack: fc.nat(2 ** 31 - 4),
      frame: fc.nat(2 ** 31 - 1),
      offset: fc.nat(16 << 20),
      length: fc.nat(16 << 20),
    })
    fc.assert(
      fc.property(fc.array(location, { maxLength: 50 }), (locations) => {
        const table = ChunkTable.create(0)
        for (const [n, each] of locations.entries()) table.locate(idOf(n), each)
        for (const [n, each] of locations.entries()) expect(table.find(idOf(n))).toEqual(each)
        expect(table.find(idOf(locations.length))).toBeUndefined()
        expect(table.count).toBe(locations.length)
      }),
      { numRuns: 20 },
    )
  })

  it('lets an id be claimed once, and knows no place for it until it is told', () => {
    const table = ChunkTable.create(0)
    expect(table.claim(idOf(1))).toBe(true)
    expect(table.claim(idOf(1))).toBe(false)
    expect(table.has(idOf(1))).toBe(true)
    expect(table.find(idOf(1))).toBeUndefined()
    table.locate(idOf(1), { pack: 0, frame: 1, offset: 2, length: 3 })
    expect(table.find(idOf(1))).toEqual({ pack: 0, frame: 1, offset: 2, length: 3 })
    expect(table.claim(idOf(1))).toBe(false)
    expect(table.count).toBe(1)
  })

  it('tells ids apart that begin alike, and puts them in the same corner', () => {
    const table = ChunkTable.create(0)
    const alike = Array.from({ length: 500 }, (_, n) =>
      Buffer.concat([Buffer.alloc(12, 0xff), idOf(n).subarray(0, 20)]),
    )
    for (const [n, id] of alike.entries()) table.locate(id, { pack: n, frame: 0, offset: 0, length: 0 })
    for (const [n, id] of alike.entries()) expect(table.find(id)?.pack).toBe(n)
    expect(table.has(Buffer.alloc(32, 0xff))).toBe(false)
  })

  it('gives ordinals that differ, below its slots, over all stretches', () => {
    const table = ChunkTable.create(0)
    for (let n = 0; n < 100; n++) table.claim(idOf(n))
    table.attach(ChunkTable.create(0).memory[0]!)
    for (let n = 100; n < 200; n++) table.claim(idOf(n))
    const ordinals = Array.from({ length: 200 }, (_, n) => table.ordinal(idOf(n)))
    expect(new Set(ordinals).size).toBe(200)
    for (const ordinal of ordinals) expect(ordinal).toBeLessThan(table.slots)
    expect(table.ordinal(idOf(200))).toBeUndefined()
  })

  it('grows past its load, and finds what lies in every stretch', () => {
    const table = ChunkTable.create(0)
    const ids = eachId(manyIds(400_000))
    let grown = 0
    let won = 0
    for (const [n, id] of ids.entries()) {
      if (table.grow()) grown++
      if (table.claim(id)) won++
      if (n % 1000 === 0) table.locate(id, { pack: n, frame: 1, offset: 2, length: 3 })
    }
    expect(won).toBe(ids.length)
    expect(grown).toBeGreaterThanOrEqual(2)
    expect(table.memory).toHaveLength(grown + 1)
    expect(table.count).toBe(ids.length)
    expect(claimAll(table, ids)).toBe(0)
    for (let n = 0; n < ids.length; n += 1000) expect(table.find(ids[n]!)?.pack).toBe(n)
  })

  it('takes at most 64 bytes a chunk when it is made for many', () => {
    const count = 300_000
    const table = ChunkTable.create(count)
    claimAll(table, eachId(manyIds(count)))
    expect(table.count).toBe(count)
    expect(table.grow()).toBeUndefined()
    expect(bytesOf(table) / count).toBeLessThanOrEqual(47)
  })

  it('says so when it is full and nobody let it grow, instead of searching for ever', () => {
    const table = ChunkTable.create(0)
    const { slots } = table
    const ids = eachId(manyIds(slots + 1))
    expect(claimAll(table, ids.slice(0, slots))).toBe(slots)
    expect(codeThrown(() => table.claim(ids[slots]!))).toBe('internal')
    expect(codeThrown(() => table.find(ids[slots]!))).toBe('internal')
    expect(table.claim(ids[0]!)).toBe(false)
  })

  it('is of no use without memory', () => {
    const table = new ChunkTable()
    expect(table.find(idOf(1))).toBeUndefined()
    expect(codeThrown(() => table.claim(idOf(1)))).toBe('internal')
  })
})

const CLAIMER = `
  const { parentPort, workerData } = require('node:worker_threads')
  const { module, memory, ids, start, from } = workerData
  import(module).then(({ ChunkTable }) => {
    const table = new ChunkTable()
    for (const each of memory) table.attach(each)
    const count = ids.length / 32
    const won = []
    Atomics.add(start, 0, 1)
    while (Atomics.load(start, 0) < start[1]) ;
    for (let i = 0; i < count; i++) {
      const n = (i + from) % count
      if (table.claim(ids.subarray(n * 32, n * 32 + 32))) won.push(n)
    }
    parentPort.postMessage(won)
  })
`

/** Claims the same ids in several threads, which begin at the same moment. @returns the numbers of those that each won */
async function claimInThreads(table: ChunkTable, ids: Uint8Array, starts: readonly number[]): Promise<number[][]> {
  const start = new Int32Array(new SharedArrayBuffer(8))
  start[1] = starts.length
  const threads = starts.map((from) => {
    const module = new URL('./table.ts', import.meta.url).href
    const worker = new Worker(CLAIMER, { eval: true, workerData: { module, memory: table.memory, ids, start, from } })
    return new Promise<number[]>((resolve, reject) => worker.once('message', resolve).once('error', reject))
  })
  return Promise.all(threads)
}

describe('several threads', () => {
  const COUNT = 60_000
  it.each([
    ['in the same order', [0, 0, 0]],
    ['from different places', [0, COUNT / 3, COUNT / 2]],
  ])('that claim the same ids %s have one winner for each', async (_, starts) => {
    const table = ChunkTable.create(COUNT)
    const ids = manyIds(COUNT)
    const won = await claimInThreads(table, ids, starts)
    const all = won.flat()
    expect(all.length).toBe(COUNT)
    expect(new Set(all).size).toBe(COUNT)
    expect(table.count).toBe(COUNT)
    expect(eachId(ids).filter((id) => !table.has(id))).toEqual([])
  })

  it('do not claim again what lies in an older stretch', async () => {
    const ids = manyIds(20_000)
    const table = ChunkTable.create(0)
    claimAll(table, eachId(ids).slice(0, 10_000))
    table.attach(ChunkTable.create(0).memory[0]!)
    const all = (await claimInThreads(table, ids, [0, 5000])).flat()
    expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: 10_000 }, (_, i) => 10_000 + i))
  })
})
