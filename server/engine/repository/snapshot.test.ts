// Snapshots: known by the hash of their bytes, so none can stand in for another; what is damaged is told apart from what can't be reached.
import { describe, expect, it } from 'vitest'
import { HoldfastError } from '../../contract/errors.ts'
import { isoTime } from '../../lib/clock.ts'
import { type MemoryStorage, openMemory } from '../../storage/memory.ts'
import { nameOf, seal } from '../crypto/seal.ts'
import { codeRejected, documentedKeys, flipBit, keysOf, otherKeys, START } from '../testing.ts'
import { beginSession, endSession } from './sessions.ts'
import { readSnapshot, readSnapshots, type Snapshot, snapshotIds, writeSnapshot } from './snapshot.ts'

const keys = documentedKeys()

const snapshotAt = (time: number, host = 'host'): Snapshot => ({
  version: 1,
  time: isoTime(time),
  finished: isoTime(time + 1),
  host,
  paths: ['/home/\xfc\xff'],
  type: 'full',
  parent: null,
  previous: null,
  tree: 'ab'.repeat(32),
  statistics: {
    filesNew: 1,
    filesChanged: 2,
    filesUnmodified: 3,
    directories: 4,
    others: 5,
    bytes: 6,
    bytesRead: 7,
    bytesStored: 8,
    milliseconds: 9,
  },
  errors: [{ path: '/home/\x80', error: 'EACCES' }],
  errorsOmitted: 0,
  program: 'holdfast test',
  tags: ['nightly', 'ü'],
  excludes: ['*.o'],
})

async function withSnapshots(...times: number[]): Promise<{ storage: MemoryStorage; ids: string[] }> {
  const storage = openMemory()
  const ids: string[] = []
  for (const time of times) ids.push((await writeSnapshot(storage, keys, snapshotAt(time))).id)
  return { storage, ids }
}
const at = (storage: MemoryStorage, id: string): Uint8Array => storage.objects.get(`snapshots/${id}`)!

describe('a snapshot', () => {
  it('comes back, with paths of any bytes', async () => {
    const { storage, ids } = await withSnapshots(START)
    expect(await readSnapshot(storage, keys, ids[0]!)).toEqual({ ...snapshotAt(START), id: ids[0] })
    expect(nameOf(at(storage, ids[0]!))).toBe(ids[0])
  })

  it('is refused under the name of another', async () => {
    const { storage, ids } = await withSnapshots(START, START + 1000)
    const [one, two] = [at(storage, ids[0]!), at(storage, ids[1]!)]
    storage.objects.set(`snapshots/${ids[0]}`, two)
    storage.objects.set(`snapshots/${ids[1]}`, one)
    for (const id of ids) expect(await codeRejected(readSnapshot(storage, keys, id))).toBe('damaged')
    const { snapshots, damaged } = await readSnapshots(storage, keys)
    expect(snapshots).toEqual([])
    expect(damaged.map(({ id }) => id).sort()).toEqual([...ids].sort())
  })

  it('is refused with any bit turned over, under its name and under one that fits', async () => {
    const { storage, ids } = await withSnapshots(START)
    const bytes = Uint8Array.from(at(storage, ids[0]!))
    for (let bit = 0; bit < bytes.length * 8; bit += 7) {
      const altered = flipBit(bytes, bit)
      storage.objects.set(`snapshots/${ids[0]}`, altered)
      storage.objects.set(`snapshots/${nameOf(altered)}`, altered)
      expect(await codeRejected(readSnapshot(storage, keys, ids[0]!))).toBe('damaged')
      const code = await codeRejected(readSnapshot(storage, keys, nameOf(altered)))
      expect(code).toBe(bit >= 32 && bit < 64 ? 'wrong_secret' : 'damaged')
    }
  })

  it('is refused from another folder or repository', async () => {
    const storage = openMemory()
    const text = Buffer.from(JSON.stringify(snapshotAt(START)))
    for (const bytes of [seal(keys, 'index', text), seal(otherKeys(), 'snapshots', text)]) {
      storage.objects.set(`snapshots/${nameOf(bytes)}`, bytes)
      expect(await codeRejected(readSnapshot(storage, keys, nameOf(bytes)))).toBe('damaged')
    }
  })

  it('of a later version is not supported', async () => {
    const storage = openMemory()
    const bytes = seal(keys, 'snapshots', Buffer.from(JSON.stringify({ ...snapshotAt(START), version: 2 })))
    storage.objects.set(`snapshots/${nameOf(bytes)}`, bytes)
    expect(await codeRejected(readSnapshot(storage, keys, nameOf(bytes)))).toBe('unsupported')
  })

  it('that is not there is not found', async () => {
    expect(await codeRejected(readSnapshot(openMemory(), keys, '0'.repeat(64)))).toBe('not_found')
  })
})

describe('readSnapshots', () => {
  it('gives them oldest first, of equal times by their ids', async () => {
    const { storage, ids } = await withSnapshots(START + 3000, START, START, START, START + 1000)
    const [latest, a, b, c, later] = ids
    const { snapshots } = await readSnapshots(storage, keys)
    expect(snapshots.map(({ id }) => id)).toEqual([...[a, b, c].sort(), later, latest])
  })

  it('counts what is good beside what is damaged', async () => {
    const { storage, ids } = await withSnapshots(START, START + 1000)
    storage.objects.set(`snapshots/${ids[0]}`, Buffer.from('garbage'))
    const { snapshots, damaged } = await readSnapshots(storage, keys)
    expect(snapshots.map(({ id }) => id)).toEqual([ids[1]])
    expect(damaged).toMatchObject([{ id: ids[0], error: { code: 'damaged' } }])
  })

  it('leaves files alone that are no snapshots', async () => {
    const { storage, ids } = await withSnapshots(START)
    for (const key of ['snapshots/.DS_Store', 'snapshots/notes.txt', `snapshots/${'A'.repeat(64)}`])
      storage.objects.set(key, Buffer.alloc(3))
    expect(await snapshotIds(storage)).toEqual(ids)
    expect((await readSnapshots(storage, keys)).damaged).toEqual([])
  })

  it('says when the storage fails, instead of taking that for damage', async () => {
    const { storage } = await withSnapshots(START)
    const broken = {
      ...storage,
      get: async () => {
        throw new HoldfastError('unavailable', 'The line is dead')
      },
    }
    expect(await codeRejected(readSnapshots(broken, keys))).toBe('unavailable')
  })
})

describe('sessions', () => {
  it('are there from begin to end, each under its own name', async () => {
    const storage = openMemory()
    const session = { host: 'host-name', pid: 7, started: isoTime(START) }
    const [one, two] = [await beginSession(storage, keys, session), await beginSession(storage, keys, session)]
    expect(keysOf(storage, 'sessions/')).toEqual([one, two].sort())
    expect(Buffer.from(storage.objects.get(one)!).includes('host-name')).toBe(false)
    await endSession(storage, one)
    await endSession(storage, one)
    expect(keysOf(storage, '')).toEqual([two])
  })
})
