// A backup with one fault at one operation of the storage, for every operation and every kind of fault: whatever happens, the snapshot that was
// there before comes back byte for byte, nothing damaged passes for good, and the next backup heals.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { codeOf } from '#server/contract/errors.ts'
import type { Repository } from '#server/engine/repository/repository.ts'
import type { StoredSnapshot } from '#server/engine/repository/snapshot.ts'
import { type MemoryStorage, openMemory } from '#server/storage/memory.ts'
import { type Fault, type FaultStorage, fault } from '#server/storage/wrappers/fault.ts'
import type { Item } from '../fixtures/golden/tree.ts'
import { initRepository, listSnapshots, openRepository, restoreInto, takeBackup, verifyAll } from './support/engine.ts'
import { changeTree, describeRestored, describeSource, itemPath, makeTree, Scratch } from './support/tree.ts'

// Hundreds of runs: a minute is short for them on a machine that is busy.
vi.setConfig({ testTimeout: 300_000 })

/** All packs of both snapshots take 4.4 MB; a pack or two may be stored twice, the whole backup never. */
const LARGEST = 6_600_000

const scratch = new Scratch()
const source = scratch.at('source/files')
const before = new Map<string, Uint8Array>()
let first: StoredSnapshot
let firstTree: Item[]
let secondTree: Item[]

beforeAll(async () => {
  makeTree(source)
  firstTree = describeSource(source)
  const storage = openMemory(before)
  await initRepository(storage)
  first = (await takeBackup(storage, source)).snapshot
  changeTree(source)
  secondTree = describeSource(source)
})
afterAll(() => scratch[Symbol.dispose]())

type Run = {
  readonly storage: MemoryStorage
  readonly faulty: FaultStorage
  readonly result: StoredSnapshot | undefined
}

/** A backup of the changed tree with the fault; `storage` is what is left of it, without any fault. */
async function run(plan: Fault): Promise<Run> {
  const storage = openMemory(new Map(before))
  const faulty = fault(storage, [plan])
  try {
    return { storage, faulty, result: (await takeBackup(faulty, source)).snapshot }
  } catch (error) {
    // A failure that we have no word for is a defect of ours.
    expect(codeOf(error), String(error)).not.toBe('internal')
    return { storage, faulty, result: undefined }
  }
}

/** Runs with the fault at every operation, until one ends before its turn comes. */
async function eachOperation(
  faultAt: (at: number) => Fault,
  check: (run: Run, at: string) => Promise<void>,
): Promise<void> {
  let struck = 0
  for (let at = 1; ; at++) {
    const done = await run(faultAt(at))
    const operation = done.faulty.log[at - 1]
    if (operation === undefined) break
    if (operation.fault === undefined) continue
    struck++
    await check(done, `${operation.fault} at ${at}: ${operation.operation} ${operation.key ?? ''}`)
  }
  expect(struck).toBeGreaterThan(0)
}

const expectedOf = (snapshot: StoredSnapshot): Item[] => (snapshot.id === first.id ? firstTree : secondTree)

async function restored(
  repository: Repository,
  snapshot: StoredSnapshot,
  at: string,
): Promise<{ items: Item[]; failures: Set<string> }> {
  using target = new Scratch(scratch.path)
  const outcome = await restoreInto(repository, snapshot, target.path)
  const prefix = `${source}/`
  // (An ordinary user can't give the folders above to their owner.)
  expect(
    outcome.differences.filter((difference) => difference.path.startsWith(prefix)),
    at,
  ).toEqual([])
  const failures = new Set(outcome.failures.map((problem) => problem.path.slice(prefix.length)))
  return { items: describeRestored(target.path, source), failures }
}

async function expectIdentical(repository: Repository, snapshot: StoredSnapshot, at: string): Promise<void> {
  const { items, failures } = await restored(repository, snapshot, at)
  expect(failures, at).toEqual(new Set())
  expect(items, at).toEqual(expectedOf(snapshot))
}

