// xz, id 4, and "7z", id 5: a raw LZMA2 stream. Both through liblzma and koffi.

import { addressOf, bindOptional, lazy } from './native.ts'
import { compressedRoom, rawRoom } from './scratch.ts'
import { type Codec, type CodecName, damaged, failed } from './types.ts'

const packages = 'liblzma5 (Debian, Ubuntu), xz-libs (Fedora, RHEL, Alpine) or xz (Arch)'

const liblzma = lazy(() =>
  bindOptional('xz', 'liblzma.so.5', packages, {
    preset: 'uint8_t lzma_lzma_preset(void *options, uint32_t preset)',
    encodeXz:
      'int lzma_stream_buffer_encode(void *filters, int check, void *allocator, void *in, size_t inSize, void *out, void *outAt, size_t outSize)',
    decodeXz:
      'int lzma_stream_buffer_decode(void *memlimit, uint32_t flags, void *allocator, void *in, void *inAt, size_t inSize, void *out, void *outAt, size_t outSize)',
    encodeRaw:
      'int lzma_raw_buffer_encode(void *filters, void *allocator, void *in, size_t inSize, void *out, void *outAt, size_t outSize)',
    decodeRaw:
      'int lzma_raw_buffer_decode(void *filters, void *allocator, void *in, void *inAt, size_t inSize, void *out, void *outAt, size_t outSize)',
  }),
)

const MiB = 1024 * 1024

// Constants of lzma/base.h, check.h, filter.h and vli.h.
const LZMA_OK = 0
const LZMA_CHECK_CRC32 = 1
const LZMA_FILTER_LZMA2 = 0x21n
const LZMA_VLI_UNKNOWN = 0xffffffffffffffffn
const optionsSize = 112
const chainSize = 32

/** A decoder of id 5 needs no more than this: dictionary 8 MiB; lc=3 lp=0 pb=2 are what every preset has. */
const rawDictionary = 8 * MiB
/** xz streams name their own dictionary; a frame never has more to look back on than this. */
const xzDictionary = 16 * MiB
/** For the largest dictionary that we write, and the decoder's own state. */
const xzMemoryLimit = BigInt(xzDictionary + MiB)

/** A size_t that C reads and writes. */
const cursor = (value = 0n): BigUint64Array => new BigUint64Array([value])

/**
 * The chain of one LZMA2 filter, as C wants it: {id, options}, an end mark, and then, in the same Buffer so that they live as long, the
 * options. The dictionary is `dictionary`, or the preset's if that is smaller.
 */
function lzma2Chain(preset: number, dictionary: number): Buffer {
  const chain = Buffer.alloc(chainSize + optionsSize)
  const options = chain.subarray(chainSize)
  if (liblzma().preset(options, preset) !== 0) throw failed('xz', `preset ${preset}`)
  options.writeUInt32LE(Math.min(options.readUInt32LE(0), dictionary), 0)
  chain.writeBigUInt64LE(LZMA_FILTER_LZMA2, 0)
  chain.writeBigUInt64LE(addressOf(options), 8)
  chain.writeBigUInt64LE(LZMA_VLI_UNKNOWN, 16)
  return chain
}

/** The smallest dictionary that sees all of `input`: the encoder's memory is 11 times this, so 12 MB rather than 94 for 1 MiB at level 6. */
const dictionaryFor = (input: Uint8Array, most: number): number =>
  Math.min(most, 2 ** Math.ceil(Math.log2(Math.max(65536, input.length))))

/** Encodes with one of liblzma's one-call encoders, given as a function of the filters, the output, and where to write its length. */
function encode(
  name: CodecName,
  input: Uint8Array,
  level: number,
  dictionary: number,
  run: (filters: Buffer, room: Buffer, length: BigUint64Array) => unknown,
): Uint8Array {
  const room = compressedRoom(input)
  const length = cursor()
  const status = run(lzma2Chain(level, dictionaryFor(input, dictionary)), room, length)
  if (status !== LZMA_OK) throw failed(name, Number(status))
  return room.subarray(0, Number(length[0]))
}

/** Decodes with one of liblzma's one-call decoders, and throws unless it took all of the input and filled all of the output. */
function decode(
  name: CodecName,
  input: Uint8Array,
  rawLength: number,
  run: (inAt: BigUint64Array, room: Buffer, outAt: BigUint64Array) => unknown,
): Uint8Array {
  const room = rawRoom(rawLength)
  const inAt = cursor()
  const outAt = cursor()
  const status = run(inAt, room, outAt)
  if (status !== LZMA_OK) throw damaged(name, `it does not decode to ${rawLength} bytes (${status})`)
  if (outAt[0] !== BigInt(rawLength)) throw damaged(name, `it decodes to ${outAt[0]} bytes, not ${rawLength}`)
  if (inAt[0] !== BigInt(input.length)) throw damaged(name, 'something follows its end')
  return room
}

export const xz: Codec = {
  id: 4,
  name: 'xz',
  levels: { min: 0, max: 9, default: 6 },
  compress: (input, level) =>
    encode('xz', input, level, xzDictionary, (filters, room, length) =>
      liblzma().encodeXz(filters, LZMA_CHECK_CRC32, null, input, input.length, room, length, room.length),
    ),
  decompress: (input, rawLength) =>
    decode('xz', input, rawLength, (inAt, room, outAt) =>
      liblzma().decodeXz(cursor(xzMemoryLimit), 0, null, input, inAt, input.length, room, outAt, rawLength),
    ),
}

const rawFilters = lazy(() => lzma2Chain(6, rawDictionary))

export const sevenZip: Codec = {
  id: 5,
  name: '7z',
  levels: { min: 0, max: 9, default: 5 },
  compress: (input, level) =>
    encode('7z', input, level, rawDictionary, (filters, room, length) =>
      liblzma().encodeRaw(filters, null, input, input.length, room, length, room.length),
    ),
  decompress: (input, rawLength) =>
    decode('7z', input, rawLength, (inAt, room, outAt) =>
      liblzma().decodeRaw(rawFilters(), null, input, inAt, input.length, room, outAt, rawLength),
    ),
}
