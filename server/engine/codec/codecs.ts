// The table of codecs, and the checked way from a setting or a codec byte to one of them.

import { HoldfastError } from '../../contract/errors.ts'
import { bzip2 } from './bzip2.ts'
import { gzip } from './gzip.ts'
import { sevenZip, xz } from './lzma.ts'
import { type Codec, type CodecName, codecNames, damaged } from './types.ts'
import { zstd } from './zstd.ts'

const none: Codec = {
  id: 0,
  name: 'none',
  levels: { min: 0, max: 0, default: 0 },
  compress: (input) => input,
  decompress: (input, rawLength) => {
    if (input.length === rawLength) return input
    throw damaged('none', `it holds ${input.length} bytes, not ${rawLength}`)
  },
}

/** All codecs; the place of each is its id. */
export const codecs: readonly Codec[] = [none, zstd, gzip, bzip2, xz, sevenZip]

/** What a repository without a setting uses. */
export const defaultCompression: CompressionSettings = { codec: 'zstd', level: 3, gatheredLevel: 1 }

/** A checked choice of codec and level, as plain data. */
export type CompressionSettings = {
  readonly codec: CodecName
  readonly level: number
  /**
   * For frames of many small chunks, when it is another: they shrink so much for being together that a lower level still gives less than a higher
   * one gives to each alone, at two thirds of the time (docs/decisions/0005-engine.md).
   */
  readonly gatheredLevel?: number
}

/** The codec of a frame's codec byte; `unsupported` for a byte that this version does not know. */
export function codecById(id: number): Codec {
  const codec = codecs[id]
  if (codec !== undefined) return codec
  const known = codecs.map(({ id, name }) => `${id} ${name}`).join(', ')
  throw new HoldfastError('unsupported', `This frame is compressed with codec ${id}; this version knows ${known}.`)
}

/** The codec of this name; `unsupported` for any other. */
export function codecByName(name: string): Codec {
  const codec = codecs.find((each) => each.name === name)
  if (codec !== undefined) return codec
  throw new HoldfastError('unsupported', `There is no compression "${name}"; choose one of ${codecNames.join(', ')}.`)
}

/** Checks a setting: a name of `codecNames`, and a level that it has (or none, for its default). Anything else: `usage`. */
export function parseCompression(name: string, level?: number): CompressionSettings {
  const codec = codecs.find((each) => each.name === name)
  if (codec === undefined) {
    throw new HoldfastError('usage', `Compression is "${name}"; it must be one of ${codecNames.join(', ')}.`)
  }
  const { min, max } = codec.levels
  const checked = level ?? codec.levels.default
  if (!Number.isInteger(checked) || checked < min || checked > max) {
    throw new HoldfastError(
      'usage',
      `Compression level is ${level}; with "${name}" it must be a whole number from ${min} to ${max}.`,
    )
  }
  return level === undefined && codec.name === defaultCompression.codec
    ? defaultCompression
    : { codec: codec.name, level: checked }
}
