// What a codec of a pack frame is, and the failures that all of them share.

import { HoldfastError } from '../../contract/errors.ts'

/** Names as they are written in settings and shown to people; their order is that of the ids. */
export const codecNames = ['none', 'zstd', 'gzip', 'bzip2', 'xz', '7z'] as const

export type CodecName = (typeof codecNames)[number]

/** No frame holds more raw bytes than this. */
export const maxRawLength = 16 * 1024 * 1024

/**
 * One way to shrink a frame. Synchronous, for use in worker threads. What `compress` and `decompress` return is a view of a buffer that
 * this thread reuses: it is valid until the next call of the same function of any codec on this thread (codec none returns its input).
 * `input` may be any view except the one that the same function returned last.
 */
export type Codec = {
  /** The codec byte of a frame on disk. */
  readonly id: number
  readonly name: CodecName
  readonly levels: { readonly min: number; readonly max: number; readonly default: number }
  /** Shrinks (or, for random data, slightly grows) at most `maxRawLength` bytes. `unsupported` when a library is missing. */
  compress(input: Uint8Array, level: number): Uint8Array
  /**
   * The `rawLength` bytes that `input` stands for. `damaged` when it holds fewer, more, something after its end, or no such stream; never
   * writes more than `rawLength` bytes. Whether they are the right ones is for the frame's authentication and the chunk ids to say.
   */
  decompress(input: Uint8Array, rawLength: number): Uint8Array
}

/** The error for a stream that does not decode; `why` completes the sentence. */
export const damaged = (name: CodecName, why: string): HoldfastError =>
  new HoldfastError('damaged', `This frame is damaged: as ${name} data, ${why}.`)

/** The error for a compressor that fails on good input, which none does unless memory runs out. */
export const failed = (name: CodecName, code: number | string): HoldfastError =>
  new HoldfastError('internal', `The ${name} compressor failed (${code}); is there enough memory?`)
