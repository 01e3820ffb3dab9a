// Samples are written by what they tell of: the end of a backup, and the look into a repository.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { RunEnd } from '../../contract/jobs.ts'
import { dateOf } from '../../lib/clock.ts'
import { actor, type Bench, openBench } from '../repositories/testing.ts'
import { createRunStore, createVerdicts } from '../runs/index.ts'
import { metricKinds } from './index.ts'

const NOW = 1_777_000_060_000

/** Name, label and value of each sample, in the order of their making. */
const samplesOf = async ({ catalog }: Bench) =>
  (await catalog.db.metric.findMany({ orderBy: { id: 'asc' } })).map(({ name, label, value }) => [name, label, value])

async function ends(bench: Bench, end: RunEnd, fields: object = {}): Promise<void> {
  const { catalog } = bench
  const at = dateOf(NOW - 60_000)
  const base = { id: 'r', kind: 'backup', state: 'running', trigger: 'schedule', payload: '{}', leaseOwner: 'me' }
  await catalog.transaction((tx) =>
    tx.run.create({ data: { ...base, startedAt: at, notBefore: at, queuedAt: at, ...fields } }),
  )
  expect(await createRunStore(catalog, createVerdicts(bench)).finish('r', 'me', end, NOW)).toBe(true)
  await catalog.transaction((tx) => tx.run.deleteMany())
}

test('a backup of a schedule that made a snapshot leaves its duration and bytes, as far as they are known', async () => {
  await using bench = await openBench()
  const schedule = { name: 'nightly', type: 'full', cron: '0 2 * * *', timezone: 'UTC', includePaths: '[]' }
  const { id: scheduleId } = await bench.catalog.transaction((tx) => tx.schedule.create({ data: schedule }))
  await ends(bench, { state: 'succeeded', bytesRead: 500, bytesStored: 0 }, { scheduleId })
  await ends(bench, { state: 'warning', bytesRead: 7 }, { scheduleId, startedAt: null })
  await ends(bench, { state: 'failed', bytesRead: 9 }, { scheduleId })
  await ends(bench, { state: 'cancelled', bytesRead: 9 }, { scheduleId })
  await ends(bench, { state: 'succeeded', bytesRead: 9 })
  await ends(bench, { state: 'succeeded', bytesRead: 9 }, { scheduleId, kind: 'restore' })
  expect(await samplesOf(bench)).toEqual([
    ['run.duration_seconds', 'nightly', 60],
    ['run.bytes_read', 'nightly', 500],
    ['run.bytes_stored', 'nightly', 0],
    ['run.bytes_read', 'nightly', 7],
  ])
})

test('each look into a repository leaves its figures, which follow it when it gets another name', async () => {
  await using bench = await openBench()
  const { id } = await bench.makeRepository('first')
  const source = join(bench.folder, 'source')
  mkdirSync(source)
  writeFileSync(join(source, 'file'), Buffer.alloc(5000, 'abc'))
  await bench.snapshots.sync(id)
  await bench.backUp(id, source)
  await bench.backUp(id, source)
  const { storedBytes, packCount } = await bench.snapshots.sync(id)
  const figures = [
    ['repository.stored_bytes', 'first', storedBytes],
    ['repository.packs', 'first', packCount],
    ['repository.snapshots', 'first', 2],
    ['repository.logical_bytes', 'first', 10_000],
  ]
  const samples = await samplesOf(bench)
  expect(samples.slice(0, 4)).toEqual(figures.map(([name, label]) => [name, label, 0]))
  expect(samples.slice(4)).toEqual(figures)
  const known = metricKinds.filter(({ label }) => label === 'repository').map(({ name }) => name)
  expect(figures.map(([name]) => name).sort()).toEqual(known.sort())

  const now = bench.clock.now()
  const other = { at: dateOf(now), name: 'run.bytes_read', label: 'first', value: 1 }
  await bench.catalog.transaction((tx) => tx.metric.create({ data: other }))
  await bench.repositories.update(actor, { id, name: 'second' })
  expect(new Set((await samplesOf(bench)).map(([name, label]) => `${String(name).split('.')[0]} ${label}`))).toEqual(
    new Set(['repository second', 'run first']),
  )
})
