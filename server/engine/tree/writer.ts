// Builds the tree of one directory from its sorted entries, split so that one change in a directory of a million names rewrites little.
import { ByteWriter } from '../../lib/bytes.ts'
import { type Child, encodeInner, encodeLeaf } from './node.ts'

/** Stores a chunk of class META unless it is known, and gives its id. */
export type StoreMeta = (bytes: Uint8Array) => Promise<Uint8Array>
/** Names of numeric owners; '' when there is none. */
export type OwnerNames = { user(uid: number): string; group(gid: number): string }

const MIN_ENTRIES = 512
const MAX_ENTRIES = 2048
const MAX_BYTES = 1 << 20
/**
 * Past MIN_ENTRIES a boundary falls on a name whose hash begins with so many zero bits (one name in 512): it depends on the name alone, so it stays
 * where it is when others come and go. The highest bits, since the lowest of FNV-1a is a mere parity, which may be the same for all names.
 */
const BOUNDARY_BITS = 9

/** FNV-1a over the bytes of a name. */
function nameHash(name: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

export class DirectoryWriter {
  readonly #store: StoreMeta
  readonly #owners: OwnerNames
  readonly #entries = new ByteWriter(4096)
  #count = 0
  #firstName = ''
  #users = new Map<number, string>()
  #groups = new Map<number, string>()
  readonly #leaves: Child[] = []

  constructor(store: StoreMeta, owners: OwnerNames) {
    this.#store = store
    this.#owners = owners
  }

  /**
   * Entries come in ascending order of their names. `entry` is what encodeEntry wrote. @returns what has to resolve before the next one comes;
   * nothing for nearly all, since a promise for each would take longer than all the rest
   */
  add(name: string, uid: number, gid: number, entry: Uint8Array): Promise<void> | undefined {
    if (this.#count === 0) this.#firstName = name
    if (!this.#users.has(uid)) this.#users.set(uid, this.#owners.user(uid))
    if (!this.#groups.has(gid)) this.#groups.set(gid, this.#owners.group(gid))
    this.#entries.blob(entry)
    this.#count++
    const boundary = this.#count >= MIN_ENTRIES && nameHash(name) >>> (32 - BOUNDARY_BITS) === 0
    const full = boundary || this.#count >= MAX_ENTRIES || this.#entries.length >= MAX_BYTES
    return full ? this.#closeLeaf() : undefined
  }

  /** The id of the directory's top node. An empty directory is one empty leaf. */
  async finish(): Promise<Uint8Array> {
    if (this.#count > 0 || this.#leaves.length === 0) await this.#closeLeaf()
    let level = this.#leaves
    while (level.length > 1) level = await this.#closeLevel(level)
    return level[0]!.id
  }

  async #closeLeaf(): Promise<void> {
    const firstName = this.#firstName
    const leaf = encodeLeaf({ users: this.#users, groups: this.#groups }, this.#entries.view())
    this.#count = 0
    this.#entries.reset()
    this.#users = new Map()
    this.#groups = new Map()
    this.#leaves.push({ id: await this.#store(leaf), firstName })
  }

  async #closeLevel(children: readonly Child[]): Promise<Child[]> {
    const above: Child[] = []
    for (let from = 0; from < children.length; ) {
      let to = from + 1
      while (to < children.length && to - from < MAX_ENTRIES && !(to - from >= 2 && boundaryId(children[to - 1]!.id)))
        to++
      above.push({ id: await this.#store(encodeInner(children.slice(from, to))), firstName: children[from]!.firstName })
      from = to
    }
    return above
  }
}

/** One id in 256 ends an inner node, whatever stands around it. */
const boundaryId = (id: Uint8Array): boolean => id[0] === 0
