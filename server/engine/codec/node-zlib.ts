// zstd and gzip through node:zlib alone: for a Node whose program does not show the symbols of its libraries. Right, but 50 to 100 MB more
// resident memory in a loop, because each call makes a stream and fresh buffers.

import zlib from 'node:zlib'
import { checkedLength, compressedBound } from './scratch.ts'
import { type Codec, type CodecName, damaged } from './types.ts'

/** With `info: true` the sync calls also return the stream, which knows how much of the input it took. */
type WithInfo = { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } }

/** One output chunk for all: as large as it can get, so that zlib neither grows a list of small ones nor copies them together. */
const compressOptions = (input: Uint8Array) => ({ chunkSize: compressedBound(input.length) })

/** Room for one byte more than there may be, which is how zlib sees the end without a second chunk. */
const decompressOptions = (rawLength: number) => ({
  chunkSize: Math.max(64, checkedLength(rawLength) + 1),
  maxOutputLength: Math.max(64, rawLength + 1),
  info: true,
})

/** Runs one of node:zlib's decoders and holds its result to the promise of Codec.decompress. */
function exactly(name: CodecName, input: Uint8Array, rawLength: number, decode: () => unknown): Uint8Array {
  let result: WithInfo
  try {
    result = decode() as WithInfo
  } catch (cause) {
    throw damaged(name, `it does not decode to ${rawLength} bytes (${(cause as NodeJS.ErrnoException).code})`)
  }
  if (result.engine.bytesWritten !== input.length) throw damaged(name, 'something follows its end')
  if (result.buffer.length !== rawLength)
    throw damaged(name, `it decodes to ${result.buffer.length} bytes, not ${rawLength}`)
  return result.buffer
}

export const nodeZstd: Codec = {
  id: 1,
  name: 'zstd',
  levels: { min: 1, max: 19, default: 3 },
  compress: (input, level) =>
    zlib.zstdCompressSync(input, {
      ...compressOptions(input),
      params: { [zlib.constants.ZSTD_c_compressionLevel]: level },
    }),
  decompress: (input, rawLength) =>
    exactly('zstd', input, rawLength, () => zlib.zstdDecompressSync(input, decompressOptions(rawLength))),
}

export const nodeGzip: Codec = {
  id: 2,
  name: 'gzip',
  levels: { min: 1, max: 9, default: 6 },
  compress: (input, level) => zlib.gzipSync(input, { ...compressOptions(input), level }),
  decompress: (input, rawLength) =>
    exactly('gzip', input, rawLength, () => zlib.gunzipSync(input, decompressOptions(rawLength))),
}
