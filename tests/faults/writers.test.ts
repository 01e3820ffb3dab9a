// Several writers on one repository at once, without any lock between them.
import { describe, expect, it } from 'vitest'
import { Repository } from '#server/engine/repository/repository.ts'
import { openLocal } from '#server/storage/local.ts'
import { openMemory } from '#server/storage/memory.ts'
import { storageRef } from '#server/storage/open.ts'
import type { Storage } from '#server/storage/types.ts'
import { fault } from '#server/storage/wrappers/fault.ts'
import { initRepository, restoreInto, secret, takeBackup, verifyAll } from './support/engine.ts'
import { changeTree, describeRestored, describeSource, makeTree, noise, Scratch, write } from './support/tree.ts'

/** The same content in both, and some of its own in each. */
function twoSources(scratch: Scratch): [string, string] {
  const sources = [scratch.at('one/files'), scratch.at('two/files')] as const
  sources.forEach((source, i) => {
    makeTree(source, 1 << 20)
    write(source, 'own', noise(`own ${i}`, 400_000))
  })
  changeTree(sources[1])
  return [...sources]
}

async function expectBoth(storage: Storage, sources: readonly string[], rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const notices: string[] = []
    const outcomes = await Promise.all(
      sources.map((source) => takeBackup(storage, source, { onNotice: (text) => notices.push(text) })),
    )
    // Packs of the other writer that are on their way must not look like damage.
    expect(notices).toEqual([])
    expect(await verifyAll(storage)).toMatchObject({ problems: [], unusedPacks: [] })
    for (const [i, source] of sources.entries()) {
      using target = new Scratch()
      expect((await restoreInto(storage, outcomes[i]!.snapshot, target.path)).failures).toEqual([])
      expect(describeRestored(target.path, source)).toEqual(describeSource(source))
    }
    for (const source of sources) changeMore(source, round)
  }
}

const changeMore = (source: string, round: number): string => write(source, 'own', noise(`round ${round}`, 300_000))

describe('two writers at once', () => {
  it('in memory', async () => {
    using scratch = new Scratch()
    const storage = openMemory()
    await initRepository(storage)
    await expectBoth(storage, twoSources(scratch), 3)
  })

  it('in a folder', async () => {
    using scratch = new Scratch()
    const storage = await openLocal(scratch.at('repository'))
    await initRepository(storage)
    await expectBoth(storage, twoSources(scratch), 3)
  })

  it('of the same source: both snapshots are whole', async () => {
    using scratch = new Scratch()
    const storage = openMemory()
    await initRepository(storage)
    const source = scratch.at('source/files')
    makeTree(source, 1 << 20)
    await expectBoth(storage, [source, source], 1)
  })

  it('that sees the other one late: a listing without its newest packs is no loss', async () => {
    using scratch = new Scratch()
    const source = scratch.at('source/files')
    makeTree(source, 1 << 20)
    const before = new Map<string, Uint8Array>()
    await initRepository(openMemory(before))
    const counted = fault(openMemory(new Map(before)))
    await takeBackup(counted, source)
    const begun = counted.count
    await takeBackup(counted, source)
    const listing = counted.log.findIndex(({ n, key }) => n > begun && key === 'packs/') + 1
    expect(listing).toBeGreaterThan(begun)

    const storage = openMemory(new Map(before))
    const faulty = fault(storage, [{ at: listing, kind: 'stale', omit: 4 }])
    await takeBackup(faulty, source)
    const notices: string[] = []
    const { snapshot } = await takeBackup(faulty, source, { type: 'full', onNotice: (text) => notices.push(text) })
    expect(faulty.log[listing - 1]).toMatchObject({ fault: 'stale', key: 'packs/' })
    expect(notices).toEqual([])
    expect(snapshot.statistics.bytesStored).toBeLessThan(100_000)
  })

  it('each with threads of its own', async () => {
    using scratch = new Scratch()
    const folder = scratch.at('repository')
    const storage = await openLocal(folder)
    await initRepository(storage)
    const [one, two] = twoSources(scratch)
    const open = (): Promise<Repository> => Repository.open({ storage, ref: storageRef({ url: folder }) }, secret)
    const outcomes = await Promise.all([
      takeBackup(await open(), one, { threads: 2 }),
      takeBackup(await open(), two, { threads: 2 }),
    ])
    expect((await verifyAll(storage)).problems).toEqual([])
    for (const [i, source] of [one, two].entries()) {
      using target = new Scratch()
      expect((await restoreInto(storage, outcomes[i]!.snapshot, target.path)).failures).toEqual([])
      expect(describeRestored(target.path, source)).toEqual(describeSource(source))
    }
  })
})
