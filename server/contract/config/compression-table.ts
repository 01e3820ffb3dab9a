// The compressions, their levels, and the level that each wish for speed or size means. The engine's codecs have the same (a test compares).

export const compressionNames = ['gzip', 'bzip2', 'xz', '7z', 'zstd'] as const
export type CompressionName = (typeof compressionNames)[number]

export const wishes = ['speed', 'balanced', 'size_optimized'] as const
export type Wish = (typeof wishes)[number]

/** `usual`: with neither a level nor a wish. */
type Row = {
  readonly min: number
  readonly max: number
  readonly usual: number
  readonly byWish: Readonly<Record<Wish, number>>
}

export const compressionTable: Readonly<Record<CompressionName, Row>> = {
  gzip: { min: 1, max: 9, usual: 6, byWish: { speed: 1, balanced: 6, size_optimized: 9 } },
  bzip2: { min: 1, max: 9, usual: 9, byWish: { speed: 1, balanced: 6, size_optimized: 9 } },
  xz: { min: 0, max: 9, usual: 6, byWish: { speed: 1, balanced: 6, size_optimized: 9 } },
  '7z': { min: 0, max: 9, usual: 5, byWish: { speed: 1, balanced: 5, size_optimized: 9 } },
  zstd: { min: 1, max: 19, usual: 3, byWish: { speed: 1, balanced: 3, size_optimized: 19 } },
}
