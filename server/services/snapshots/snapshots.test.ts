// Snapshots as rows, and what is inside of them, with real repositories.
import { randomBytes } from 'node:crypto'
import { rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type backUp, codeRejected, spoilLargestPack, writeFiles } from '../../engine/testing.ts'
import { parseTime } from '../../lib/clock.ts'
import { actor, type Bench, openBench } from '../repositories/testing.ts'
import { snapshotInputs } from './index.ts'

type Options = Parameters<typeof backUp>[2]

/** A repository and a source folder with some files. */
async function prepared(): Promise<{
  bench: Bench
  id: string
  source: string
  backup: (options?: Options) => Promise<string>
}> {
  const bench = await openBench()
  const { id } = await bench.makeRepository()
  const source = join(bench.folder, 'source')
  writeFiles(source, { 'a/one.txt': 'one', 'a/two.txt': 'two', 'b/three.txt': 'three' })
  /** @returns the row's id */
  const backup = async (options?: Options) => {
    const { id: snapshotId } = await bench.backUp(id, source, options)
    await bench.snapshots.sync(id)
    const row = await bench.catalog.db.snapshot.findFirstOrThrow({ where: { snapshotId } })
    return row.id
  }
  return { bench, id, source, backup }
}

const list = (bench: Bench, filter: object = {}) => bench.snapshots.list(actor, snapshotInputs.list.parse(filter))

describe('sync', () => {
  test('makes rows of what is new and drops rows of what is gone', async () => {
    const { bench, id, source } = await prepared()
    await using _ = bench
    const first = await bench.backUp(id, source, { tags: ['schedule:nightly', 'run:r-1', 'x'] })
    const second = await bench.backUp(id, source)
    expect(await bench.snapshots.sync(id)).toMatchObject({
      added: [expect.any(String), expect.any(String)],
      removed: 0,
    })
    expect(await bench.snapshots.sync(id)).toMatchObject({ added: [], removed: 0, damaged: [] })
    const { items } = await list(bench)
    expect(items.map(({ snapshotId }) => snapshotId)).toEqual([second.id, first.id])
    expect(items[1]).toMatchObject({
      time: first.time,
      host: 'host-of-the-test',
      paths: [{ path: source }],
      tags: ['schedule:nightly', 'run:r-1', 'x'],
      scheduleName: 'nightly',
      runId: 'r-1',
      treeId: first.tree,
      files: 3,
      bytes: 11,
      verifyState: 'unknown',
    })
    const repository = await bench.repositories.open(id)
    await repository.storage.delete(`snapshots/${first.id}`)
    expect(await bench.snapshots.sync(id)).toMatchObject({ added: [], removed: 1 })
    expect((await list(bench)).items.map(({ snapshotId }) => snapshotId)).toEqual([second.id])
    expect(await bench.repositories.get(actor, { id })).toMatchObject({
      engineId: repository.config.id,
      lastSyncAt: expect.any(String),
      packCount: expect.any(Number),
    })
    expect((await bench.repositories.get(actor, { id })).storedBytes).toBeGreaterThan(0)
  })

  test('two at once make each row once', async () => {
    const { bench, id, source } = await prepared()
    await using _ = bench
    for (let i = 0; i < 3; i++) await bench.backUp(id, source)
    const outcomes = await Promise.all([bench.snapshots.sync(id), bench.snapshots.sync(id), bench.snapshots.sync(id)])
    expect(outcomes.flatMap(({ added }) => added)).toHaveLength(3)
    expect((await list(bench)).items).toHaveLength(3)
  })

  test('a damaged snapshot is told, and the others count', async () => {
    const { bench, id, source } = await prepared()
    await using _ = bench
    const bad = await bench.backUp(id, source)
    const good = await bench.backUp(id, source)
    const repository = await bench.repositories.open(id)
    const bytes = await repository.storage.get(`snapshots/${bad.id}`)
    bytes[20]! ^= 1
    await repository.storage.put(`snapshots/${bad.id}`, bytes)
    const outcome = await bench.snapshots.sync(id)
    expect(outcome.damaged.map(({ snapshotId }) => snapshotId)).toEqual([bad.id])
    expect((await list(bench)).items.map(({ snapshotId }) => snapshotId)).toEqual([good.id])
  })

  test('rows stay when the repository is out of reach', async () => {
    const { bench, id, source, backup } = await prepared()
    await using _ = bench
    await backup()
    const { location } = await bench.repositories.get(actor, { id })
    await bench.repositories.close()
    rmSync(location, { recursive: true })
    const other = await openBench({ url: bench.catalog.url })
    await using __ = other
    expect(await codeRejected(other.snapshots.sync(id))).toBe('not_found')
    expect((await list(bench)).items).toHaveLength(1)
    expect(source).toBeTruthy()
  })

  test('what is gone is told of once, with the change', async () => {
    const { bench, id, source } = await prepared()
    await using _ = bench
    const { id: snapshotId, time } = await bench.backUp(id, source)
    await bench.snapshots.sync(id)
    const repository = await bench.repositories.open(id)
    await repository.storage.delete(`snapshots/${snapshotId}`)
    const outcomes = await Promise.all([bench.snapshots.sync(id), bench.snapshots.sync(id)])
    expect(outcomes.map(({ removed }) => removed).sort()).toEqual([0, 1])
    const events = await bench.catalog.db.auditEvent.findMany({ where: { action: 'snapshot.vanished' } })
    expect(events).toMatchObject([{ actorKind: 'system', targetKind: 'repository', targetId: id, targetName: 'local' }])
    expect(JSON.parse(events[0]?.details ?? '')).toEqual({ snapshots: [{ snapshotId, time }] })
  })

  test('only a verification of all data says that damage is gone', async () => {
    const { bench, id, source, backup } = await prepared()
    await using _ = bench
    expect(source).toBeTruthy()
    const row = await backup()
    const until = bench.clock.now() + 60_000
    const get = () => bench.snapshots.get(actor, { id: row })
    const state = async () => (await get()).verifyState
    const verified = (allData: boolean) =>
      bench.catalog.transaction((tx) => bench.snapshots.verified(tx, id, { at: 5000, until, allData }))
    await verified(false)
    expect(await get()).toMatchObject({
      verifyState: 'unknown',
      verifiedAt: null,
      partialCheck: { depth: 'structure', at: '1970-01-01T00:00:05.000Z' },
    })
    const { snapshotId } = await get()
    await bench.catalog.transaction((tx) => bench.snapshots.damaged(tx, id, { at: 6000, snapshotIds: [snapshotId] }))
    await verified(false)
    expect(await state()).toBe('damaged')
    await verified(true)
    expect(await state()).toBe('ok')
  })

  test('a verification counts for what there was when it started', async () => {
    const { bench, id, source } = await prepared()
    await using _ = bench
    const times = [await bench.backUp(id, source), await bench.backUp(id, source)].map(({ time }) => parseTime(time))
    await bench.snapshots.sync(id)
    await bench.catalog.transaction((tx) =>
      bench.snapshots.verified(tx, id, { at: 5000, until: times[1]!, allData: true }),
    )
    const { items } = await list(bench)
    expect(items.map(({ verifyState, verifiedAt }) => [verifyState, verifiedAt])).toEqual([
      ['unknown', null],
      ['ok', '1970-01-01T00:00:05.000Z'],
    ])
  })
})

