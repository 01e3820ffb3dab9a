// The preview of a schedule sees what a backup sees: both go through the same real folders.
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { codeRejected, writeFiles } from '../../engine/testing.ts'
import { createAudit } from '../audit/audit.ts'
import { actor, openBench } from '../repositories/testing.ts'
import { foldersInThread } from './folders.ts'
import { createMatching, inThread, type MatchState, matchInputs } from './matches.ts'
import { countMatches, nothingFound } from './matching.ts'
import { createThreads } from './threads.ts'

async function prepared() {
  const bench = await openBench()
  const source = path.join(bench.folder, 'source')
  writeFiles(source, {
    'a/one.txt': 'one',
    'a/two.log': 'second',
    'a/deep/three.txt': 'third',
    'node_modules/x/y.js': 'y',
    'own/secret.key': 'secret',
    'z.txt': 'last one',
  })
  fs.symlinkSync('/nowhere', path.join(source, 'link'))
  fs.mkdirSync(path.join(source, 'empty'))
  fs.writeFileSync(Buffer.from(`${source}/caf\xe9`, 'latin1'), 'bytes')
  const { catalog, clock } = bench
  const own = path.join(source, 'own')
  const matching = createMatching({ catalog, clock, audit: createAudit(catalog, clock), protectedPaths: () => [own] })
  const last = async (input: object, signal?: AbortSignal): Promise<MatchState> => {
    const states: MatchState[] = []
    for await (const state of matching.matches(actor, matchInputs.matches.parse(input), signal)) states.push(state)
    const end = states.at(-1)
    if (!end) throw new Error('no state came')
    return end
  }
  return { bench, source, own, matching, last }
}

const excludePatterns = ['*.log', 'node_modules/', '!keep.log']

describe('matches', () => {
  test('counts what a backup of the same takes', async () => {
    const { bench, source, own, last } = await prepared()
    await using _ = bench
    const seen = await last({ includePaths: [`${source}/`], excludePatterns })
    const { id } = await bench.makeRepository()
    const { statistics } = await bench.backUp(id, source, { excludes: excludePatterns, skip: [own] })
    expect(seen).toMatchObject({ done: true, cut: false, excluded: 2, unreadable: 0, others: 1 })
    expect(seen.files).toBe(statistics.filesNew)
    expect(seen.bytes).toBe(statistics.bytes)
    expect(seen.excludedPaths).toEqual([{ path: `${source}/node_modules/` }, { path: `${source}/a/two.log` }])
    expect(seen.matchedPaths).toContainEqual({
      path: `${source}/caf\\xe9`,
      pathBytes: Buffer.from(`${source}/caf\xe9`, 'latin1').toString('base64'),
    })
    expect(JSON.stringify(seen)).not.toContain('secret.key')
    const events = await bench.catalog.db.auditEvent.findMany({ where: { action: 'schedule.matches' } })
    expect(events.map(({ details }) => JSON.parse(details ?? ''))).toEqual([{ includePaths: [`${source}/`] }])
  })

  test('a root is wanted whatever the patterns say, and paths within another count once', async () => {
    const { bench, source, last } = await prepared()
    await using _ = bench
    const file = path.join(source, 'z.txt')
    expect(await last({ includePaths: [file], excludePatterns: ['*.txt'] })).toMatchObject({ files: 1, bytes: 8 })
    const twice = await last({ includePaths: [path.join(source, 'a'), source, path.join(source, 'a/deep')] })
    expect(twice).toMatchObject({ files: 6, done: true })
  })

  test('what can not be backed up is refused with the same words', async () => {
    const { bench, source, own, last } = await prepared()
    await using _ = bench
    expect(await codeRejected(last({ includePaths: [path.join(source, 'none')] }))).toBe('not_found')
    expect(await codeRejected(last({ includePaths: [path.join(own, 'secret.key')] }))).toBe('refused')
    expect(await codeRejected(last({ includePaths: [source], excludePatterns: ['[a'] }))).toBe('usage')
    const { id, location } = await bench.makeRepository()
    expect(await codeRejected(last({ includePaths: [location], repositoryId: id }))).toBe('usage')
    // Neither the repository nor its key is among them.
    expect((await last({ includePaths: [bench.folder], repositoryId: id })).files).toBe(6)
  })

  test('ends when nobody waits any more, and leaves no thread behind', async () => {
    const { bench, last } = await prepared()
    await using _ = bench
    const leaving = new AbortController()
    const looking = codeRejected(last({ includePaths: ['/'] }, leaving.signal))
    leaving.abort()
    expect(await looking).toBe('interrupted')
    // Four places, each given back.
    for (let i = 0; i < 5; i++)
      expect(await codeRejected(last({ includePaths: ['/'] }, AbortSignal.abort()))).toBe('interrupted')
  })

  test('a preview that there was no place for was no look', async () => {
    const { bench, source } = await prepared()
    await using _ = bench
    const { catalog, clock } = bench
    const none = createThreads(new URL('./matching-thread.ts', import.meta.url), { atOnce: 0, busy: 'All are busy' })
    const deps = { catalog, clock, audit: createAudit(catalog, clock), protectedPaths: () => [] }
    const refused = createMatching(deps, none).matches(actor, matchInputs.matches.parse({ includePaths: [source] }))
    expect(await codeRejected(refused.next())).toBe('rate_limited')
    expect(await catalog.db.auditEvent.count({ where: { action: 'schedule.matches' } })).toBe(0)
  })

  test('says when time was up', async () => {
    const { bench, source } = await prepared()
    await using _ = bench
    const task = { includePaths: [source], excludePatterns: [], protectedPaths: [], repository: undefined, lasts: -1 }
    const states: MatchState[] = []
    for await (const state of inThread(task)) states.push(state)
    expect(states).toMatchObject([{ done: false, cut: true, files: 0 }])
    const found = nothingFound()
    let left = 3
    const roots = [source]
    expect(countMatches({ roots, excludePatterns: [], skip: [] }, found, () => left-- > 0)).toBe(false)
    expect(found.files).toBeGreaterThan(0)
    expect(found.files).toBeLessThan(7)
  })
})