/** Faults that may end a run, but leave nothing wrong behind. */
async function expectUnharmed({ storage, faulty, result }: Run, at: string): Promise<void> {
  const repository = await openRepository(storage)
  const snapshots = await listSnapshots(repository)
  const ids = snapshots.map(({ id }) => id)
  expect(ids, at).toContain(first.id)
  if (result) expect(ids, at).toContain(result.id)
  expect((await verifyAll(repository)).problems, at).toEqual([])
  for (const snapshot of snapshots) await expectIdentical(repository, snapshot, at)
  await expectHealing(storage, at)
  const committed = faulty.log.find(({ operation, key }) => operation === 'put' && key?.startsWith('snapshots/'))
  // What goes wrong once the snapshot is there must not make a success a failure. (A dead process tells nothing.)
  const later = committed && faulty.log.some(({ n, fault: kind }) => kind && kind !== 'crash' && n > committed.n)
  if (later) expect(result, at).toBeDefined()
}

/** The next backup works, and takes in what was stored already. */
async function expectHealing(storage: MemoryStorage, at: string): Promise<void> {
  const { snapshot, errors } = await takeBackup(storage, source)
  expect(errors, at).toEqual([])
  const repository = await openRepository(storage)
  await expectIdentical(repository, snapshot, at)
  expect(await verifyAll(repository), at).toMatchObject({ problems: [], unusedPacks: [] })
  const stored = [...storage.objects].filter(([key]) => key.startsWith('packs/'))
  expect(
    stored.reduce((sum, [, bytes]) => sum + bytes.length, 0),
    at,
  ).toBeLessThan(LARGEST)
}

/** Faults that may damage what is stored: never silently. */
async function expectNoLie({ storage }: Run, at: string): Promise<void> {
  const repository = await openRepository(storage)
  const problems = await verifyAll(repository).then(
    (outcome) => outcome.problems.map(({ object, message }) => `${object}: ${message}`),
    (error: unknown) => [String(error)],
  )
  const snapshots = await listSnapshots(repository)
  for (const snapshot of snapshots) {
    const came = await restored(repository, snapshot, at).catch((error: unknown) => {
      expect(codeOf(error), `${at}: ${error}`).toBe('damaged')
      return undefined
    })
    const right = new Map(expectedOf(snapshot).map((item) => [itemPath(item), item]))
    const wrong = came?.items.filter((item) => item.type === 'file' && !sameContent(item, right.get(itemPath(item))))
    const missing = [...right.keys()].filter((name) => came && !came.failures.has(name) && !has(came.items, name))
    expect(wrong ?? [], at).toEqual([])
    if (came && came.failures.size === 0) expect(missing, at).toEqual([])
    if (problems.length === 0) expect(came?.items, at).toEqual(expectedOf(snapshot))
  }
}

const sameContent = (a: Item, b: Item | undefined): boolean => a.size === b?.size && a.sha256 === b?.sha256
const has = (items: readonly Item[], name: string): boolean => items.some((item) => itemPath(item) === name)

describe('a backup with one fault', () => {
  it('works without one, and stores packs of data and of trees', async () => {
    const { storage, faulty, result } = await run({ at: Number.MAX_SAFE_INTEGER, kind: 'crash' })
    expect(result).toBeDefined()
    // Cut points differ from key to key: what changed takes one pack of data, or two.
    expect(faulty.log.filter(({ operation }) => operation === 'commit').length).toBeGreaterThanOrEqual(2)
    await expectUnharmed({ storage, faulty, result }, 'no fault')
  })

  it.each(['before', 'after', 'crash', 'stale'] as const)('%s: nothing is lost, and the next run works', (kind) =>
    eachOperation((at) => ({ at, kind }), expectUnharmed),
  )

  it('torn: what is half written is never taken for whole', () =>
    eachOperation((at) => ({ at, kind: 'torn' }), expectNoLie))

  it.each([3, 333, undefined])('a flipped bit (%s) never passes for good', (bit) =>
    eachOperation((at) => ({ at, kind: 'flip', ...(bit === undefined ? {} : { bit }) }), expectNoLie),
  )
})
