// What the storage may learn: sizes, counts and times. No name, no content, no id, no key, and nothing that two repositories have in common.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { MemoryStorage } from '../../storage/memory.ts'
import { randomBytes, text } from '../codec/samples.ts'
import { ID_LENGTH } from '../crypto/chunk-id.ts'
import { decodeIndex, openIndex } from '../index/store.ts'
import { backUp, commonRun, holds, keysOf, makeFolder, makeRepository, SECRET, writeFiles } from '../testing.ts'
import type { Repository } from './repository.ts'

const FILES = {
  'very-secret-name.txt': 'This sentence stands in a file and nowhere else.\n',
  'folder-of-secrets/plan.md': text(20_000),
  'folder-of-secrets/random.bin': randomBytes(30_000),
  'folder-of-secrets/same.bin': randomBytes(30_000),
  empty: '',
}
const PLAIN = [
  'This sentence stands in',
  'very-secret-name',
  'folder-of-secrets',
  'plan.md',
  'backup of host',
  'the-host-name',
  'the-tag-name',
]

async function backedUp(folder: string): Promise<{ storage: MemoryStorage; repository: Repository }> {
  const { storage, open } = await makeRepository()
  const repository = await open()
  await backUp(repository, folder, { host: 'the-host-name', tags: ['the-tag-name'] })
  return { storage, repository }
}

/** Ids of all chunks that the index lists. */
function chunkIds({ storage, repository }: { storage: MemoryStorage; repository: Repository }): Uint8Array[] {
  return keysOf(storage, 'index/').flatMap((key) => {
    const index = openIndex(repository.keyring, key.slice('index/'.length), storage.objects.get(key)!)
    return [...decodeIndex(index)].flatMap((pack) =>
      pack.frames.flatMap(({ ids }) =>
        Array.from({ length: ids.length / ID_LENGTH }, (_, i) => ids.subarray(i * ID_LENGTH, (i + 1) * ID_LENGTH)),
      ),
    )
  })
}

describe('what is stored', () => {
  it('holds no content, name, host, tag, chunk id, key or secret', async () => {
    const folder = makeFolder()
    writeFiles(folder, FILES)
    const made = await backedUp(folder)
    const ids = chunkIds(made)
    expect(ids.length).toBeGreaterThanOrEqual(5)
    const { keyring } = made.repository
    const secrets = [...ids, keyring.id, keyring.chunk, keyring.meta, ...keyring.material.masters]
    const random = readFileSync(join(folder, 'folder-of-secrets/random.bin')).subarray(1000, 1016)
    const needles = [
      ...PLAIN,
      random,
      SECRET.bytes,
      ...secrets,
      ...secrets.map((bytes) => Buffer.from(bytes).toString('hex')),
      ...secrets.map((bytes) => Buffer.from(bytes).toString('base64')),
    ]
    for (const [key, bytes] of made.storage.objects)
      for (const needle of needles) expect(holds(bytes, needle) || holds(Buffer.from(key), needle)).toBe(false)
  })

  it('of the same files has nothing in common in two repositories', async () => {
    const folder = makeFolder()
    writeFiles(folder, FILES)
    const [a, b] = [await backedUp(folder), await backedUp(folder)]
    const encrypted = /^(packs|index|snapshots)\//
    for (const [key, bytes] of a.storage.objects) {
      for (const [other, theirs] of b.storage.objects) {
        if (key === 'README.txt' || other === 'README.txt') continue
        expect(key === other && key !== 'config').toBe(false)
        expect(Buffer.compare(bytes, theirs)).not.toBe(0)
        if (encrypted.test(key) && encrypted.test(other)) expect(commonRun(bytes, theirs, 16)).toBeUndefined()
      }
    }
    const theirs = new Set(chunkIds(b).map((id) => Buffer.from(id).toString('hex')))
    expect(chunkIds(a).filter((id) => theirs.has(Buffer.from(id).toString('hex')))).toEqual([])
  })

  it('twice in one repository has nothing in common either, and no more data', async () => {
    const folder = makeFolder()
    writeFiles(folder, FILES)
    const { storage, repository } = await backedUp(folder)
    const packs = keysOf(storage, 'packs/')
    await backUp(repository, folder, { type: 'full', host: 'the-host-name' })
    expect(keysOf(storage, 'packs/')).toEqual(packs)
    const [one, two] = keysOf(storage, 'snapshots/').map((key) => storage.objects.get(key)!)
    expect(commonRun(one!, two!, 16)).toBeUndefined()
  })
})
