// zstd, id 1: Node's own copy of libzstd, called with one context and one output buffer a thread (docs/decisions/0002-codecs.md).

import { bind, type Functions, lazy } from './native.ts'
import { nodeZstd } from './node-zlib.ts'
import { compressedRoom, rawRoom } from './scratch.ts'
import { type Codec, damaged, failed } from './types.ts'

const declarations = {
  isError: 'unsigned int ZSTD_isError(size_t code)',
  errorName: 'const char *ZSTD_getErrorName(size_t code)',
  compressorSize: 'size_t ZSTD_estimateCCtxSize(int maxLevel)',
  compressor: 'void *ZSTD_initStaticCCtx(void *workspace, size_t size)',
  compress:
    'size_t ZSTD_compressCCtx(void *context, void *dst, size_t dstLength, void *src, size_t srcLength, int level)',
  decompressorSize: 'size_t ZSTD_estimateDCtxSize()',
  decompressor: 'void *ZSTD_initStaticDCtx(void *workspace, size_t size)',
  decompress: 'size_t ZSTD_decompressDCtx(void *context, void *dst, size_t dstLength, void *src, size_t srcLength)',
  frameLength: 'size_t ZSTD_findFrameCompressedSize(void *src, size_t srcLength)',
}

type Zstd = Functions<keyof typeof declarations>

/** A context that lives in a Buffer, so that the collector frees it with its thread. */
type Context = { readonly workspace: Buffer; readonly pointer: unknown; readonly level: number }

function newContext(size: unknown, init: (workspace: unknown, size: unknown) => unknown, level: number): Context {
  const workspace = Buffer.allocUnsafeSlow(Number(size))
  return { workspace, pointer: init(workspace, workspace.length), level }
}

/** The zstd codec on a bound library. */
function nativeZstd(zstd: Zstd): Codec {
  let compressor: Context | undefined
  const decompressor = lazy(() => newContext(zstd.decompressorSize(), zstd.decompressor, 0))

  /** The context for `level`, which also serves all lower ones. */
  const compressorFor = (level: number): Context => {
    if (compressor === undefined || compressor.level < level) {
      compressor = newContext(zstd.compressorSize(level), zstd.compressor, level)
    }
    return compressor
  }

  return {
    ...nodeZstd,
    compress(input, level) {
      const room = compressedRoom(input)
      const length = zstd.compress(compressorFor(level).pointer, room, room.length, input, input.length, level)
      if (zstd.isError(length)) throw failed('zstd', String(zstd.errorName(length)))
      return room.subarray(0, Number(length))
    },
    decompress(input, rawLength) {
      const room = rawRoom(rawLength)
      const frameLength = zstd.frameLength(input, input.length)
      if (zstd.isError(frameLength)) throw damaged('zstd', `it is corrupt (${zstd.errorName(frameLength)})`)
      if (frameLength !== input.length) throw damaged('zstd', 'something follows its end')
      const length = zstd.decompress(decompressor().pointer, room, rawLength, input, input.length)
      if (zstd.isError(length))
        throw damaged('zstd', `it does not decode to ${rawLength} bytes (${zstd.errorName(length)})`)
      if (length !== rawLength) throw damaged('zstd', `it decodes to ${length} bytes, not ${rawLength}`)
      return room
    },
  }
}

/** libzstd inside Node's program, or undefined when this Node keeps its symbols to itself. */
function bindZstd(): Codec | undefined {
  try {
    return nativeZstd(bind(null, declarations))
  } catch {
    return undefined // not an error: node:zlib does the same with more garbage
  }
}

const implementation = lazy(() => bindZstd() ?? nodeZstd)

export const zstd: Codec = {
  ...nodeZstd,
  compress: (input, level) => implementation().compress(input, level),
  decompress: (input, rawLength) => implementation().decompress(input, rawLength),
}
