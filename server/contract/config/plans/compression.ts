// Which compression a repository gets, in the engine's terms.
import { type CompressionName, compressionTable } from '../compression-table.ts'
import type { ConfigDocument } from '../document.ts'

/** What the engine calls CompressionSettings. */
export type CompressionPlan = {
  readonly codec: CompressionName | 'none'
  readonly level: number
  /** For frames of many small files, when it is another. */
  readonly gatheredLevel?: number
}

const none: CompressionPlan = { codec: 'none', level: 0 }

/** The engine's own choice for frames of small files; a level that somebody chose holds for all. */
const GATHERED = { codec: 'zstd', level: 3, gatheredLevel: 1 } as const satisfies CompressionPlan

/**
 * The compression for a storage that names `chosen` (or none). A level counts more than `speed_vs_size`; without both the codec has a level of
 * its own. Undefined: nobody chose anything, the engine's default holds.
 */
export function compressionPlan(
  { compression }: ConfigDocument,
  chosen?: CompressionName | 'none',
): CompressionPlan | undefined {
  if (compression?.thresholds?.compression_enabled === false) return none
  const codec = chosen ?? compression?.default_algorithm
  if (codec === undefined) return undefined
  if (codec === 'none') return none
  const settings = compression?.algorithms?.[codec]
  if (settings?.compression_level !== undefined) return { codec, level: settings.compression_level }
  const { byWish, usual } = compressionTable[codec]
  const level = settings?.speed_vs_size === undefined ? usual : byWish[settings.speed_vs_size]
  return codec === GATHERED.codec && level === GATHERED.level ? GATHERED : { codec, level }
}
