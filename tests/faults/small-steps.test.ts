// The same faults in what is not a backup: making a repository, adding and removing keys, making the index anew.
import { describe, expect, it, vi } from 'vitest'
import { codeOf } from '#server/contract/errors.ts'
import { rebuildIndex } from '#server/engine/index/rebuild.ts'
import { Repository } from '#server/engine/repository/repository.ts'
import { addSlot, removeSlot } from '#server/engine/repository/slots.ts'
import { type MemoryStorage, openMemory } from '#server/storage/memory.ts'
import { type Fault, type FaultStorage, fault } from '#server/storage/wrappers/fault.ts'
import { initRepository, openRepository, restoreInto, secret, takeBackup, verifyAll } from './support/engine.ts'
import { changeTree, describeRestored, describeSource, makeTree, Scratch, write } from './support/tree.ts'

// Hundreds of runs: a minute is short for them on a machine that is busy.
vi.setConfig({ testTimeout: 300_000 })

const another = { kind: 'keyfile', bytes: Buffer.from('another') } as const

/**
 * Runs `work` on a copy of `before` with the fault at every operation in turn, and `check` on what that leaves.

 */
async function eachOperation(
  kind: 'before' | 'after' | 'crash' | 'stale',
  before: ReadonlyMap<string, Uint8Array>,
  work: (storage: FaultStorage) => Promise<unknown>,
  check: (storage: MemoryStorage, succeeded: boolean, at: string) => Promise<void>,
): Promise<void> {
  for (let at = 1; ; at++) {
    const storage = openMemory(new Map(before))
    const plan: Fault = { at, kind }
    const faulty = fault(storage, [plan])
    const succeeded = await work(faulty).then(
      () => true,
      (error: unknown) => {
        expect(codeOf(error), String(error)).not.toBe('internal')
        return false
      },
    )
    const operation = faulty.log[at - 1]
    if (!operation) break
    if (operation.fault) await check(storage, succeeded, `${kind} at ${at}: ${operation.operation} ${operation.key}`)
  }
}

const kinds = ['before', 'after', 'crash'] as const

describe.each(kinds)('%s', (kind) => {
  it('while a repository is made: it is there or it can be made', async () => {
    using scratch = new Scratch()
    write(scratch.path, 'source/file', 'content')
    await eachOperation(kind, new Map(), initRepository, async (storage, succeeded, at) => {
      const again = await initRepository(storage).catch((error: unknown) => error)
      if (succeeded || again !== undefined) expect(codeOf(again), at).toBe('exists')
      await takeBackup(storage, scratch.at('source'))
      expect((await verifyAll(storage)).problems, at).toEqual([])
    })
  })

  it('while a key is added: the old one opens, and the new one when it was said to', async () => {
    const before = new Map<string, Uint8Array>()
    await initRepository(openMemory(before))
    const add = async (storage: FaultStorage | MemoryStorage): Promise<string> => {
      const { keyring, configText } = await openRepository(storage)
      const { masters, repositoryId } = keyring.material
      const options = { iterations: 100_000, label: 'new', now: 0 }
      return addSlot(storage, another, { masters, repositoryId, config: configText }, options)
    }
    await eachOperation(kind, before, add, async (storage, succeeded, at) => {
      expect((await openRepository(storage)).slot.kind, at).toBe('password')
      if (!succeeded) await add(storage)
      expect((await Repository.open({ storage }, another)).slot.kind, at).toBe('keyfile')
      expect((await verifyAll(storage)).problems, at).toEqual([])
    })
  })

  it('while a key is removed: the other one opens, and the removed one does not', async () => {
    const before = new Map<string, Uint8Array>()
    await initRepository(openMemory(before))
    const { keyring, configText, slot } = await openRepository(openMemory(before))
    const { masters, repositoryId } = keyring.material
    const options = { iterations: 100_000, label: 'new', now: 0 }
    await addSlot(openMemory(before), another, { masters, repositoryId, config: configText }, options)
    await eachOperation(
      kind,
      before,
      (storage) => removeSlot(storage, slot.id),
      async (storage, succeeded, at) => {
        await Repository.open({ storage }, another)
        if (!succeeded) await removeSlot(storage, slot.id)
        await expect(Repository.open({ storage }, secret), at).rejects.toMatchObject({ code: 'wrong_secret' })
      },
    )
  })
})

describe('rebuild-index', () => {
  const rebuild = async (storage: FaultStorage): Promise<void> => {
    await rebuildIndex(await openRepository(storage))
  }

  it.each([...kinds, 'stale'] as const)('%s: the index is the old one, the new one, or both', async (kind) => {
    using scratch = new Scratch()
    const source = scratch.at('source/files')
    makeTree(source, 1 << 20)
    const before = new Map<string, Uint8Array>()
    await initRepository(openMemory(before))
    await takeBackup(openMemory(before), source)
    changeTree(source)
    const { snapshot } = await takeBackup(openMemory(before), source)
    const expected = describeSource(source)
    await eachOperation(kind, before, rebuild, async (storage, _, at) => {
      expect((await verifyAll(storage)).problems, at).toEqual([])
      using target = new Scratch(scratch.path)
      expect((await restoreInto(storage, snapshot, target.path)).failures, at).toEqual([])
      expect(describeRestored(target.path, source), at).toEqual(expected)
    })
  })

  it('with a listing that does not show the newest packs yet: they stay in the index', async () => {
    using scratch = new Scratch()
    const source = scratch.at('source/files')
    makeTree(source, 1 << 20)
    const before = new Map<string, Uint8Array>()
    await initRepository(openMemory(before))
    for (const omit of [1, 3, 100]) {
      // The second listing of a rebuild is that of the packs.
      const counted = fault(openMemory(new Map(before)))
      await takeBackup(counted, source)
      const repository = await openRepository(counted)
      const begun = counted.count
      await rebuildIndex(repository)
      const listing = counted.log.findIndex(({ n, key }) => n > begun && key === 'packs/') + 1
      expect(listing).toBeGreaterThan(begun)
      const storage = openMemory(new Map(before))
      const faulty = fault(storage, [{ at: listing, kind: 'stale', omit }])
      await takeBackup(faulty, source)
      await rebuildIndex(await openRepository(faulty))
      expect(faulty.log[listing - 1]).toMatchObject({ fault: 'stale', key: 'packs/' })
      expect((await verifyAll(storage)).problems, `${omit} left out`).toEqual([])
    }
  })

  it('beside a backup: nothing of either is lost', async () => {
    using scratch = new Scratch()
    const source = scratch.at('source/files')
    makeTree(source, 1 << 20)
    const storage = openMemory()
    await initRepository(storage)
    await takeBackup(storage, source)
    changeTree(source)
    const notices: string[] = []
    const [{ snapshot }] = await Promise.all([
      takeBackup(storage, source, { onNotice: (text) => notices.push(text) }),
      openRepository(storage).then((repository) => rebuildIndex(repository)),
    ])
    expect(notices).toEqual([])
    expect((await verifyAll(storage)).problems).toEqual([])
    using target = new Scratch(scratch.path)
    expect((await restoreInto(storage, snapshot, target.path)).failures).toEqual([])
    expect(describeRestored(target.path, source)).toEqual(describeSource(source))
  })
})
