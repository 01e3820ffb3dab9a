// A directory on its way into the repository. Its entries get ready in any order and leave in the order of their names.
import { ByteWriter } from '../../lib/bytes.ts'
import type { Matcher } from '../select/matcher.ts'
import type { EntryStat, Xattr } from '../tree/entry.ts'
import { encodeEntry, NO_DETAILS } from '../tree/entry.ts'
import type { DirectoryWriter } from '../tree/writer.ts'
import type { ParentDirectory } from './parent.ts'
import type { Trie } from './roots.ts'
import type { Scouted } from './scout.ts'

/** The place of one entry. `entry` is filled when it is ready; a dropped one (gone meanwhile) leaves no trace. */
export type Slot = {
  readonly directory: OpenDirectory
  readonly name: string
  uid: number
  gid: number
  entry: Uint8Array | undefined
  dropped: boolean
}

/** How entries of a directory are reached: names are looked up as `prefix + name` in `fd`. */
export type Handle = { readonly fd: number; readonly prefix: string; readonly owned: boolean }

/** Sorted names (byte strings). */
export type Names = { readonly length: number; at(index: number): string | undefined }

export type DirectoryInit = {
  readonly path: string
  readonly depth: number
  readonly handle: Handle
  readonly names: Names
  readonly stat: EntryStat
  readonly xattrs: readonly Xattr[]
  /** What was seen in it already. */
  readonly scouted: Scouted | undefined
  readonly slot: Slot | undefined
  readonly parent: ParentDirectory | undefined
  readonly writer: DirectoryWriter
  /** Above the roots: which entries are wanted. Undefined: all. */
  readonly trie: Trie | undefined
  /** Patterns that apply here, and the path that they are matched against (relative to the root, ending in "/" unless empty). */
  readonly matcher: Matcher | undefined
  readonly relative: string
}

export class OpenDirectory {
  readonly init: DirectoryInit
  /** The next name to look at. */
  next = 0
  files = 0
  bytes = 0
  /** Not 0: it could not be listed. */
  errno = 0
  readonly #slots: Slot[] = []
  #head = 0
  #complete = false

  constructor(init: DirectoryInit) {
    this.init = init
  }

  get scanned(): boolean {
    return this.next >= this.init.names.length
  }

  /** The path (a byte string) of what was looked at last. */
  get position(): string {
    const name = this.next === 0 ? undefined : this.init.names.at(this.next - 1)
    return name === undefined ? this.init.path : `${this.init.path}/${name}`
  }

  newSlot(name: string, uid: number, gid: number): Slot {
    const slot = { directory: this, name, uid, gid, entry: undefined, dropped: false }
    this.#slots.push(slot)
    return slot
  }

  /** Adds an entry that is ready: at once when none before it is waited for. @returns what to wait for, if there is anything */
  ready(name: string, uid: number, gid: number, entry: Uint8Array): Promise<void> | undefined {
    if (this.#slots.length === 0) return this.init.writer.add(name, uid, gid, entry)
    this.newSlot(name, uid, gid).entry = entry
    return undefined
  }

  /** Hands ready entries to the writer, up to the first that isn't. @returns true once: when the directory is complete */
  async drain(): Promise<boolean> {
    const slots = this.#slots
    for (let slot = slots[this.#head]; slot && (slot.entry || slot.dropped); slot = slots[this.#head]) {
      const closing = slot.entry && this.init.writer.add(slot.name, slot.uid, slot.gid, slot.entry)
      if (closing) await closing
      this.#head++
    }
    if (this.#head > 1024 || this.#head === slots.length) {
      slots.splice(0, this.#head)
      this.#head = 0
    }
    if (this.#complete || !this.scanned || slots.length > 0) return false
    this.#complete = true
    return true
  }

  /** The directory's own entry, once its tree is stored under `subtree`. */
  encode(subtree: Uint8Array): Buffer {
    const { path, stat, xattrs } = this.init
    const writer = new ByteWriter(256)
    encodeEntry(writer, path.slice(path.lastIndexOf('/') + 1), stat, {
      ...NO_DETAILS,
      subtree,
      filesBelow: this.files,
      bytesBelow: this.bytes,
      xattrs,
      errno: this.errno,
    })
    return writer.view()
  }
}

/** The whole path of an entry, a byte string. */
export const pathOf = (slot: Slot): string => `${slot.directory.init.path}/${slot.name}`
