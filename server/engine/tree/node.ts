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

/** At least one, in the order of their names: else whoever looks for a name could be led astray, or in circles. */
function decodeChildren(reader: ByteReader): Child[] {
  const children: Child[] = []
  let last = ''
  for (let count = reader.varint(); count > 0; count--) {
    const child = { id: reader.raw(ID_LENGTH), firstName: reader.name() }
    if (child.firstName <= last) throw new HoldfastError('damaged', 'The nodes of a directory are out of order')
    last = child.firstName
    children.push(child)
  }
  if (children.length === 0 || !reader.done) throw new HoldfastError('damaged', 'An inner tree node is malformed')
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
