// What passes between a pool and its lanes.
import { codeOf, type ErrorCode, HoldfastError, messageOf } from '../../contract/errors.ts'
import type { Storage } from '../../storage/types.ts'

/** What does the work of a lane. Tasks come one at a time. */
export interface Handler {
  run(task: unknown): Promise<{ result: unknown; transfer?: ArrayBuffer[] }>
  /** More shared memory for the chunk table. */
  attach?(memory: SharedArrayBuffer): void
  close?(): Promise<void>
}

export type HandlerModule = { start(init: never, storage: Storage, emit: (event: unknown) => void): Promise<Handler> }

export type LaneRequest = { id: number; task: unknown } | { attach: SharedArrayBuffer }
export type LaneError = { code: ErrorCode; message: string; stack: string | undefined }
export type LaneReply =
  | { id: number; result: unknown }
  | { id: number; error: LaneError }
  | { event: unknown }
  /** All of its code is loaded. */
  | { loaded: true }

/** An error's code and message survive the way between threads; its class would not. */
export const packError = (error: unknown): LaneError => ({
  code: codeOf(error),
  message: messageOf(error),
  stack: error instanceof Error ? error.stack : undefined,
})

export function reviveError(error: LaneError): HoldfastError {
  const revived = new HoldfastError(error.code, error.message)
  if (error.stack !== undefined) revived.stack = error.stack
  return revived
}
