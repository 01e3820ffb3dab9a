// bzip2, id 3: libbz2 through koffi.

import { bindOptional, CStream, lazy } from './native.ts'
import { compressedRoom, rawRoom } from './scratch.ts'
import { type Codec, damaged, failed } from './types.ts'

const libbz2 = lazy(() =>
  bindOptional(
    'bzip2',
    'libbz2.so.1.0',
    'libbz2-1.0 (Debian, Ubuntu), bzip2-libs (Fedora, RHEL) or bzip2 (Alpine, Arch)',
    {
      compressInit: 'int BZ2_bzCompressInit(void *stream, int blockSize100k, int verbosity, int workFactor)',
      compress: 'int BZ2_bzCompress(void *stream, int action)',
      compressEnd: 'int BZ2_bzCompressEnd(void *stream)',
      decompressInit: 'int BZ2_bzDecompressInit(void *stream, int verbosity, int small)',
      decompress: 'int BZ2_bzDecompress(void *stream)',
      decompressEnd: 'int BZ2_bzDecompressEnd(void *stream)',
    },
  ),
)

// Constants of bzlib.h.
const BZ_OK = 0
const BZ_FINISH = 2
const BZ_STREAM_END = 4
const structSize = 80
const defaultWorkFactor = 0

export const bzip2: Codec = {
  id: 3,
  name: 'bzip2',
  levels: { min: 1, max: 9, default: 9 },
  compress(input, level) {
    const room = compressedRoom(input)
    const stream = new CStream(structSize)
    const begun = libbz2().compressInit(stream.struct, level, 0, defaultWorkFactor)
    if (begun !== BZ_OK) throw failed('bzip2', Number(begun))
    try {
      stream.aim(input, room)
      const ended = libbz2().compress(stream.struct, BZ_FINISH)
      if (ended !== BZ_STREAM_END) throw failed('bzip2', Number(ended))
      return room.subarray(0, room.length - stream.outputLeft)
    } finally {
      libbz2().compressEnd(stream.struct)
    }
  },
  // The one-call function of libbz2 does not tell how much of the input it took, so it would hide what follows the end.
  decompress(input, rawLength) {
    const room = rawRoom(rawLength)
    const stream = new CStream(structSize)
    const begun = libbz2().decompressInit(stream.struct, 0, 0)
    if (begun !== BZ_OK) throw failed('bzip2', Number(begun))
    try {
      stream.aim(input, room)
      const ended = libbz2().decompress(stream.struct)
      if (ended !== BZ_STREAM_END) throw damaged('bzip2', `it does not decode to ${rawLength} bytes (${ended})`)
      if (stream.outputLeft > 0) throw damaged('bzip2', `it decodes to fewer than ${rawLength} bytes`)
      if (stream.inputLeft > 0) throw damaged('bzip2', 'something follows its end')
      return room
    } finally {
      libbz2().decompressEnd(stream.struct)
    }
  },
}
