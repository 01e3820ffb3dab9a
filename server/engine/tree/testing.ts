// For tests: a place in memory for tree nodes that counts what is stored and loaded, and entries of all kinds.
import { hash } from 'node:crypto'
import fc from 'fast-check'
import { HoldfastError } from '../../contract/errors.ts'
import { ByteWriter, hex } from '../../lib/bytes.ts'
import { type Entry, encodeEntry, entryTypes, NO_BYTES, NO_DETAILS } from './entry.ts'
import { type LoadMeta, readDirectory } from './reader.ts'
import { DirectoryWriter, type OwnerNames, type StoreMeta } from './writer.ts'

/** Chunks of class META by their ids. */
export class NodeStore {
  readonly nodes = new Map<string, Buffer>()
  loads = 0
  readonly store: StoreMeta = async (bytes) => {
    const id = hash('sha256', bytes, 'buffer')
    this.nodes.set(hex(id), Buffer.from(bytes))
    return id
  }
  readonly load: LoadMeta = async (id) => {
    this.loads++
    const bytes = this.nodes.get(hex(id))
    if (!bytes) throw new HoldfastError('damaged', 'There is no such node')
    return bytes
  }
  /** Puts a node under an id of one's own choice, which only a broken hash could do. */
  plant(id: Uint8Array, bytes: Uint8Array): void {
    this.nodes.set(hex(id), Buffer.from(bytes))
  }
}

export const OWNERS: OwnerNames = { user: (uid) => (uid === 0 ? 'root' : ''), group: (gid) => `group ${gid}` }

/** An empty file of that name, or what `details` make of it. */
export const entryOf = (name: string, details: Partial<Entry> = {}): Entry => ({
  ...NO_DETAILS,
  type: 'file',
  mode: 0o644,
  uid: 1000,
  gid: 1000,
  mtimeSec: 1_700_000_000,
  mtimeNsec: 5,
  ctimeSec: 1_700_000_000,
  ctimeNsec: 6,
  inoLow: 77,
  inoHigh: 0,
  devMajor: 0,
  devMinor: 0,
  nlink: 1,
  size: 0,
  name,
  ...details,
})

/** Byte strings in the order of a directory, none twice. */
export const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort((a, b) => (a < b ? -1 : 1))

/** Stores a directory of these entries, which are in order. */
export async function writeDirectory(
  nodes: NodeStore,
  entries: Iterable<Entry>,
  owners: OwnerNames = OWNERS,
): Promise<Uint8Array> {
  const writer = new DirectoryWriter(nodes.store, owners)
  const bytes = new ByteWriter()
  for (const entry of entries) {
    encodeEntry(bytes.reset(), entry.name, entry, entry)
    await writer.add(entry.name, entry.uid, entry.gid, bytes.view())
  }
  return writer.finish()
}

/** The names of a directory as they are read back. */
export async function namesOf(load: LoadMeta, node: Uint8Array): Promise<string[]> {
  const names: string[] = []
  for await (const { entry } of readDirectory(load, node)) names.push(entry.name)
  return names
}

const whole = fc.oneof(fc.nat(300), fc.nat(0xffffffff), fc.maxSafeNat())
const u32 = fc.oneof(fc.nat(3), fc.nat(0xffffffff))
const seconds = fc.oneof(fc.integer({ min: -(2 ** 52), max: 2 ** 52 - 1 }), fc.nat(2_000_000_000))
const nanoseconds = fc.nat(999_999_999)

/** A name as a file system may have it: any bytes but "/" and zero. */
export const nameArbitrary = fc
  .uint8Array({ minLength: 1, maxLength: 255 })
  .map((bytes) => Buffer.from(bytes).toString('latin1').replace(/[/\0]/g, 'x'))
  .filter((name) => name !== '.' && name !== '..')

const ids = fc.nat(4).chain((count) => fc.uint8Array({ minLength: count * 32, maxLength: count * 32 }))
const xattr = fc.tuple(nameArbitrary, fc.uint8Array({ maxLength: 50 }))

/** Holes that fit into a file of some size, which is given with them. */
const holes = fc
  .tuple(
    fc.array(fc.tuple(fc.integer({ min: 1, max: 1 << 30 }), fc.integer({ min: 1, max: 1 << 30 })), { maxLength: 4 }),
    fc.boolean(),
  )
  .map(([gaps, atOnce]) => {
    let end = 0
    const flat = gaps.flatMap(([data, hole], i) => {
      const offset = i === 0 && atOnce ? 0 : end + data
      end = offset + hole
      return [offset, hole]
    })
    return { holes: flat, size: end }
  })

/** Entries of all types with all that such entries can have. */
export const entryArbitrary = fc
  .record({
    stat: fc.record({
      type: fc.constantFrom(...entryTypes),
      mode: fc.nat(0o7777),
      uid: u32,
      gid: u32,
      mtimeSec: seconds,
      mtimeNsec: nanoseconds,
      ctimeSec: seconds,
      ctimeNsec: nanoseconds,
      inoLow: u32,
      inoHigh: u32,
      devMajor: u32,
      devMinor: u32,
      nlink: whole,
    }),
    name: nameArbitrary,
    size: whole,
    content: ids,
    contentDepth: fc.nat(8),
    sparse: fc.option(holes, { nil: undefined }),
    subtree: fc.oneof(fc.constant(NO_BYTES), fc.uint8Array({ minLength: 32, maxLength: 32 })),
    below: fc.tuple(whole, whole),
    target: nameArbitrary,
    device: fc.tuple(u32, u32),
    xattrs: fc.array(xattr, { maxLength: 4 }),
    changed: fc.boolean(),
    errno: fc.constantFrom(0, 0, 5, 13),
  })
  .map((e): Entry => {
    const { type } = e.stat
    const base = {
      ...NO_DETAILS,
      ...e.stat,
      name: e.name,
      xattrs: e.xattrs,
      changed: e.changed,
      errno: e.errno,
      size: 0,
    }
    if (type === 'file') {
      const { content, contentDepth, sparse } = e
      return { ...base, content, contentDepth, holes: sparse?.holes ?? [], size: sparse?.size ?? e.size }
    }
    if (type === 'directory') return { ...base, subtree: e.subtree, filesBelow: e.below[0], bytesBelow: e.below[1] }
    if (type === 'symlink') return { ...base, target: e.target }
    if (type === 'character' || type === 'block') return { ...base, deviceMajor: e.device[0], deviceMinor: e.device[1] }
    return base
  })

/** Comparable with toEqual: all bytes as plain arrays. */
export const plainEntry = (entry: Entry): unknown => ({
  ...entry,
  content: [...entry.content],
  subtree: [...entry.subtree],
  holes: [...entry.holes],
  xattrs: entry.xattrs.map(([name, value]) => [name, [...value]]),
})
