// The bytes of a file of a snapshot, one piece after the other.
import { HoldfastError } from '../../contract/errors.ts'
import { metaLoader } from '../../engine/browse/list.ts'
import { DATA, ID_LENGTH } from '../../engine/crypto/chunk-id.ts'
import type { Repository } from '../../engine/repository/repository.ts'
import type { Entry } from '../../engine/tree/entry.ts'
import { contentOf } from '../../engine/tree/reader.ts'

const ZEROS = Buffer.alloc(64 * 1024)

function* zeros(length: number): Generator<Uint8Array> {
  for (let left = length; left > 0; left -= ZEROS.length) yield ZEROS.subarray(0, Math.min(left, ZEROS.length))
}

/**
 * Exactly `entry.size` bytes, each chunk checked against its id; holes are zeros. The index must be loaded.
 *
 * @throws `damaged` as soon as something is not what was backed up: what came before it was right
 */
export async function* contentStream(repository: Repository, entry: Entry): AsyncGenerator<Uint8Array> {
  const holes = [...entry.holes]
  let position = 0
  function* holesHere(): Generator<Uint8Array> {
    while (holes[0] === position) {
      const [, length = 0] = holes.splice(0, 2)
      yield* zeros(length)
      position += length
    }
  }
  for await (const ids of contentOf(metaLoader(repository), entry)) {
    for (let at = 0; at < ids.length; at += ID_LENGTH) {
      yield* holesHere()
      const bytes = await repository.readChunk(DATA, ids.subarray(at, at + ID_LENGTH))
      position += bytes.length
      if (position > entry.size) throw wrongSize(position, entry)
      yield bytes
    }
  }
  yield* holesHere()
  if (position !== entry.size) throw wrongSize(position, entry)
}

const wrongSize = (found: number, { size }: Entry): HoldfastError =>
  new HoldfastError('damaged', `The chunks of the file make ${found} bytes or more, but it has ${size}`)
