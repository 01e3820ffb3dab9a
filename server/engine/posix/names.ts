// The names in a directory, sorted bytewise: as strings for ordinary directories, packed in one buffer for directories of millions.
import { readdirSync } from 'node:fs'
import { errnoOf, fail, PosixError } from './errors.ts'
import { c, fspath, latin1, SYS } from './libc.ts'
import { dropRepeated, sortOffsets } from './sort.ts'

/** d_type: what getdents says an entry is; DT_UNKNOWN when the file system does not tell. */
export const DT = { UNKNOWN: 0, FIFO: 1, CHAR: 2, DIRECTORY: 4, BLOCK: 6, FILE: 8, SYMLINK: 10, SOCKET: 12 } as const

const readBuffer = Buffer.allocUnsafeSlow(256 * 1024)
const dot = 46
// within struct linux_dirent64
const typeInRecord = 18
const nameInRecord = 19

/** Every entry but "." and "..", one after the other: type byte, name, NUL. */
class PackedNames {
  bytes: Buffer<ArrayBuffer>
  used = 0
  count = 0

  constructor(size: number) {
    this.bytes = Buffer.from(new ArrayBuffer(size))
  }

  /** The old buffer is freed at once, not when the collector comes by. */
  resize(size: number): void {
    this.bytes = Buffer.from(this.bytes.buffer.transfer(size))
  }

  /** Takes over the struct linux_dirent64 records in the first `length` bytes of the read buffer. */
  take(length: number): void {
    const needed = this.used + length
    if (needed > this.bytes.length) this.resize(Math.max(needed, Math.ceil(this.bytes.length * 1.5)))
    for (let record = 0; record < length; ) {
      if (!isDots(record + nameInRecord)) this.#takeOne(record)
      record += (readBuffer[record + 16] as number) | ((readBuffer[record + 17] as number) << 8)
    }
  }

  #takeOne(record: number): void {
    const { bytes } = this
    let to = this.used
    let from = record + nameInRecord
    let byte = readBuffer[record + typeInRecord] as number
    do {
      bytes[to++] = byte
      byte = readBuffer[from++] as number
    } while (byte !== 0)
    bytes[to++] = 0
    this.used = to
    this.count++
  }

  /** Writes where each name begins, in the order they were read, and sorts that; returns how many different names there are. */
  sortInto(offsets: Uint32Array, keys: Uint32Array): number {
    const { bytes, count } = this
    let at = 0
    for (let i = 0; i < count; i++) {
      offsets[i] = ++at
      at = nulAfter(bytes, at) + 1
    }
    sortOffsets(bytes, offsets, keys, count)
    return dropRepeated(bytes, offsets, count)
  }
}

function isDots(name: number): boolean {
  if (readBuffer[name] !== dot) return false
  const second = readBuffer[name + 1]
  return second === 0 || (second === dot && readBuffer[name + 2] === 0)
}

const largestOffset = 0xffff_ffff

function readAll(dirfd: number, into: PackedNames): void {
  if (c.lseek(dirfd, 0, 0) < 0) fail('readdir')
  for (;;) {
    const length = c.getdents(SYS.getdents64, dirfd, readBuffer, readBuffer.length)
    if (length < 0) fail('readdir')
    if (length === 0) return
    into.take(length)
    if (into.used > largestOffset) throw new PosixError(errnoOf('EOVERFLOW'), 'readdir')
  }
}

/** A loop beats indexOf for strings of this length. */
function nulAfter(bytes: Uint8Array, from: number): number {
  let at = from
  while (bytes[at] !== 0) at++
  return at
}

const nameAt = (bytes: Buffer, offset: number): string => latin1(bytes, offset, nulAfter(bytes, offset))

/**
 * The names of one directory, sorted bytewise, without a JS string for each: the bytes of the names, 2 more and an offset of 4 for each; 4
 * more each while they are sorted. For directories so large that `listDirectory` would weigh.
 */
export class NameList implements Iterable<string> {
  readonly #bytes: Buffer
  readonly #offsets: Uint32Array

  private constructor(bytes: Buffer, offsets: Uint32Array) {
    this.#bytes = bytes
    this.#offsets = offsets
  }

  /** Reads the whole directory, from its beginning. `dirfd` must be open for reading, not O_PATH. */
  static read(dirfd: number): NameList {
    const packed = new PackedNames(64 * 1024)
    readAll(dirfd, packed)
    packed.resize(packed.used)
    const offsets = new Uint32Array(packed.count)
    const kept = packed.sortInto(offsets, new Uint32Array(packed.count))
    return new NameList(packed.bytes, offsets.subarray(0, kept))
  }

  get length(): number {
    return this.#offsets.length
  }

  /** Memory held, in bytes. */
  get byteLength(): number {
    return this.#bytes.length + this.#offsets.buffer.byteLength
  }

  #offset(index: number): number {
    const offset = this.#offsets[index]
    if (offset === undefined) throw new RangeError(`no name ${index} in a list of ${this.#offsets.length}`)
    return offset
  }

  /** The name (byte string) at `index`, made when asked for. */
  at(index: number): string {
    return nameAt(this.#bytes, this.#offset(index))
  }

  /** d_type of the name at `index`: see DT. */
  typeAt(index: number): number {
    return this.#bytes[this.#offset(index) - 1] as number
  }

  *[Symbol.iterator](): Iterator<string> {
    for (let i = 0; i < this.#offsets.length; i++) yield this.at(i)
  }
}

/** Kept from one ordinary directory to the next, so that most allocate nothing but their names. */
const smallCount = 4096
const shared = {
  packed: new PackedNames(64 * 1024),
  offsets: new Uint32Array(smallCount),
  keys: new Uint32Array(smallCount),
}
const sharedLimit = 1024 * 1024

/**
 * The sorted names of an open directory as byte strings, without "." and "..", read from its beginning; with the places of those that are (or, where
 * the file system does not tell, may be) directories. Fastest up to some thousands.
 */
export function listDirectory(dirfd: number): { names: string[]; folders: number[] } {
  const { packed } = shared
  packed.used = 0
  packed.count = 0
  readAll(dirfd, packed)
  const { bytes, count } = packed
  const small = count <= smallCount
  const offsets = small ? shared.offsets : new Uint32Array(count)
  const kept = packed.sortInto(offsets, small ? shared.keys : new Uint32Array(count))
  const names = new Array<string>(kept)
  const folders: number[] = []
  for (let i = 0; i < kept; i++) {
    const offset = offsets[i] as number
    const type = bytes[offset - 1]
    if (type === DT.DIRECTORY || type === DT.UNKNOWN) folders.push(i)
    names[i] = nameAt(bytes, offset)
  }
  if (bytes.length > sharedLimit) shared.packed = new PackedNames(64 * 1024)
  return { names, folders }
}

/** The sorted names of the directory at `path` (a byte string), or of an open one. */
export function readNames(from: number | string): string[] {
  if (typeof from === 'number') return listDirectory(from).names
  return readdirSync(fspath(from), { encoding: 'latin1' }).sort()
}
