// Where a big or sparse file holds data, and the regions that this is cut into.
import { REGION } from '../chunk/fastcdc.ts'
import { seekData, seekHole } from '../posix/holes.ts'
import type { RegionTask } from './tasks.ts'

/** A shorter hole is stored as zeros, which compress to nothing and become a hole again when restored. */
const MIN_HOLE = 64 << 10
/** More holes than this would bloat the file's entry: the smallest that count grows until they fit. */
const MAX_HOLES = 16384

export type Extent = { readonly offset: number; readonly length: number }

/** The stretches of a file that hold data, in order. */
export function dataExtents(fd: number, size: number): Extent[] {
  for (let minHole = MIN_HOLE; ; minHole *= 4) {
    const extents = findExtents(fd, size, minHole)
    if (extents) return extents
  }
}

function findExtents(fd: number, size: number, minHole: number): Extent[] | undefined {
  const extents: { offset: number; length: number }[] = []
  let position = 0
  while (position < size) {
    const data = seekData(fd, position)
    if (data < 0 || data >= size) break
    const hole = seekHole(fd, data)
    const end = hole < 0 ? size : Math.min(hole, size)
    const last = extents.at(-1)
    const gap = data - (last ? last.offset + last.length : 0)
    if (last && gap < minHole) last.length = end - last.offset
    else if (!last && gap < minHole) extents.push({ offset: 0, length: end })
    else extents.push({ offset: data, length: end - data })
    if (extents.length > MAX_HOLES) return undefined
    position = end
  }
  const last = extents.at(-1)
  const tail = size - (last ? last.offset + last.length : 0)
  if (last && tail > 0 && tail < minHole) last.length += tail
  return extents
}

/** What lies between the extents: offset, length, offset, length ... */
export function holesBetween(extents: readonly Extent[], size: number): number[] {
  const holes: number[] = []
  let position = 0
  for (const { offset, length } of [...extents, { offset: size, length: 0 }]) {
    if (offset > position) holes.push(position, offset - position)
    position = offset + length
  }
  return holes
}

/** Region tasks of the extents, made as they are asked for (a file may have thousands); one of no bytes when there is no data. */
export function* regionsOf(fd: number, extents: readonly Extent[]): Generator<RegionTask> {
  if (extents.length === 0) yield { kind: 'region', fd, offset: 0, length: 0 }
  for (const { offset, length } of extents) {
    for (let at = 0; at < length; at += REGION) {
      yield { kind: 'region', fd, offset: offset + at, length: Math.min(REGION, length - at) }
    }
  }
}
