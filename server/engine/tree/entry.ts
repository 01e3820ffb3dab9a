// One entry of a directory: what a backup knows of a file, and its bytes (docs/repository-format.md, Trees).
import { HoldfastError } from '../../contract/errors.ts'
import { namesBehind } from '../../contract/names.ts'
import type { ByteReader, ByteWriter } from '../../lib/bytes.ts'
import { ID_LENGTH } from '../crypto/chunk-id.ts'

export const entryTypes = ['file', 'directory', 'symlink', 'fifo', 'socket', 'character', 'block'] as const
export type EntryType = (typeof entryTypes)[number]

export type Xattr = readonly [name: string, value: Uint8Array]

/** What lstat says, in the units of the kernel. Times are whole seconds since 1970 (may be negative) and nanoseconds 0 to 999,999,999. */
export type EntryStat = {
  readonly type: EntryType
  /** Permission bits with set-uid, set-gid and sticky: 0 to 0o7777. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly mtimeSec: number
  readonly mtimeNsec: number
  readonly ctimeSec: number
  readonly ctimeNsec: number
  readonly inoLow: number
  readonly inoHigh: number
  readonly devMajor: number
  readonly devMinor: number
  readonly nlink: number
  /** Bytes of a file; 0 for everything else. */
  readonly size: number
}

/** What is known of an entry besides what lstat says. */
export type EntryDetails = {
  /** Chunk ids, 32 bytes each, in order; at `contentDepth` > 0 ids of content lists instead. */
  readonly content: Uint8Array
  readonly contentDepth: number
  /** Holes of a sparse file: offset, length, offset, length ... The chunks cover only what lies between them. */
  readonly holes: readonly number[]
  /** A directory's node, and what lies below it. */
  readonly subtree: Uint8Array
  readonly filesBelow: number
  readonly bytesBelow: number
  /** A symlink's target, a byte string. */
  readonly target: string
  readonly deviceMajor: number
  readonly deviceMinor: number
  readonly xattrs: readonly Xattr[]
  /** The file changed in every attempt to read it: the content may be a mixture. */
  readonly changed: boolean
  /** Not 0: it could not be read, with this errno. Metadata only. */
  readonly errno: number
}

export type Entry = EntryStat &
  EntryDetails & {
    /** A byte string: one char a byte. */
    readonly name: string
  }

export const NO_BYTES: Uint8Array = new Uint8Array(0)
export const NO_DETAILS: EntryDetails = {
  content: NO_BYTES,
  contentDepth: 0,
  holes: [],
  subtree: NO_BYTES,
  filesBelow: 0,
  bytesBelow: 0,
  target: '',
  deviceMajor: 0,
  deviceMinor: 0,
  xattrs: [],
  changed: false,
  errno: 0,
}

/** The details of a file that lies in `content` whole: a literal, for a copy of NO_DETAILS takes longer than all the rest of an entry. */
export const fileDetails = (content: Uint8Array, xattrs: readonly Xattr[], changed: boolean): EntryDetails => ({
  content,
  contentDepth: 0,
  holes: NO_DETAILS.holes,
  subtree: NO_BYTES,
  filesBelow: 0,
  bytesBelow: 0,
  target: '',
  deviceMajor: 0,
  deviceMinor: 0,
  xattrs,
  changed,
  errno: 0,
})

const HAS_XATTRS = 0x08
const HAS_HOLES = 0x10
const CHANGED = 0x20
const UNREADABLE = 0x40
const INDIRECT = 0x80

/** Everything but the length that stands in front of an entry in its node. An `Entry` may be both, `stat` and `details`. */
export function encodeEntry(writer: ByteWriter, name: string, stat: EntryStat, details: EntryDetails): void {
  const flags =
    (details.xattrs.length > 0 ? HAS_XATTRS : 0) |
    (details.holes.length > 0 ? HAS_HOLES : 0) |
    (details.changed ? CHANGED : 0) |
    (details.errno > 0 ? UNREADABLE : 0) |
    (details.contentDepth > 0 ? INDIRECT : 0)
  writer.u8(entryTypes.indexOf(stat.type) | flags).name(name)
  encodeStat(writer, stat)
  encodeDetails(writer, stat.type, details)
}

/** The fixed part: equal bytes mean that nothing that lstat shows has changed. */
export function encodeStat(writer: ByteWriter, stat: EntryStat): void {
  writer
    .varint(stat.mode)
    .varint(stat.uid)
    .varint(stat.gid)
    .signed(stat.mtimeSec)
    .varint(stat.mtimeNsec)
    .signed(stat.ctimeSec)
    .varint(stat.ctimeNsec)
    .varint(stat.inoLow)
    .varint(stat.inoHigh)
    .varint(stat.devMajor)
    .varint(stat.devMinor)
    .varint(stat.nlink)
    .varint(stat.size)
}

