// Compresses a frame, or leaves it as it is when that would gain little.
import { type CompressionSettings, codecByName } from '../codec/codecs.ts'
import { worthCompressing } from '../codec/probe.ts'
import type { FrameCompressor } from './writer.ts'

/** A gain below 3 % is not worth inflating at every restore. */
const WORTH = 0.97

export function compressor({ codec: name, level, gatheredLevel = level }: CompressionSettings): FrameCompressor {
  const codec = codecByName(name)
  return (raw, chunks) => {
    if (codec.id === 0 || !worthCompressing(raw)) return { codec: 0, bytes: raw }
    const bytes = codec.compress(raw, chunks > 1 ? gatheredLevel : level)
    return bytes.length < raw.length * WORTH ? { codec: codec.id, bytes } : { codec: 0, bytes: raw }
  }
}
