// Opens a frame for as long as somebody looks at it.
import { release } from '../../lib/bytes.ts'
import { codecById } from '../codec/codecs.ts'
import type { PackCipher } from './format.ts'

/** A frame as its pack's trailer describes it, with its number in the pack. */
export type FrameRef = { readonly number: number; readonly rawLength: number; readonly codec: number }

/**
 * Decrypts and inflates a frame and shows its raw bytes to `use`, which must not keep them: their memory is used again.
 * @throws `damaged` when the sealed bytes are not what they were; what `use` throws
 */
export function withFrame<T>(
  cipher: PackCipher,
  { number, rawLength, codec }: FrameRef,
  sealed: Uint8Array,
  use: (raw: Uint8Array) => T,
): T {
  const stored = cipher.decryptFrame(number, codec, rawLength, sealed)
  try {
    return use(codecById(codec).decompress(stored, rawLength))
  } finally {
    release(stored)
  }
}