describe('folders', () => {
  test('lists folders alone, and none of Holdfast', async () => {
    const { bench, source, own, matching } = await prepared()
    await using _ = bench
    fs.mkdirSync(Buffer.from(`${source}/b\xff`, 'latin1'))
    const { folder, folders, cut } = await matching.folders(actor, { path: `${source}/` })
    expect({ folder, cut }).toEqual({ folder: { path: source }, cut: false })
    expect(folders.map(({ name }) => name)).toEqual(['a', 'b\\xff', 'empty', 'node_modules'])
    const wild = folders[1]
    expect(await matching.folders(actor, { pathBytes: wild?.pathBytes })).toMatchObject({
      folders: [],
      folder: wild && { path: wild.path },
    })
    expect((await matching.folders(actor, {})).folders.map(({ path: each }) => each)).toContain('/etc')
    expect(await codeRejected(matching.folders(actor, { path: own }))).toBe('refused')
    expect(await codeRejected(matching.folders(actor, { path: `${source}/z.txt` }))).toBe('not_found')
    expect(await codeRejected(matching.folders(actor, { path: '/none/such' }))).toBe('not_found')
  })

  test('waits for no file system that does not answer', async () => {
    const { bench, source } = await prepared()
    await using _ = bench
    // No thread has begun before this time is over.
    expect(await codeRejected(foldersInThread({ folder: source, protectedPaths: [] }, undefined, 0))).toBe(
      'unavailable',
    )
    expect((await foldersInThread({ folder: source, protectedPaths: [] })).names).toContain('empty')
  })

  test('says when there are more than a thousand', async () => {
    const { bench, matching } = await prepared()
    await using _ = bench
    const many = path.join(bench.folder, 'many')
    for (let i = 0; i < 1001; i++) fs.mkdirSync(path.join(many, String(i)), { recursive: true })
    const { folders, cut } = await matching.folders(actor, { path: many })
    expect([folders.length, cut]).toEqual([1000, true])
  })
})
