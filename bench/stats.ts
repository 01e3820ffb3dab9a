// The figures that are reported for a few repeated measurements.

export type Spread = { readonly median: number; readonly min: number; readonly max: number; readonly count: number }

/** Median, smallest and largest; undefined for no values. */
export function spread(values: readonly number[]): Spread | undefined {
  const sorted = [...values].sort((a, b) => a - b)
  const min = sorted[0]
  const max = sorted.at(-1)
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1)
  if (min === undefined || max === undefined) return undefined
  return { median: middle.reduce((sum, value) => sum + value, 0) / middle.length, min, max, count: sorted.length }
}
