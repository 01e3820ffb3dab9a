// Compares two file trees byte for byte and with their metadata, with nothing of the engine: an independent witness of a restore.
import fs from 'node:fs'

export type Comparison = {
  files: number
  directories: number
  /** Everything else: links, pipes, sockets, devices. */
  others: number
  /** Files and directories of the first tree that this user may not read: neither backed up nor compared. */
  unread: number
  /** Of the contents compared. */
  bytes: number
  /** "path: what differs", in the order of the walk. */
  differences: string[]
}

export type CompareOptions = {
  /** Also owners and the bits that only root may set; needs a restore made as root. */
  readonly owners: boolean
}

/** Names are bytes: paths are latin1 strings with one character a byte, as everywhere in Holdfast. */
const raw = (path: string): Buffer => Buffer.from(path, 'latin1')
const shown = (path: string): string => raw(path).toString('utf8')
const namesIn = (path: string): string[] => fs.readdirSync(raw(path), { encoding: 'latin1' }).sort()

const piece = 1 << 20
const ours = Buffer.allocUnsafe(piece)
const theirs = Buffer.allocUnsafe(piece)

function mayRead(path: string): boolean {
  const stat = fs.lstatSync(raw(path))
  if (!stat.isFile() && !stat.isDirectory()) return true
  try {
    fs.accessSync(raw(path), fs.constants.R_OK)
    return true
  } catch {
    return false
  }
}

/** Reads until `buffer` is full or the file ends; gives what was read. */
function fill(fd: number, buffer: Buffer): Buffer {
  let length = 0
  for (let read = -1; read !== 0 && length < buffer.length; length += read) {
    read = fs.readSync(fd, buffer, length, buffer.length - length, null)
  }
  return buffer.subarray(0, length)
}

function withOpen<T>(path: string, use: (fd: number) => T): T {
  const fd = fs.openSync(raw(path), 'r')
  try {
    return use(fd)
  } finally {
    fs.closeSync(fd)
  }
}

/** Where the contents of two files part, in bytes from the start; undefined when they are the same. */
function firstDifference(a: string, b: string, result: Comparison): number | undefined {
  return withOpen(a, (left) =>
    withOpen(b, (right) => {
      for (let offset = 0; ; offset += piece) {
        const [mine, other] = [fill(left, ours), fill(right, theirs)]
        if (!mine.equals(other)) return offset
        result.bytes += mine.length
        if (mine.length < piece) return undefined
      }
    }),
  )
}

/** What must agree for any kind of file, as text for messages. Sizes of directories are the file system's own affair. */
function facts(stat: fs.BigIntStats, path: string, { owners }: CompareOptions): Record<string, string> {
  const link = stat.isSymbolicLink()
  return {
    type: (Number(stat.mode) & fs.constants.S_IFMT).toString(8),
    ...(link ? {} : { mode: (Number(stat.mode) & (owners ? 0o7777 : 0o777)).toString(8) }),
    ...(owners ? { owner: `${stat.uid}:${stat.gid}` } : {}),
    ...(stat.isFile() ? { size: String(stat.size) } : {}),
    ...(stat.isBlockDevice() || stat.isCharacterDevice() ? { device: String(stat.rdev) } : {}),
    'modification time in ns': String(stat.mtimeNs),
    ...(link ? { target: fs.readlinkSync(raw(path), { encoding: 'latin1' }) } : {}),
  }
}

/**
 * Walks `a` and holds `b` against it: names, types, modes, times to the nanosecond, link targets, hard links, contents, and owners when
 * asked to. Both are latin1 paths that exist. Extended attributes are not compared.
 */
export function compareTrees(a: string, b: string, options: CompareOptions): Comparison {
  const result: Comparison = { files: 0, directories: 0, others: 0, unread: 0, bytes: 0, differences: [] }
  /** Inode of a file with several names in `a` -> inode of its first name in `b`. */
  const linked = new Map<bigint, bigint>()
  const report = (path: string, what: string): void => {
    result.differences.push(`${shown(path)}: ${what}`)
  }

  function compareFiles(left: string, right: string, stat: fs.BigIntStats, other: fs.BigIntStats): void {
    result.files++
    if (stat.nlink > 1n && (linked.get(stat.ino) ?? other.ino) !== other.ino)
      report(left, 'its hard link is a file of its own')
    linked.set(stat.ino, other.ino)
    const offset = firstDifference(left, right, result)
    if (offset !== undefined) report(left, `its contents differ in the MiB at ${offset}`)
  }

  function compareDirectories(left: string, right: string): void {
    result.directories++
    const [names, others] = [namesIn(left), new Set(namesIn(right))]
    for (const name of names) {
      const there = others.delete(name)
      if (!mayRead(`${left}/${name}`)) result.unread++
      else if (there) compare(`${left}/${name}`, `${right}/${name}`)
      else report(`${left}/${name}`, 'is missing')
    }
    for (const name of others) report(`${right}/${name}`, 'should not be there')
  }

  function compare(left: string, right: string): void {
    const [stat, other] = [left, right].map((path) => fs.lstatSync(raw(path), { bigint: true })) as [
      fs.BigIntStats,
      fs.BigIntStats,
    ]
    const found = facts(other, right, options)
    for (const [name, value] of Object.entries(facts(stat, left, options))) {
      if (value !== found[name]) report(left, `${name} was ${value}, is ${found[name]}`)
    }
    if (stat.isDirectory() && other.isDirectory()) compareDirectories(left, right)
    else if (stat.isFile() && other.isFile()) compareFiles(left, right, stat, other)
    else result.others++
  }

  compare(a, b)
  return result
}
