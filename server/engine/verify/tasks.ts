// What a verification asks of its lanes.
import type { KeyMaterial } from '../crypto/keyring.ts'

export type VerifyInit = { readonly material: KeyMaterial; readonly table: readonly SharedArrayBuffer[] }

/** Check a pack's own account of itself against the index, and with `data` every byte in it. */
export type VerifyTask = {
  readonly id: string
  readonly size: number
  readonly frames: Uint32Array
  readonly data: boolean
}

export type VerifyResult = {
  readonly problems: readonly string[]
  /** Ids (32 bytes each) of chunks that are not what they should be. */
  readonly badChunks: Uint8Array
  /** Nothing in the pack can be relied on. */
  readonly unreadable: boolean
  readonly bytesRead: number
}
