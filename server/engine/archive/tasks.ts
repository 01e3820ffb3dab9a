// What the coordinator of a backup asks of its lanes.
import type { ChunkerParameters } from '../chunk/fastcdc.ts'
import type { CompressionSettings } from '../codec/codecs.ts'
import type { KeyMaterial } from '../crypto/keyring.ts'

export type ArchiveInit = {
  readonly material: KeyMaterial
  readonly chunker: ChunkerParameters
  readonly compression: CompressionSettings
  readonly packSize: number
  readonly table: readonly SharedArrayBuffer[]
}

/** Files to read whole, each by a path (byte string) that is open to AT_FDCWD, with the owner and the version (stat.ts) that lstat gave. */
export type FilesTask = {
  readonly kind: 'files'
  readonly paths: readonly string[]
  readonly owners: readonly number[]
  readonly versions: Float64Array
}
/** A stretch of an open file, chunked on its own. */
export type RegionTask = {
  readonly kind: 'region'
  readonly fd: number
  readonly offset: number
  readonly length: number
}
/** Make everything durable that was stored so far. */
export type FlushTask = { readonly kind: 'flush' }
export type ArchiveTask = FilesTask | RegionTask | FlushTask

/** For each file: a whole tree entry, or nothing when it is gone. `failures`: [index in the task, errno, message]. */
export type FilesResult = {
  readonly entries: Uint8Array
  /** Bytes of each file's entry in `entries`; 0: gone, or failed. */
  readonly lengths: readonly number[]
  readonly failures: readonly (readonly [index: number, errno: number, message: string])[]
  readonly bytesRead: number
  /** Sum of sizes of the entries. */
  readonly bytes: number
  /** Indexes of files that changed in every attempt. */
  readonly changed: readonly number[]
  /** Files whose attributes could not be read, though their content could. */
  readonly withoutAttributes: readonly (readonly [index: number, message: string])[]
}
/** `failure`: the file can't be read there. */
export type RegionResult = {
  readonly ids: Uint8Array
  readonly bytesRead: number
  readonly failure?: readonly [errno: number, message: string]
}
export type ArchiveResult = FilesResult | RegionResult | undefined