function encodeDetails(writer: ByteWriter, type: EntryType, details: EntryDetails): void {
  if (type === 'file') {
    if (details.contentDepth > 0) writer.u8(details.contentDepth)
    writer.varint(details.content.length / ID_LENGTH).raw(details.content)
  } else if (type === 'directory') {
    writer.blob(details.subtree).varint(details.filesBelow).varint(details.bytesBelow)
  } else if (type === 'symlink') {
    writer.name(details.target)
  } else if (type === 'character' || type === 'block') {
    writer.varint(details.deviceMajor).varint(details.deviceMinor)
  }
  if (details.xattrs.length > 0) {
    writer.varint(details.xattrs.length)
    for (const [name, value] of details.xattrs) writer.name(name).blob(value)
  }
  if (details.holes.length > 0) {
    writer.varint(details.holes.length)
    for (const n of details.holes) writer.varint(n)
  }
  if (details.errno > 0) writer.varint(details.errno)
}

/** @throws `damaged` when the bytes are no entry, or its name is one that no directory can hold */
export function decodeEntry(reader: ByteReader): Entry {
  const head = reader.u8()
  const type = entryTypes[head & 7]
  if (!type) throw new HoldfastError('damaged', 'A tree entry has an unknown type')
  const name = checkName(reader.name())
  const stat = decodeStat(reader, type)
  const contentDepth = head & INDIRECT ? reader.u8() : 0
  const content = type === 'file' ? reader.raw(reader.varint() * ID_LENGTH) : NO_BYTES
  const directory = type === 'directory'
  const subtree = directory ? reader.blob() : NO_BYTES
  const filesBelow = directory ? reader.varint() : 0
  const bytesBelow = directory ? reader.varint() : 0
  const target = type === 'symlink' ? reader.name() : ''
  const device = type === 'character' || type === 'block'
  const deviceMajor = device ? reader.varint() : 0
  const deviceMinor = device ? reader.varint() : 0
  const xattrs = head & HAS_XATTRS ? decodeXattrs(reader) : NO_DETAILS.xattrs
  const holes = head & HAS_HOLES ? decodeHoles(reader, stat.size) : NO_DETAILS.holes
  const errno = head & UNREADABLE ? reader.varint() : 0
  return {
    ...stat,
    name,
    content,
    contentDepth,
    holes,
    subtree,
    filesBelow,
    bytesBelow,
    target,
    deviceMajor,
    deviceMinor,
    xattrs,
    changed: (head & CHANGED) !== 0,
    errno,
  }
}

function decodeStat(reader: ByteReader, type: EntryType): EntryStat {
  return {
    type,
    mode: reader.varint() & 0o7777,
    uid: reader.varint(),
    gid: reader.varint(),
    mtimeSec: reader.signed(),
    mtimeNsec: decodeNanoseconds(reader),
    ctimeSec: reader.signed(),
    ctimeNsec: decodeNanoseconds(reader),
    inoLow: reader.varint(),
    inoHigh: reader.varint(),
    devMajor: reader.varint(),
    devMinor: reader.varint(),
    nlink: reader.varint(),
    size: reader.varint(),
  }
}

/** Some larger numbers have a meaning for utimensat: "now", "leave it". */
function decodeNanoseconds(reader: ByteReader): number {
  const nanoseconds = reader.varint()
  if (nanoseconds > 999_999_999) throw new HoldfastError('damaged', 'A tree entry has an impossible time')
  return nanoseconds
}

function decodeXattrs(reader: ByteReader): Xattr[] {
  const xattrs: Xattr[] = []
  for (let count = reader.varint(); count > 0; count--) xattrs.push([reader.name(), reader.blob()])
  return xattrs
}

/** Holes must follow each other, not touch, and lie within the file: what is between them is where chunks are written. */
function decodeHoles(reader: ByteReader, size: number): number[] {
  const holes: number[] = []
  let end = -1
  const count = reader.varint()
  if (count % 2 !== 0) throw new HoldfastError('damaged', 'A tree entry has half a hole')
  for (let left = count; left > 0; left -= 2) {
    const offset = reader.varint()
    const length = reader.varint()
    if (offset <= end || length === 0 || offset + length > size)
      throw new HoldfastError('damaged', 'A tree entry has impossible holes')
    end = offset + length
    holes.push(offset, length)
  }
  return holes
}

/** A name is one path component: anything else could lead a restore out of its target. */
function checkName(name: string): string {
  if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0')) {
    throw new HoldfastError(
      'damaged',
      `A tree holds an impossible name.${namesBehind.path}${JSON.stringify(name.slice(0, 100))}`,
    )
  }
  return name
}
