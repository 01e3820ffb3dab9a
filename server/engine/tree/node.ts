// The nodes of a directory's tree: leaves with sorted entries, and inner nodes over them for directories of many entries.
import { HoldfastError } from '../../contract/errors.ts'
import { ByteReader, ByteWriter } from '../../lib/bytes.ts'
import { ID_LENGTH } from '../crypto/chunk-id.ts'

export const LEAF = 1
export const INNER = 2
export const CONTENT_LIST = 3

/** Names of the numeric owners that a leaf's entries have, as they were on the source. */
export type Owners = { readonly users: ReadonlyMap<number, string>; readonly groups: ReadonlyMap<number, string> }

export type Child = { readonly id: Uint8Array; readonly firstName: string }
export type Leaf = { readonly kind: typeof LEAF; readonly owners: Owners; readonly reader: ByteReader }
export type Inner = { readonly kind: typeof INNER; readonly children: readonly Child[] }

/** `entries` holds the entries, each with its length in front. */
export function encodeLeaf(owners: Owners, entries: Uint8Array): Buffer {
  const writer = new ByteWriter(entries.length + 256).u8(LEAF)
  encodeNames(writer, owners.users)
  encodeNames(writer, owners.groups)
  return writer.raw(entries).view()
}

export function encodeInner(children: readonly Child[]): Buffer {
  const writer = new ByteWriter(children.length * 64).u8(INNER).varint(children.length)
  for (const child of children) writer.raw(child.id).name(child.firstName)
  return writer.view()
}

/** @throws `damaged` */
export function decodeNode(bytes: Uint8Array): Leaf | Inner {
  const reader = new ByteReader(bytes)
  const kind = reader.u8()
  if (kind === LEAF) return { kind, owners: { users: decodeNames(reader), groups: decodeNames(reader) }, reader }
  if (kind === INNER) return { kind, children: decodeChildren(reader) }
  throw new HoldfastError('damaged', `A tree node of the unknown kind ${kind}`)
}

function decodeChildren(reader: ByteReader): Child[] {
  const children: Child[] = []
  for (let count = reader.varint(); count > 0; count--)
    children.push({ id: reader.raw(ID_LENGTH), firstName: reader.name() })
  return children
}

function encodeNames(writer: ByteWriter, names: ReadonlyMap<number, string>): void {
  writer.varint(names.size)
  for (const [id, name] of [...names].sort(([a], [b]) => a - b)) writer.varint(id).name(name)
}

function decodeNames(reader: ByteReader): Map<number, string> {
  const names = new Map<number, string>()
  for (let count = reader.varint(); count > 0; count--) names.set(reader.varint(), reader.name())
  return names
}
