// Reads packs' own trailers: to list packs that no index object names (a writer was killed), or to make the whole index anew.
import { HoldfastError, hasCode, messageOf } from '../../contract/errors.ts'
import { hex } from '../../lib/bytes.ts'
import type { ReadStorage } from '../../storage/types.ts'
import { ID_LENGTH } from '../crypto/chunk-id.ts'
import type { Keyring } from '../crypto/keyring.ts'
import { FOOTER_LENGTH, HEADER_LENGTH, PackCipher, trailerIntact, trailerLength } from '../pack/format.ts'
import { type FoundPack, listPacks, packSize } from '../pack/list.ts'
import { packKey, type StoredPack } from '../pack/writer.ts'
import { listOurs } from '../repository/names.ts'
import type { Repository } from '../repository/repository.ts'
import { decodeIndex, IndexWriter, openIndex } from './store.ts'

/** Most trailers fit into this: one read instead of two. */
const FIRST_READ = 64 << 10

/**
 * What a pack says of itself. Its bytes are not read, so its name is not checked: that is `verify --read-data`.
 * @throws `damaged` when header, trailer or sizes are not as they were written
 */
export async function readPack(storage: ReadStorage, keyring: Keyring, { id, size }: FoundPack): Promise<StoredPack> {
  const key = packKey(id)
  if (size < HEADER_LENGTH + FOOTER_LENGTH) throw new HoldfastError('damaged', `Pack ${id}: ${size} bytes are too few`)
  const cipher = new PackCipher(keyring, await storage.get(key, { range: { offset: 0, length: HEADER_LENGTH } }))
  let tail = await storage.get(key, { range: { last: Math.min(size, FIRST_READ) } })
  const footer = Uint8Array.from(tail.subarray(tail.length - FOOTER_LENGTH))
  const length = trailerLength(footer)
  if (length > size - HEADER_LENGTH - FOOTER_LENGTH)
    throw new HoldfastError('damaged', `Pack ${id}: its trailer is longer than the pack`)
  if (length + FOOTER_LENGTH > tail.length) tail = await storage.get(key, { range: { last: length + FOOTER_LENGTH } })
  const sealed = tail.subarray(tail.length - FOOTER_LENGTH - length, tail.length - FOOTER_LENGTH)
  if (!trailerIntact(sealed, footer))
    throw new HoldfastError('damaged', `Pack ${id}: the checksum of its trailer differs`)
  const frames = cipher.openTrailer(sealed)
  const total = frames.reduce((sum, frame) => sum + frame.storedLength, HEADER_LENGTH + length + FOOTER_LENGTH)
  if (total !== size) throw new HoldfastError('damaged', `Pack ${id}: it has ${size} bytes, its frames make ${total}`)
  return { id, size, chunkClass: cipher.chunkClass, frames }
}

export type RebuildOutcome = {
  readonly packs: number
  readonly chunks: number
  /** Packs and index objects that could not be read. */
  readonly unreadable: readonly { readonly object: string; readonly message: string }[]
  /** Old index objects that the new ones replace. */
  readonly objectsRemoved: number
}

/**
 * Makes the index anew from the packs' trailers. What the old index says is used only for packs whose own trailer can't be read. Old objects go
 * when the new ones are durable.
 */
export async function rebuildIndex(
  repository: Repository,
  options: {
    onProgress?: ((done: number, total: number) => void) | undefined
    /** Reads a pack's data and gives the ids (32 bytes each) of chunks that are damaged. Without it the data is not looked at. */
    inspect?: ((pack: StoredPack) => Promise<Uint8Array>) | undefined
  } = {},
): Promise<RebuildOutcome> {
  const { storage, keyring } = repository
  const unreadable: { object: string; message: string }[] = []
  const old: string[] = []
  for await (const key of listOurs(storage, 'index/')) old.push(key)
  const found = await presentPacks(storage, keyring, old)
  const writer = new IndexWriter(storage, keyring)
  const failed = new Map<string, string>()
  let packs = 0
  let chunks = 0
  const add = (pack: StoredPack): void => {
    writer.add(pack)
    packs++
    chunks += pack.frames.reduce((sum, frame) => sum + frame.lengths.length, 0)
  }
  for (const [i, pack] of found.entries()) {
    try {
      const whole = await readPack(storage, keyring, pack)
      const bad = await options.inspect?.(whole)
      if (bad && bad.length > 0)
        unreadable.push({
          object: packKey(pack.id),
          message: `${bad.length / ID_LENGTH} chunks in it are damaged and no longer relied on`,
        })
      add(bad ? without(whole, bad) : whole)
    } catch (error) {
      // Deleted since it was listed: garbage collection runs beside us.
      if (hasCode(error, 'not_found')) continue
      if (!hasCode(error, 'damaged')) throw error
      failed.set(pack.id, messageOf(error))
    }
    options.onProgress?.(i + 1, found.length)
  }
  for (const key of failed.size > 0 ? old : []) {
    for (const pack of await oldRecords(storage, keyring, key)) {
      if (!failed.has(pack.id)) continue
      unreadable.push({
        object: packKey(pack.id),
        message: `${failed.get(pack.id)}; the old index's word is taken for what it holds`,
      })
      failed.delete(pack.id)
      add(pack)
    }
  }
  for (const [id, message] of failed) unreadable.push({ object: packKey(id), message })
  await writer.flush()
  for (const key of old) if (!writer.written.has(key)) await storage.delete(key)
  return { packs, chunks, unreadable, objectsRemoved: old.length }
}

/** The pack with zeros for the ids of these chunks: nobody finds them, so whoever has the data stores it anew. */
function without(pack: StoredPack, bad: Uint8Array): StoredPack {
  const damaged = new Set<string>()
  for (let i = 0; i < bad.length; i += ID_LENGTH) damaged.add(hex(bad.subarray(i, i + ID_LENGTH)))
  const frames = pack.frames.map((frame) => {
    const ids = Buffer.from(frame.ids)
    for (let i = 0; i < ids.length; i += ID_LENGTH) {
      if (damaged.has(hex(ids.subarray(i, i + ID_LENGTH)))) ids.fill(0, i, i + ID_LENGTH)
    }
    return { ...frame, ids }
  })
  return { ...pack, frames }
}

/** The packs of the listing, and those that it doesn't show though the old index has them and they are there: a listing may lag behind. */
async function presentPacks(storage: ReadStorage, keyring: Keyring, old: readonly string[]): Promise<FoundPack[]> {
  const packs = await listPacks(storage)
  const known = new Set(packs.map((pack) => pack.id))
  for (const key of old) {
    for (const { id } of await oldRecords(storage, keyring, key)) {
      if (known.has(id)) continue
      known.add(id)
      const size = await packSize(storage, id)
      if (size !== undefined) packs.push({ id, size })
    }
  }
  return packs
}

async function oldRecords(storage: ReadStorage, keyring: Keyring, key: string): Promise<StoredPack[]> {
  try {
    return [...decodeIndex(openIndex(keyring, key.slice('index/'.length), await storage.get(key)))]
  } catch (error) {
    if (hasCode(error, 'damaged') || hasCode(error, 'not_found')) return []
    throw error
  }
}
