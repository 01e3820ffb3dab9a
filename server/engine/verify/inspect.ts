// Which chunks of a pack are damaged, one pack at a time in this thread: what makes an index leave them out.
import { ID_LENGTH } from '../crypto/chunk-id.ts'
import { recordOf } from '../index/store.ts'
import type { StoredPack } from '../pack/writer.ts'
import type { Repository } from '../repository/repository.ts'
import type { VerifyResult } from './tasks.ts'
import { start } from './worker.ts'

/** @returns what reads a pack whole and gives the ids (32 bytes each) of its damaged chunks */
export function inspector({ storage, keyring }: Repository): (pack: StoredPack) => Promise<Uint8Array> {
  const lane = start({ material: keyring.material, table: [] }, storage)
  return async (pack) => {
    const { id, size } = pack
    const { result } = await (await lane).run({ id, size, frames: recordOf(pack).frames, data: true })
    const { badChunks, unreadable } = result as VerifyResult
    return unreadable
      ? Buffer.concat(pack.frames.map((frame) => frame.ids.subarray(0, frame.lengths.length * ID_LENGTH)))
      : badChunks
  }
}
