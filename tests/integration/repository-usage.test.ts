// What a repository holds, how it grows and how long there is room, of real repositories, on both databases.
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { dateOf } from '../../server/lib/clock.ts'
import { addSamples } from '../../server/services/metrics/samples.ts'
import { repositoryInputs } from '../../server/services/repositories/index.ts'
import { actor, type Bench, openBench } from '../../server/services/repositories/testing.ts'
import { daysUntilFull, repositoryUsage, slopeOf } from '../../server/services/repositories/usage.ts'
import { onBothDatabases } from '../services/both.ts'

const DAY = 86_400_000
const usage = (bench: Bench, input: object) => bench.repositories.usage(actor, repositoryInputs.usage.parse(input))

describe('growth', () => {
  test.each([
    ['too few days', [1, 2], null],
    ['too few that are known', [null, 1, null, 9], null],
    ['a line', [10, 20, 30], 10],
    ['a line with gaps', [null, 10, null, 30, 40], 10],
    ['what shrinks', [30, 20, 10], -10],
    ['what stays', [7, 7, 7, 7], 0],
    ['less than half a byte', [7, 7, 7, 8], 0],
    ['what goes up and down', [0, 10, 0, 10], 2],
  ])('of %s', (_what, values, expected) => {
    expect(slopeOf(values)).toBe(expected)
  })

  test.each([
    [100, 10, 10],
    [99, 10, 9],
    [0, 10, 0],
    [100, 0, null],
    [100, -5, null],
    [null, 10, null],
    [100, null, null],
  ])('%s bytes free at %s a day: full in %s days', (free, growth, expected) => {
    expect(daysUntilFull(free, growth)).toBe(expected)
  })
})

