// Compares a restored tree with its source, so that a wrong restore cannot win.
import { type BigIntStats, existsSync, lstatSync, readlinkSync, readSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fullPath, walk, withFile } from './walk.ts'

const PIECE = 4 * 1024 * 1024
const left = Buffer.allocUnsafe(PIECE)
const right = Buffer.allocUnsafe(PIECE)

/** Where a tool put `source` below `target`: under its whole path, under its last name, or right there. */
export function restoredRoot(target: string, source: string): string {
  return [join(target, source), join(target, basename(source))].find((path) => existsSync(path)) ?? target
}

/**
 * The differences between two trees as lines of text, at most `limit`: missing and extra entries, type, mode, owner
 * (when `owners`), times of files to the nanosecond, sizes, contents, link targets.
 */
export function compareTrees(source: string, restored: string, owners: boolean, limit = 10): string[] {
  const found: string[] = []
  let entries = 0
  for (const { path, full, stat } of walk(source)) {
    entries++
    const difference = compareEntry(full, stat, fullPath(restored, path), owners)
    if (difference) found.push(`${path || '.'}: ${difference}`)
    if (found.length >= limit) return found
  }
  const extra = [...walk(restored)].length - entries
  return extra > 0 ? [...found, `${extra} more entries than the source`] : found
}

function compareEntry(source: Buffer, stat: BigIntStats, restored: Buffer, owners: boolean): string | undefined {
  const other = lstatSync(restored, { bigint: true, throwIfNoEntry: false })
  if (!other) return 'missing'
  if (stat.mode !== other.mode) return `mode ${other.mode.toString(8)} instead of ${stat.mode.toString(8)}`
  if (owners && (stat.uid !== other.uid || stat.gid !== other.gid)) return `owner ${other.uid}:${other.gid}`
  if (stat.isSymbolicLink()) return sameLink(source, restored) ? undefined : 'another link target'
  if (!stat.isFile()) return undefined
  if (stat.size !== other.size) return `${other.size} bytes instead of ${stat.size}`
  if (stat.mtimeNs !== other.mtimeNs) return `mtime ${other.mtimeNs} instead of ${stat.mtimeNs}`
  return sameBytes(source, restored) ? undefined : 'other contents'
}

const sameLink = (a: Buffer, b: Buffer): boolean =>
  readlinkSync(a, { encoding: 'buffer' }).equals(readlinkSync(b, { encoding: 'buffer' }))

function sameBytes(a: Buffer, b: Buffer): boolean {
  return withFile(a, (one) => withFile(b, (two) => sameRest(one, two)))
}

function sameRest(one: number, two: number): boolean {
  for (;;) {
    const count = readSync(one, left, 0, PIECE, null)
    const other = readSync(two, right, 0, PIECE, null)
    if (count !== other || left.compare(right, 0, other, 0, count) !== 0) return false
    if (count === 0) return true
  }
}
