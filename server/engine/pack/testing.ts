// For tests: packs in memory, made of frames that a test gives, and read back the way the engine reads them.

import { type MemoryStorage, openMemory } from '../../storage/memory.ts'
import type { CompressionSettings } from '../codec/codecs.ts'
import { type ChunkClass, ChunkHasher, DATA, ID_LENGTH } from '../crypto/chunk-id.ts'
import type { Keyring } from '../crypto/keyring.ts'
import { readPack } from '../index/rebuild.ts'
import { compressor } from './compress.ts'
import { type FrameInfo, HEADER_LENGTH, PackCipher } from './format.ts'
import { withFrame } from './frame.ts'
import { PackWriter, packKey, type StoredPack } from './writer.ts'

export const NONE: CompressionSettings = { codec: 'none', level: 0 }

/** Writes packs of the given frames (each a list of chunks), closing one at `target` bytes. */
export async function writePacks(
  storage: MemoryStorage,
  keyring: Keyring,
  frames: readonly (readonly Uint8Array[])[],
  { compression = NONE, chunkClass = DATA as ChunkClass, target = 1 << 30 } = {},
): Promise<StoredPack[]> {
  const stored: StoredPack[] = []
  const onStored = (pack: StoredPack): unknown => stored.push(pack)
  const writer = new PackWriter({ storage, keyring, chunkClass, compress: compressor(compression), target, onStored })
  const hasher = new ChunkHasher(keyring.id)
  for (const chunks of frames) {
    const ids = chunks.map((chunk) => hasher.idAt(chunkClass, chunk, 0, chunk.length))
    await writer.addFrame(
      Buffer.concat(chunks),
      Buffer.concat(ids),
      chunks.map((chunk) => chunk.length),
    )
  }
  await writer.flush()
  return stored
}

/** One pack of these frames: what is known of it, and its bytes. */
export async function onePack(
  keyring: Keyring,
  frames: readonly (readonly Uint8Array[])[],
  compression: CompressionSettings = NONE,
): Promise<{ pack: StoredPack; bytes: Uint8Array }> {
  const storage = openMemory()
  const pack = (await writePacks(storage, keyring, frames, { compression }))[0]!
  return { pack, bytes: storage.objects.get(packKey(pack.id))! }
}

/** What a pack of these bytes says of itself, under the name `id`. */
export async function describePack(keyring: Keyring, id: string, bytes: Uint8Array): Promise<StoredPack> {
  return readPack(openMemory(new Map([[packKey(id), bytes]])), keyring, { id, size: bytes.length })
}

/** The chunks of frame `number`, opened as `frames` describe it; "wrong content" for each that its id does not fit. */
export function openChunks(
  keyring: Keyring,
  bytes: Uint8Array,
  frames: readonly FrameInfo[],
  number: number,
): (Buffer | 'wrong content')[] {
  const cipher = new PackCipher(keyring, bytes.subarray(0, HEADER_LENGTH))
  const hasher = new ChunkHasher(keyring.id)
  const { storedLength, rawLength, codec, ids, lengths } = frames[number]!
  const at = frames.slice(0, number).reduce((sum, frame) => sum + frame.storedLength, HEADER_LENGTH)
  return withFrame(cipher, { number, rawLength, codec }, bytes.subarray(at, at + storedLength), (raw) => {
    let offset = 0
    return lengths.map((length, i) => {
      const id = ids.subarray(i * ID_LENGTH, (i + 1) * ID_LENGTH)
      const fits = hasher.idAt(cipher.chunkClass, raw, offset, length).equals(id)
      offset += length
      return fits ? Buffer.from(raw.subarray(offset - length, offset)) : 'wrong content'
    })
  })
}