test('damage that a download meets counts as if a verification had found it', async () => {
  const { bench, id, source } = await prepared()
  await using _ = bench
  writeFileSync(join(source, 'large'), randomBytes(200_000))
  await bench.backUp(id, source)
  await bench.snapshots.sync(id)
  const row = await bench.catalog.db.snapshot.findFirstOrThrow()
  const { location } = await bench.repositories.get(actor, { id })
  spoilLargestPack(location)
  const input = snapshotInputs.entry.parse({ id: row.id, path: join(source, 'large') })
  const { stream } = await bench.snapshots.content(actor, input)
  expect(await codeRejected(Array.fromAsync(stream))).toBe('damaged')
  expect(await bench.repositories.get(actor, { id })).toMatchObject({ verifyState: 'damaged' })
  expect(await bench.snapshots.get(actor, { id: row.id })).toMatchObject({ verifyState: 'damaged' })
})

describe('list', () => {
  test('filters, and pages without gaps or repetitions', async () => {
    const { bench, id, source } = await prepared()
    await using _ = bench
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    const times: string[] = []
    for (const [i, host] of names.entries()) {
      const tags = i % 2 === 0 ? ['schedule:even'] : ['odd']
      times.push((await bench.backUp(id, source, { host, tags })).time)
    }
    await bench.snapshots.sync(id)
    const hosts: string[] = []
    let cursor: string | undefined
    do {
      const page = await list(bench, { limit: 3, ...(cursor ? { cursor } : {}) })
      hosts.push(...page.items.map(({ host }) => host))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    expect(hosts).toEqual([...names].reverse())
    const hostsOf = async (filter: object) => (await list(bench, filter)).items.map(({ host }) => host)
    expect(await hostsOf({ scheduleName: 'even' })).toEqual(['g', 'e', 'c', 'a'])
    expect(await hostsOf({ tag: 'odd' })).toEqual(['f', 'd', 'b'])
    expect(await hostsOf({ host: 'c' })).toEqual(['c'])
    expect(await hostsOf({ repositoryId: 'another' })).toEqual([])
    expect(await hostsOf({ from: times[2], until: times[4] })).toEqual(['d', 'c'])
    expect(await hostsOf({ path: source, limit: 2 })).toEqual(['g', 'f'])
    expect(await hostsOf({ path: `${source}/a/one.txt`, limit: 1 })).toEqual(['g'])
    expect(await hostsOf({ path: '/' })).toHaveLength(7)
    expect(await hostsOf({ path: `${source}-not` })).toEqual([])
    expect(await codeRejected(list(bench, { cursor: 'rubbish' }))).toBe('usage')
  })
})

describe('inside', () => {
  test('folders page by page, names as they are', async () => {
    const { bench, source, backup } = await prepared()
    await using _ = bench
    writeFiles(
      source,
      Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`many/${String(i).padStart(2, '0')}`, 'x'])),
    )
    writeFileSync(Buffer.concat([Buffer.from(`${source}/a/`), Buffer.from([0xff, 0x41])]), 'latin')
    writeFileSync(join(source, 'a/new\nline'), 'n')
    symlinkSync('one.txt', join(source, 'a/link'))
    const id = await backup()
    const browse = (input: object) => bench.snapshots.browse(actor, snapshotInputs.browse.parse({ id, ...input }))
    const namesOf = ({ items }: { items: readonly { name: string }[] }) => items.map(({ name }) => name)
    const { folder, items, nextCursor } = await browse({ path: `${source}/a` })
    expect(folder).toMatchObject({ name: 'a', type: 'directory' })
    expect(nextCursor).toBeNull()
    expect(items.map(({ name, nameBytes }) => [name, nameBytes])).toEqual([
      ['link', undefined],
      ['new\nline', undefined],
      ['one.txt', undefined],
      ['two.txt', undefined],
      ['\\xffA', '/0E='],
    ])
    expect(items[0]).toMatchObject({ type: 'symlink', target: 'one.txt' })
    expect(items[2]).toMatchObject({ type: 'file', size: 3, mode: 0o644, mtime: expect.stringMatching(/^20\d\d-.*Z$/) })
    const names: string[] = []
    let cursor: string | undefined
    do {
      const page = await browse({ path: `${source}/many/`, limit: 7, ...(cursor ? { cursor } : {}) })
      names.push(...page.items.map(({ name }) => name))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    expect(names).toEqual(Array.from({ length: 25 }, (_, i) => String(i).padStart(2, '0')))
    expect(namesOf(await browse({ path: source, prefix: 'ma' }))).toEqual(['many'])
    expect(namesOf(await browse({ path: `${source}/many`, prefix: 'no such' }))).toEqual([])
    const tens = await browse({ path: `${source}/many`, prefix: '1', limit: 7 })
    const rest = await browse({ path: `${source}/many`, prefix: '1', limit: 7, cursor: tens.nextCursor })
    expect([...namesOf(tens), ...namesOf(rest), rest.nextCursor]).toEqual([
      ...Array.from({ length: 10 }, (_, i) => `1${i}`),
      null,
    ])
    expect((await browse({})).folder).toBeNull()
    expect(await codeRejected(browse({ path: `${source}/none` }))).toBe('not_found')
    expect(await codeRejected(browse({ path: `${source}/a/one.txt` }))).toBe('usage')
    expect(await codeRejected(browse({ path: `${source}/../etc` }))).toBe('usage')
  })

  test('a file comes back byte for byte, holes included, also by a name that is no text', async () => {
    const { bench, source, backup } = await prepared()
    await using _ = bench
    const big = Buffer.alloc(3_000_000, 'holdfast ')
    writeFileSync(join(source, 'big'), big)
    writeFileSync(join(source, 'sparse'), 'head')
    truncateSync(join(source, 'sparse'), 5_000_000)
    const odd = Buffer.concat([Buffer.from(`${source}/`), Buffer.from([0xfe])])
    writeFileSync(odd, 'odd')
    const id = await backup()
    const read = async (input: object): Promise<Buffer> => {
      const file = await bench.snapshots.content(actor, snapshotInputs.entry.parse({ id, ...input }))
      const parts: Uint8Array[] = []
      for await (const part of file.stream) parts.push(Buffer.from(part))
      const bytes = Buffer.concat(parts)
      expect(bytes.length).toBe(file.size)
      return bytes
    }
    expect((await read({ path: `${source}/big` })).equals(big)).toBe(true)
    const sparse = Buffer.concat([Buffer.from('head'), Buffer.alloc(4_999_996)])
    expect((await read({ path: `${source}/sparse` })).equals(sparse)).toBe(true)
    expect((await read({ pathBytes: odd.toString('base64') })).toString()).toBe('odd')
    expect(await codeRejected(read({ path: source }))).toBe('usage')
    const downloads = await bench.catalog.db.auditEvent.findMany({ where: { action: 'snapshot.download' } })
    expect(downloads).toHaveLength(3)
  })

  test('a search goes through all snapshots, newest first, in pages', async () => {
    const { bench, id: repositoryId, source, backup } = await prepared()
    await using _ = bench
    const first = await backup()
    writeFiles(source, { 'c/four.txt': 'four', 'c/five.TXT': 'five' })
    const second = await backup()
    const find = (input: object) => bench.snapshots.find(actor, snapshotInputs.find.parse({ repositoryId, ...input }))
    const found: string[] = []
    let cursor: string | undefined
    do {
      const page = await find({ pattern: '*.txt', limit: 2, ...(cursor ? { cursor } : {}) })
      found.push(
        ...page.items.map(({ snapshot, path }) => `${snapshot === second ? 2 : 1}${path.slice(source.length)}`),
      )
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    expect(found).toEqual([
      ...['2/a/one.txt', '2/a/two.txt', '2/b/three.txt', '2/c/four.txt'],
      ...['1/a/one.txt', '1/a/two.txt', '1/b/three.txt'],
    ])
    expect((await find({ pattern: '*.txt', ignoreCase: true, id: second })).items).toHaveLength(5)
    expect((await find({ pattern: 'four.txt', id: first })).items).toEqual([])
    expect(await codeRejected(find({ pattern: 'x', id: 'none' }))).toBe('not_found')
  })

  test('versions of a file are told apart, however many snapshots have each', async () => {
    const { bench, id: repositoryId, source, backup } = await prepared()
    await using _ = bench
    const ids = [await backup(), await backup()]
    writeFileSync(join(source, 'a/one.txt'), 'one, changed')
    ids.push(await backup(), await backup(), await backup())
    rmSync(join(source, 'a/one.txt'))
    ids.push(await backup())
    const { items, nextCursor } = await bench.snapshots.versions(
      actor,
      snapshotInputs.versions.parse({ repositoryId, path: `${source}/a/one.txt` }),
    )
    expect(nextCursor).toBeNull()
    expect(
      items.map(({ snapshots, entry, newest, oldest }) => [snapshots, entry.size, newest.snapshot, oldest.snapshot]),
    ).toEqual([
      [3, 12, ids[4], ids[2]],
      [2, 3, ids[1], ids[0]],
    ])
  })

  test('differences, in pages', async () => {
    const { bench, source, backup } = await prepared()
    await using _ = bench
    const before = await backup()
    writeFileSync(join(source, 'a/one.txt'), 'longer than before')
    rmSync(join(source, 'b'), { recursive: true })
    writeFiles(source, { 'z/new': 'new' })
    utimesSync(join(source, 'a/two.txt'), 1_700_000_000, 1_700_000_000)
    const after = await backup()
    const found: string[] = []
    let cursor: string | undefined
    do {
      const input = { before, after, limit: 2, ...(cursor ? { cursor } : {}) }
      const page = await bench.snapshots.diff(actor, snapshotInputs.diff.parse(input))
      found.push(...page.items.map(({ change, path }) => `${change} ${path.slice(source.length)}`))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    expect(found).toEqual([
      'content /a/one.txt',
      'metadata /a/two.txt',
      'removed /b',
      'removed /b/three.txt',
      'added /z',
      'added /z/new',
    ])
  })

  test('what a later backup stored is seen without a restart', async () => {
    const { bench, source, backup } = await prepared()
    await using _ = bench
    const first = await backup()
    const browse = (id: string) =>
      bench.snapshots.browse(actor, snapshotInputs.browse.parse({ id, path: `${source}/a` }))
    expect((await browse(first)).items).toHaveLength(2)
    writeFiles(source, { 'a/later': 'later' })
    const second = await backup()
    expect((await browse(second)).items).toHaveLength(3)
    expect((await browse(first)).items).toHaveLength(2)
  })
})
