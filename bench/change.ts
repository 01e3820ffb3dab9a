// The "1 % changed" step: a seeded change to a corpus that can be taken back, so that every round starts from the same tree.
import { existsSync, readFileSync, readSync, rmSync, utimesSync, writeFileSync, writeSync } from 'node:fs'
import { Seeded, sample } from './random.ts'
import { files, fullPath, withFile } from './walk.ts'

/** One overwritten range. `path` is a byte string; `mtime` is the file's time before the change, in seconds. */
export type Edit = { path: string; offset: number; length: number; mtime: number }

const LINE = 64
const PLACE = 256 * 1024

/** One line in each of 1 % of the files (at least one), at a seeded place. */
export function planFileEdits(root: string, seed: string): Edit[] {
  const random = new Seeded(seed)
  const all = [...files(root)].filter(({ stat }) => stat.size > 0n)
  return sample(random, all.length, Math.max(1, Math.round(all.length / 100))).flatMap((index) => {
    const file = all[index]
    if (!file) return []
    const size = Number(file.stat.size)
    const offset = random.below(Math.max(1, size - LINE))
    return [{ path: file.path, offset, length: Math.min(LINE, size - offset), mtime: seconds(file.stat.mtimeNs) }]
  })
}

/** 1 % of the bytes of each file, in places of 256 KiB (smaller in small files) scattered over it. */
export function planByteEdits(root: string, seed: string): Edit[] {
  const random = new Seeded(seed)
  return [...files(root)].flatMap(({ path, stat }) => {
    const place = Math.min(PLACE, Math.ceil(Number(stat.size) / 100))
    const slots = Math.floor(Number(stat.size) / place)
    const count = Math.round(slots / 100)
    return sample(random, slots, count).map((slot) => ({
      path,
      offset: slot * place,
      length: place,
      mtime: seconds(stat.mtimeNs),
    }))
  })
}

const seconds = (nanoseconds: bigint): number => Number(nanoseconds) / 1e9

/** Applies the edits to the tree; `record` (a file outside of it) is what `undo` needs, in a later run too. */
export function apply(root: string, edits: readonly Edit[], record: string): void {
  save(record, edits, false)
  for (const edit of edits) flip(root, edit)
  save(record, edits, true)
}

/**
 * Takes back the change that `record` describes, times included; nothing when there is none.
 * Returns false when the change (or taking it back) was cut short: then the tree must be made anew.
 */
export function undo(root: string, record: string): boolean {
  if (!existsSync(record)) return true
  const { edits, whole } = JSON.parse(readFileSync(record, 'utf8')) as { edits: Edit[]; whole: boolean }
  if (!whole) return false
  save(record, edits, false)
  for (const edit of edits) flip(root, edit)
  for (const { path, mtime } of edits) utimesSync(fullPath(root, path), mtime, mtime)
  rmSync(record)
  return true
}

/** `whole` says that every edit is in the tree. */
function save(record: string, edits: readonly Edit[], whole: boolean): void {
  writeFileSync(record, JSON.stringify({ whole, edits }), { flush: true })
}

/** Flips the lowest bit of each byte of the range: its own inverse, and as compressible as before. */
function flip(root: string, { path, offset, length }: Edit): void {
  withFile(
    fullPath(root, path),
    (fd) => {
      const buffer = Buffer.alloc(length)
      readSync(fd, buffer, 0, length, offset)
      for (let i = 0; i < length; i++) buffer[i] = (buffer[i] ?? 0) ^ 1
      writeSync(fd, buffer, 0, length, offset)
    },
    'r+',
  )
}
