// gzip, id 2: Node's own copy of zlib, writing into the thread's one output buffer (docs/decisions/0002-codecs.md).

import { bind, CStream, type Functions, lazy } from './native.ts'
import { nodeGzip } from './node-zlib.ts'
import { compressedRoom, rawRoom } from './scratch.ts'
import { type Codec, damaged, failed } from './types.ts'

const declarations = {
  deflateInit:
    'int deflateInit2_(void *stream, int level, int method, int windowBits, int memLevel, int strategy, const char *version, int size)',
  deflate: 'int deflate(void *stream, int flush)',
  deflateEnd: 'int deflateEnd(void *stream)',
  inflateInit: 'int inflateInit2_(void *stream, int windowBits, const char *version, int size)',
  inflate: 'int inflate(void *stream, int flush)',
  inflateEnd: 'int inflateEnd(void *stream)',
}

// Constants of zlib.h.
const Z_OK = 0
const Z_STREAM_END = 1
const Z_FINISH = 4
const Z_DEFLATED = 8
const Z_DEFAULT_STRATEGY = 0
const structSize = 112
const version = '1.2'
const gzipWindow = 15 + 16
const memLevel = 8

/** The gzip codec on a bound library. zlib's state is made for each call: under 1 % of the time, and no thread leaves one behind. */
function nativeGzip(zlib: Functions<keyof typeof declarations>): Codec {
  return {
    ...nodeGzip,
    compress(input, level) {
      const room = compressedRoom(input)
      const stream = new CStream(structSize)
      const begun = zlib.deflateInit(
        stream.struct,
        level,
        Z_DEFLATED,
        gzipWindow,
        memLevel,
        Z_DEFAULT_STRATEGY,
        version,
        structSize,
      )
      if (begun !== Z_OK) throw failed('gzip', Number(begun))
      try {
        stream.aim(input, room)
        const ended = zlib.deflate(stream.struct, Z_FINISH)
        if (ended !== Z_STREAM_END) throw failed('gzip', Number(ended))
        return room.subarray(0, room.length - stream.outputLeft)
      } finally {
        zlib.deflateEnd(stream.struct)
      }
    },
    decompress(input, rawLength) {
      const room = rawRoom(rawLength)
      const stream = new CStream(structSize)
      const begun = zlib.inflateInit(stream.struct, gzipWindow, version, structSize)
      if (begun !== Z_OK) throw failed('gzip', Number(begun))
      try {
        stream.aim(input, room)
        const ended = zlib.inflate(stream.struct, Z_FINISH)
        if (ended !== Z_STREAM_END) throw damaged('gzip', `it does not decode to ${rawLength} bytes (${ended})`)
        if (stream.outputLeft > 0) throw damaged('gzip', `it decodes to fewer than ${rawLength} bytes`)
        if (stream.inputLeft > 0) throw damaged('gzip', 'something follows its end')
        return room
      } finally {
        zlib.inflateEnd(stream.struct)
      }
    },
  }
}

/** zlib inside Node's program, or undefined when this Node keeps its symbols to itself. */
function bindGzip(): Codec | undefined {
  try {
    return nativeGzip(bind(null, declarations))
  } catch {
    return undefined // not an error: node:zlib does the same with more garbage
  }
}

const implementation = lazy(() => bindGzip() ?? nodeGzip)

export const gzip: Codec = {
  ...nodeGzip,
  compress: (input, level) => implementation().compress(input, level),
  decompress: (input, rawLength) => implementation().decompress(input, rawLength),
}
