// How much a verification reads, in words. Pure.
import type { Depth } from '#server/contract/verification.ts'

export const sayDepth: Readonly<Record<Depth, string>> = {
  structure: 'structure only',
  sample: 'a sample',
  all: 'all data',
}
