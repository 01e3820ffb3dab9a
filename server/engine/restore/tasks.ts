// What the coordinator of a restore asks of its lanes. Typed arrays instead of objects: a window names tens of thousands of files.

import type { KeyMaterial } from '../crypto/keyring.ts'

export type RestoreInit = {
  readonly material: KeyMaterial
  readonly umask: number
  readonly euid: number
  readonly egid: number
}

/** A file is made whole by the lane (it has one chunk), or written into a descriptor that the coordinator opened. */
export const WHOLE = 0
/** Like WHOLE, but something is in the way: written under another name, then put in its place. */
export const REPLACE = 1
export const SHARED = 2
/** Added to WHOLE and REPLACE: the directory passes its group or access list on to what is made in it. */
export const PASSES_ON = 4

export type FileList = {
  /** WHOLE, REPLACE: the directory. SHARED: the file itself. */
  readonly fds: Int32Array
  readonly modes: Uint8Array
  /** Tree entries of the files, one after the other; nothing of SHARED ones. */
  readonly entries: Uint8Array
  readonly entryLengths: Uint32Array
}

/** Frames of one pack, and where the chunks in them go. */
export type WriteTask = {
  readonly kind: 'write'
  readonly pack: string
  /** Ascending by place in the pack: number, offset, stored length, raw length, codec. */
  readonly frames: Uint32Array
  /** A piece is a chunk that goes to a place in a file: index into `frames`, offset and length in the frame, index into `files`. */
  readonly pieces: Uint32Array
  readonly positions: Float64Array
  readonly ids: Uint8Array
  readonly files: FileList
}

/** Reads files back and compares content (and metadata) with what they should be. */
export type CheckTask = {
  readonly kind: 'check'
  readonly files: FileList
  /** Number of chunks of each file, then their ids and lengths, in order. */
  readonly counts: Uint32Array
  readonly ids: Uint8Array
  readonly lengths: Uint32Array
}

export type RestoreTask = WriteTask | CheckTask

/** `damaged` is about the repository, everything else about the target. */
export type Failure = { readonly file: number; readonly code: string; readonly message: string }
export type RestoreResult = {
  /** Files that are not right. */
  readonly failures: readonly Failure[]
  /** Files that are right but for metadata that this user may not set. */
  readonly differences: readonly Failure[]
  readonly bytes: number
}
