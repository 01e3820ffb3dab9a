// The content of a file as a stream of small JSON pieces.
import type { SnapshotInput } from '../services/snapshots/index.ts'
import type { Context } from './context.ts'
import { whileValid } from './while-valid.ts'

type Piece =
  | { readonly kind: 'file'; readonly name: string; readonly nameBytes?: string | undefined; readonly size: number }
  | { readonly kind: 'data'; readonly base64: string }

/** Bytes in a piece: a multiple of 3, so that base64 has no padding within. */
const PIECE = 96 * 1024

/**
 * First what the file is, then all of its bytes in order. An error in between means that what follows is damaged,
 * or that the session is over (`unauthenticated`).
 */
export const downloadPieces = (ctx: Context, input: SnapshotInput['entry']): AsyncGenerator<Piece> =>
  whileValid(ctx, piecesOf(ctx, input))

async function* piecesOf({ services, actor }: Context, input: SnapshotInput['entry']): AsyncGenerator<Piece> {
  const { name, nameBytes, size, stream } = await services.snapshots.content(actor, input)
  yield { kind: 'file', name, nameBytes, size }
  for await (const bytes of stream) {
    for (let at = 0; at < bytes.length; at += PIECE) {
      yield { kind: 'data', base64: Buffer.from(bytes.subarray(at, at + PIECE)).toString('base64') }
    }
  }
}
