// What the engine asks of the place where a repository lives. Types only: drivers sit beside this file, decorators in wrappers/.

/** An object as the storage knows it: its key, and its size in bytes. */
export type ObjectInfo = { readonly key: string; readonly size: number }

/** Which bytes of an object: `length` from `offset`, or the `last` so many. */
export type ByteRange = { readonly offset: number; readonly length: number } | { readonly last: number }

export type GetOptions = {
  readonly range?: ByteRange
  /** Filled from its start and returned as a view, so that a reader can reuse one buffer; must be large enough. */
  readonly into?: Uint8Array
}

export type PutOptions = {
  /** Fail with `exists` instead of replacing. Atomic where capabilities.conditionalPut is true. */
  readonly ifAbsent?: boolean
  /** Milliseconds since 1970: until then the storage itself refuses to delete or replace (capabilities.lock). */
  readonly retainUntil?: number
}

export type Capabilities = {
  /** Of the driver: "local", "memory", "s3" ... */
  readonly kind: string
  /** One winner only when two writers put the same key with ifAbsent at once. */
  readonly conditionalPut: boolean
  /** retainUntil is enforced by the storage. */
  readonly lock: boolean
}

/**
 * An object store with flat keys ("packs/3f/3fa9..."). Keys are 1 to 200 characters of `A-Z a-z 0-9 . _ - /`, with no empty, "." or ".."
 * segment; any other key is refused with `usage` before it reaches the storage.
 * All errors are HoldfastErrors with a code of the catalogue; `retryable` there says whether asking again may help.
 */
export interface ReadStorage {
  readonly capabilities: Capabilities
  /**
   * The whole object, or the range asked for: exactly so many bytes, never fewer. A range that reaches past the end, and a transfer cut
   * short, fail (`damaged` when the object is smaller than asked for, `unavailable` when the transfer broke). Missing key: `not_found`.
   */
  get(key: string, options?: GetOptions): Promise<Uint8Array>
  /** Missing key: `not_found`. */
  stat(key: string): Promise<ObjectInfo>
  /** Every object whose key begins with `prefix`, in no particular order; half-written objects are never listed. */
  list(prefix: string): AsyncIterable<ObjectInfo>
  close(): Promise<void>
}

export interface Storage extends ReadStorage {
  /**
   * Stores the parts, one after the other, as one object. Atomic: readers see nothing, or the old object, or the whole new one. Durable
   * when it resolves. Out of space: `no_space`, and nothing is left behind.
   */
  put(key: string, bytes: Uint8Array | readonly Uint8Array[], options?: PutOptions): Promise<void>
  /** Starts an object whose key is known only at its end (a pack is named by its hash); same promises as `put`. */
  create(): Promise<ObjectWriter>
  /** Missing key: no error, so that a delete may be repeated. Locked: `retained`. */
  delete(key: string): Promise<void>
}

/** One object in the making. Exactly one of `commit` and `abort` ends it. */
export interface ObjectWriter {
  /** The caller may reuse `bytes` once this resolves. */
  append(bytes: Uint8Array): Promise<void>
  /** Makes the object durable and visible under `key`, atomically. If it fails nothing is left. */
  commit(key: string, options?: PutOptions): Promise<void>
  /** Leaves nothing behind; never fails because there is nothing to undo. */
  abort(): Promise<void>
}

/**
 * How another thread opens the same storage: a module (file URL) that exports `open(options): Promise<Storage>`, and options that can be
 * cloned. Storages themselves never cross a thread.
 */
export type StorageRef = { readonly module: string; readonly options: unknown }
