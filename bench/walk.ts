// Walks a tree in byte order. A path is a byte string (latin1, one char per byte), since names need not be UTF-8.

import { Buffer } from 'node:buffer'
import { type BigIntStats, closeSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs'

/** `path` is relative to the root of the walk, '' for the root itself. */
export type Entry = { readonly path: string; readonly full: Buffer; readonly stat: BigIntStats }

const PIECE = 4 * 1024 * 1024

/** The path of an entry as bytes, fit for node:fs. `root` is an ordinary string. */
export function fullPath(root: string, path: string): Buffer {
  return path === '' ? Buffer.from(root) : Buffer.concat([Buffer.from(root), Buffer.from(`/${path}`, 'latin1')])
}

/** Every entry below `root` and the root itself, directories before what is in them, siblings sorted by bytes. */
export function* walk(root: string, path = ''): Generator<Entry> {
  const full = fullPath(root, path)
  const stat = lstatSync(full, { bigint: true })
  yield { path, full, stat }
  if (!stat.isDirectory()) return
  for (const name of readdirSync(full, { encoding: 'latin1' }).sort()) {
    yield* walk(root, path === '' ? name : `${path}/${name}`)
  }
}

/** The regular files of a tree, in the same order. */
export function* files(root: string): Generator<Entry> {
  for (const entry of walk(root)) if (entry.stat.isFile()) yield entry
}

/** Number of regular files, and the sum of their sizes in bytes. */
export function measureTree(root: string): { files: number; bytes: number } {
  let count = 0
  let bytes = 0n
  for (const { stat } of files(root)) {
    count++
    bytes += stat.size
  }
  return { files: count, bytes: Number(bytes) }
}

/** Reads every file once, so that the page cache holds the tree. */
export function warm(root: string): void {
  const buffer = Buffer.allocUnsafe(PIECE)
  for (const { full } of files(root)) {
    withFile(full, (fd) => {
      while (readSync(fd, buffer, 0, PIECE, null) > 0);
    })
  }
}

/** Runs `use` with the file open for reading. */
export function withFile<T>(path: Buffer | string, use: (fd: number) => T, flags = 'r'): T {
  const fd = openSync(path, flags)
  try {
    return use(fd)
  } finally {
    closeSync(fd)
  }
}
