// The newest snapshot of each source, of real backups and of rows.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { codeRejected, writeFiles } from '../../engine/testing.ts'
import { dateOf } from '../../lib/clock.ts'
import { actor, type Bench, openBench } from '../repositories/testing.ts'
import { snapshotInputs } from './index.ts'

const sources = (bench: Bench, input: object = {}) =>
  bench.snapshots.sources(actor, snapshotInputs.sources.parse(input))
const list = (bench: Bench) => bench.snapshots.list(actor, snapshotInputs.list.parse({}))

/** Backs up, and lets the catalog know. @returns the engine's id */
async function backUp(bench: Bench, id: string, source: string, options: Parameters<Bench['backUp']>[2] = {}) {
  const made = await bench.backUp(id, source, options)
  await bench.snapshots.sync(id)
  return made.id
}

test('backups by schedules and by hand, into two repositories', async () => {
  await using bench = await openBench()
  const { id: one } = await bench.makeRepository('one')
  const { id: two } = await bench.makeRepository('two')
  const [a, b] = [join(bench.folder, 'a'), join(bench.folder, 'b')]
  writeFiles(bench.folder, { 'a/x': 'x', 'b/x': 'x' })
  // Each run has a tag of its own.
  await backUp(bench, one, a, { tags: ['schedule:nightly', 'run:1'] })
  const nightly = await backUp(bench, one, a, { tags: ['run:2', 'schedule:nightly', 'more'] })
  const weekly = await backUp(bench, one, a, { tags: ['schedule:weekly', 'run:3'] })
  await backUp(bench, one, a)
  const byHand = await backUp(bench, one, a, { tags: ['before the move'] })
  const otherPath = await backUp(bench, one, b)
  const otherHost = await backUp(bench, one, b, { host: 'other' })
  const elsewhere = await backUp(bench, two, a, { tags: ['schedule:nightly'] })
  const { items, nextCursor } = await sources(bench)
  expect(items.map(({ snapshotId }) => snapshotId)).toEqual([elsewhere, otherHost, otherPath, byHand, weekly, nightly])
  expect(nextCursor).toBeNull()
  // Rows as those of the list.
  const listed = (await list(bench)).items
  expect(items).toEqual(listed.filter(({ id }) => items.some((each) => each.id === id)))
})

test('paths that are no UTF-8 are sources of their own, and one with all its snapshots', async () => {
  await using bench = await openBench()
  const { id } = await bench.makeRepository()
  const roots = ['\xff', '\xfe'].map((name) => {
    const path = Buffer.from(`${bench.folder}/${name}`, 'latin1')
    mkdirSync(path)
    writeFileSync(Buffer.concat([path, Buffer.from('/x')]), 'x')
    return path.toString('latin1')
  })
  const made: string[] = []
  for (const root of [...roots, ...roots]) made.unshift(await backUp(bench, id, '', { roots: [root] }))
  const { items } = await sources(bench)
  expect(items.map(({ snapshotId }) => snapshotId)).toEqual(made.slice(0, 2))
  expect(items.map(({ paths }) => Buffer.from(paths[0]?.pathBytes ?? '', 'base64').toString('latin1'))).toEqual(
    [...roots].reverse(),
  )
})

test('whether the newest was verified is told, also of an archived repository', async () => {
  await using bench = await openBench()
  const { id } = await bench.makeRepository()
  writeFiles(bench.folder, { 'a/x': 'x', 'b/x': 'x', 'c/x': 'x' })
  for (const name of ['a', 'b', 'c', 'a']) await backUp(bench, id, join(bench.folder, name))
  const states = ['unknown', 'damaged', 'ok', 'ok'] as const
  const { items: all } = await list(bench)
  await bench.catalog.transaction(async (tx) => {
    for (const [i, verifyState] of states.entries()) {
      const verifiedAt = verifyState === 'ok' ? dateOf(1_777_000_000_000) : null
      await tx.snapshot.update({ where: { id: all[i]?.id ?? '' }, data: { verifyState, verifiedAt } })
    }
  })
  await bench.repositories.archive(actor, { id })
  const { items } = await sources(bench)
  expect(items.map(({ verifyState }) => verifyState)).toEqual(['unknown', 'damaged', 'ok'])
  expect(items).toEqual((await list(bench)).items.slice(0, 3))
})

test('nothing yet, and a cursor that is none', async () => {
  await using bench = await openBench()
  expect(await sources(bench)).toEqual({ items: [], nextCursor: null })
  expect(await codeRejected(sources(bench, { cursor: 'x' }))).toBe('usage')
})
