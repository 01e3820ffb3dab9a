// The content of a file as a stream of small JSON pieces.
import type { Actor } from '../auth/actor.ts'
import type { SnapshotInput, SnapshotsService } from '../services/snapshots/index.ts'

type Piece =
  | { readonly kind: 'file'; readonly name: string; readonly nameBytes?: string | undefined; readonly size: number }
  | { readonly kind: 'data'; readonly base64: string }

/** Bytes in a piece: a multiple of 3, so that base64 has no padding within. */
const PIECE = 96 * 1024

/** First what the file is, then all of its bytes in order. An error in between means that what follows is damaged. */
export async function* downloadPieces(
  snapshots: Pick<SnapshotsService, 'content'>,
  actor: Actor,
  input: SnapshotInput['entry'],
): AsyncGenerator<Piece> {
  const { name, nameBytes, size, stream } = await snapshots.content(actor, input)
  yield { kind: 'file', name, nameBytes, size }
  for await (const bytes of stream) {
    for (let at = 0; at < bytes.length; at += PIECE) {
      yield { kind: 'data', base64: Buffer.from(bytes.subarray(at, at + PIECE)).toString('base64') }
    }
  }
}
