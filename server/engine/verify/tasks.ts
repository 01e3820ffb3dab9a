// What a verification asks of its lanes.
import type { KeyMaterial } from '../crypto/keyring.ts'

export type VerifyInit = { readonly material: KeyMaterial; readonly table: readonly SharedArrayBuffer[] }

/** Check a pack's own account of itself against the index, and with `data` every byte in it. */
export type VerifyTask = {
  readonly id: string
  readonly size: number
  readonly frames: Uint32Array
  readonly data: boolean
  /** The pack's number in the table of chunks: damage to chunks that the table has elsewhere, or nowhere, hits nothing. Absent: all count. */
  readonly number?: number | undefined
}

export type VerifyResult = {
  readonly problems: readonly string[]
  /** Ids (32 bytes each) of chunks that are not what they should be. */
  readonly badChunks: Uint8Array
  /** There is damage that the index does not rely on: left by one that was mended. */
  readonly aside: boolean
  /** Nothing in the pack can be relied on. */
  readonly unreadable: boolean
  readonly bytesRead: number
}