onBothDatabases('usage', ({ newUrl }) => {
  async function open(onQuery?: (sql: string) => void): Promise<Bench> {
    const bench = await openBench({ url: await newUrl(), ...(onQuery && { onQuery }) })
    onTestFinished(() => bench[Symbol.asyncDispose]())
    return bench
  }

  /** A folder with one file of so many bytes. */
  function folderOf(bench: Bench, name: string, bytes: number): string {
    const folder = join(bench.folder, name)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'file'), Buffer.alloc(bytes, 'abc'))
    return folder
  }

  test('a repository that nobody looked at yet: unknown, not nothing', async () => {
    const bench = await open()
    const { id } = await bench.makeRepository()
    const found = await usage(bench, { id, days: 2 })
    expect(found).toMatchObject({ measuredAt: null, storedBytes: null, packs: null, ratio: null, growthPerDay: null })
    expect(found).toMatchObject({ snapshots: 0, protectedBytes: 0, logicalBytes: 0, daysUntilFull: null })
    expect(found.days.map(({ day: _, ...values }) => values)).toEqual(
      Array.from({ length: 2 }, () => ({ storedBytes: null, logicalBytes: null, snapshots: null })),
    )
    await bench.snapshots.sync(id)
    expect(await usage(bench, { id, days: 1 })).toMatchObject({ storedBytes: 0, packs: 0, ratio: null })
  })

  test('counts all snapshots, and of each source the newest', async () => {
    const bench = await open()
    const { id } = await bench.makeRepository()
    const [a, b] = [folderOf(bench, 'a', 5000), folderOf(bench, 'b', 7000)]
    for (const source of [a, b]) await bench.backUp(id, source)
    folderOf(bench, 'a', 6000)
    await bench.backUp(id, a)
    for (const bytes of [100, 300]) {
      folderOf(bench, 'a', bytes)
      await bench.backUp(id, a, { tags: ['schedule:nightly'] })
    }
    const { storedBytes, packCount } = await bench.snapshots.sync(id)
    const found = await usage(bench, { id, days: 2, timezone: 'Pacific/Auckland' })
    const logicalBytes = 5000 + 7000 + 6000 + 100 + 300
    expect(found).toMatchObject({ snapshots: 5, packs: packCount, storedBytes, logicalBytes })
    expect(found.protectedBytes).toBe(6000 + 7000 + 300)
    expect(found.ratio).toBe(logicalBytes / storedBytes)
    expect(found.days.at(-1)).toMatchObject({ storedBytes, logicalBytes, snapshots: 5 })
    expect(found.days[0]).toMatchObject({ storedBytes: null, logicalBytes: null, snapshots: null })
  })

  test('tells how it grows by what was measured in 30 days, and how long there is room', async () => {
    const bench = await open()
    const { id, name, location } = await bench.makeRepository()
    const now = bench.clock.now()
    await bench.catalog.transaction(async (tx) => {
      await addSamples(tx, name, { 'repository.stored_bytes': 9e15 }, now - 40 * DAY)
      for (let ago = 32; ago >= 0; ago--)
        await addSamples(tx, name, { 'repository.stored_bytes': 2 ** 40 - ago * 2 ** 30 }, now - ago * DAY)
    })
    const found = await repositoryUsage(bench.catalog, { id, days: 3, timezone: 'UTC' }, now)
    expect(found.growthPerDay).toBe(2 ** 30)
    const { bsize, blocks } = statfsSync(location)
    expect(found.totalBytes).toBe(bsize * blocks)
    expect(found.roomUnknown).toBeNull()
    expect(found.daysUntilFull).toBe(Math.floor((found.freeBytes ?? -1) / 2 ** 30))
    expect(found.days.map(({ storedBytes }) => storedBytes)).toEqual([2, 1, 0].map((ago) => 2 ** 40 - ago * 2 ** 30))
  })

  test('says why the room is not known', async () => {
    const bench = await open()
    const { id, location } = await bench.makeRepository()
    rmSync(location, { recursive: true })
    const gone = await usage(bench, { id })
    expect([gone.freeBytes, gone.totalBytes, gone.daysUntilFull]).toEqual([null, null, null])
    expect(gone.roomUnknown).toContain('ENOENT')
    const data = { name: 'far', type: 's3', location: 's3://bucket', secretSource: '{}', createdAt: dateOf(0) }
    const far = await bench.catalog.transaction((tx) => tx.repository.create({ data }))
    expect((await usage(bench, { id: far.id })).roomUnknown).toMatch(/^Only of a local repository/)
  })

  test('tells of many what it tells of each, in as many statements as of one', async () => {
    const statements: string[] = []
    const bench = await open((sql) => statements.push(sql))
    const ids: string[] = []
    for (const [i, name] of ['c', 'a', 'b', 'empty'].entries()) {
      const { id } = await bench.makeRepository(name)
      ids.push(id)
      for (let n = 0; n < i && name !== 'empty'; n++) await bench.backUp(id, folderOf(bench, `${name}${n}`, 1000 + i))
      if (name !== 'empty') await bench.snapshots.sync(id)
    }
    const of = async (wanted: string[]) => {
      statements.length = 0
      const { items } = await bench.repositories.usages(
        actor,
        repositoryInputs.usages.parse({ ids: wanted, days: 2, timezone: 'Asia/Tokyo' }),
      )
      return { items, statements: statements.length }
    }
    const [one, all] = [await of(ids.slice(0, 1)), await of([...ids, 'none'])]
    expect(one.statements).toBeGreaterThan(0)
    expect(all.statements).toBe(one.statements)
    const known = (found: object) => ({ ...found, at: '', freeBytes: 0 })
    const singly: object[] = []
    for (const id of [ids[1], ids[2], ids[0], ids[3]])
      singly.push(known(await usage(bench, { id, days: 2, timezone: 'Asia/Tokyo' })))
    expect(all.items.map(known)).toEqual(singly)
    expect(all.items.map(({ snapshots }) => snapshots)).toEqual([1, 2, 0, 0])
    expect((await of(['none'])).items).toEqual([])
  })

  test('refuses what does not exist', async () => {
    const bench = await open()
    await expect(usage(bench, { id: 'none' })).rejects.toMatchObject({ code: 'not_found' })
    const wrong = repositoryUsage(bench.catalog, { id: 'none', days: 3, timezone: 'Europe/Atlantis' }, 0)
    await expect(wrong).rejects.toMatchObject({ code: 'usage' })
  })
})
