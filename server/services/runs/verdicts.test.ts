// The verdict of a verification is in the catalog together with the end of its run, or neither is.
import { expect, onTestFinished, test } from 'vitest'
import type { RunEnd } from '../../contract/jobs.ts'
import { dateOf } from '../../lib/clock.ts'
import { openBench } from '../repositories/testing.ts'
import { createRunStore, createVerdicts } from './index.ts'

const STARTED = 1_777_000_000_000
const NOW = STARTED + 60_000
const succeeded: RunEnd = { state: 'succeeded' }
const damaged: RunEnd = { state: 'failed', error: { code: 'damaged', message: 'One object is missing' } }
const all = { readData: true }
const engineId = (letter: string): string => letter.repeat(64)
const [OLD, NEW] = [engineId('a'), engineId('b')]
const snapshot = { host: 'h', paths: '[]', type: 'full', treeId: 't', program: 'p', finished: dateOf(STARTED) }
const figures = { files: 1, directories: 1, bytes: 1n, bytesStored: 1n }

async function setUp() {
  const bench = await openBench()
  onTestFinished(() => bench[Symbol.asyncDispose]())
  const { catalog } = bench
  const { id: repositoryId } = await bench.makeRepository()
  const rowOf = (snapshotId: string, time: number) => ({
    ...snapshot,
    ...figures,
    repositoryId,
    snapshotId,
    time: dateOf(time),
  })
  await catalog.transaction(async (tx) => {
    await tx.snapshot.create({ data: rowOf(OLD, STARTED - 1) })
    await tx.snapshot.create({ data: rowOf(NEW, STARTED + 1) })
  })
  const running = (id: string, kind: string, payload: object = {}) =>
    catalog.transaction((tx) =>
      tx.run.create({
        data: {
          id,
          kind,
          repositoryId,
          state: 'running',
          trigger: 'manual',
          payload: JSON.stringify(payload),
          leaseOwner: 'me',
          startedAt: dateOf(STARTED),
          notBefore: dateOf(STARTED),
        },
      }),
    )
  const store = createRunStore(catalog, createVerdicts(bench))
  let count = 0
  return {
    catalog,
    running,
    store,
    async ends(kind: string, end: RunEnd, payload: object = {}) {
      const id = `run ${count++}`
      await running(id, kind, payload)
      expect(await store.finish(id, 'me', end, NOW)).toBe(true)
    },
    /** Of the repository, the snapshot from before, and the one from after the run's start. */
    async verdicts() {
      const repository = await catalog.db.repository.findUniqueOrThrow({ where: { id: repositoryId } })
      const rows = await catalog.db.snapshot.findMany({ orderBy: { time: 'asc' } })
      return [repository.verifyState, ...rows.map(({ verifyState }) => verifyState)]
    },
  }
}

test('a verification says how the repository and the snapshots from before it are', async () => {
  const { ends, verdicts } = await setUp()
  await ends('verify', succeeded, all)
  expect(await verdicts()).toEqual(['ok', 'ok', 'unknown'])
  await ends('verify', { state: 'failed', error: { code: 'unavailable', message: 'Out of reach' } })
  await ends('verify', { state: 'cancelled' })
  expect(await verdicts()).toEqual(['ok', 'ok', 'unknown'])
  await ends('verify', { ...damaged, statistics: { damagedSnapshots: [NEW] } }, all)
  expect(await verdicts()).toEqual(['damaged', 'ok', 'damaged'])
})

test('what read no data, or a sample, proves nothing and takes no proof away', async () => {
  const { ends, verdicts } = await setUp()
  await ends('verify', succeeded)
  expect(await verdicts()).toEqual(['structure', 'structure', 'unknown'])
  await ends('verify', succeeded, { readData: true, sample: 0.5 })
  expect(await verdicts()).toEqual(['sample', 'structure', 'unknown'])
  await ends('verify', succeeded)
  expect(await verdicts()).toEqual(['sample', 'structure', 'unknown'])
  await ends('verify', succeeded, all)
  await ends('verify', succeeded)
  await ends('verify', succeeded, { sample: 1 })
  expect(await verdicts()).toEqual(['ok', 'ok', 'unknown'])
})

test('no snapshot stays proved where it is not known which ones the damage hits', async () => {
  const { ends, verdicts } = await setUp()
  await ends('verify', succeeded, all)
  await ends('verify', damaged, all)
  expect(await verdicts()).toEqual(['damaged', 'unknown', 'unknown'])
})

test('damage that a restore or a backup met counts until all data was read again', async () => {
  const { ends, verdicts } = await setUp()
  await ends('verify', succeeded, all)
  const restore = { snapshotId: OLD, target: '/tmp/r' }
  await ends('restore', { ...damaged, statistics: { damageMet: false } }, restore)
  expect(await verdicts()).toEqual(['ok', 'ok', 'unknown'])
  await ends('restore', { ...damaged, statistics: { damageMet: true } }, restore)
  expect(await verdicts()).toEqual(['damaged', 'damaged', 'unknown'])
  await ends('verify', succeeded)
  expect(await verdicts()).toEqual(['damaged', 'damaged', 'unknown'])
  await ends('verify', succeeded, all)
  expect(await verdicts()).toEqual(['ok', 'ok', 'unknown'])
  await ends('backup', damaged)
  expect(await verdicts()).toEqual(['damaged', 'ok', 'unknown'])
})

test('only one that read all data says that damage is gone', async () => {
  const { ends, verdicts } = await setUp()
  await ends('verify', damaged)
  await ends('backup', { ...damaged, snapshotId: OLD, statistics: { verified: 'damaged' } })
  expect(await verdicts()).toEqual(['damaged', 'damaged', 'unknown'])
  await ends('verify', succeeded)
  await ends('verify', succeeded, { readData: true, sample: 0.5 })
  await ends('verify', succeeded, { sample: 1 })
  await ends('backup', { ...succeeded, snapshotId: OLD, statistics: { verified: 'ok' } })
  expect(await verdicts()).toEqual(['damaged', 'damaged', 'unknown'])
  await ends('verify', succeeded, { readData: true })
  expect(await verdicts()).toEqual(['ok', 'ok', 'unknown'])
})

test('the check after a backup is for its snapshot only, and no proof', async () => {
  const { ends, verdicts } = await setUp()
  await ends('backup', { ...succeeded, snapshotId: NEW, statistics: { verified: 'ok' } })
  await ends('backup', { ...succeeded, snapshotId: OLD, statistics: { verified: 'no' } })
  expect(await verdicts()).toEqual(['unknown', 'unknown', 'structure'])
})

test('a run has not ended when its verdict could not be written', async () => {
  const { catalog, running, store, verdicts } = await setUp()
  await running('r', 'verify')
  const broken = createRunStore(catalog, async () => {
    throw new Error('The disk is full')
  })
  await expect(broken.finish('r', 'me', damaged, NOW)).rejects.toThrow('The disk is full')
  expect(await catalog.db.run.findUnique({ where: { id: 'r' } })).toMatchObject({ state: 'running', finishedAt: null })
  expect(await store.finish('r', 'somebody else', damaged, NOW)).toBe(false)
  expect(await verdicts()).toEqual(['unknown', 'unknown', 'unknown'])
  expect(await store.finish('r', 'me', damaged, NOW)).toBe(true)
  expect(await verdicts()).toEqual(['damaged', 'unknown', 'unknown'])
})
