// What every call knows: who asks, what the server offers, and where refusals are written down.
import type { Actor } from '../auth/actor.ts'
import type { HoldfastError } from '../contract/errors.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { Services } from './services.ts'

/** The times of a stream, ms. */
export type Pace = {
  /** How often it is asked whether the caller may still listen: so soon a sign-out ends the stream. */
  readonly check: number
  /** How long a reader may leave an event lying before the connection is closed. */
  readonly stall: number
}

/** Where refusals are written down: `server/api/refusals.ts`. */
export type Refusals = {
  /**
   * @param action the procedure's path, or 'request' for what names none: never a stranger's text
   * @param procedures of a batch that was refused as a whole
   */
  record(actor: Actor, action: string, message: string, procedures?: readonly string[]): Promise<void>
}

export type Context = {
  readonly actor: Actor
  /** Why a key or session that was sent does not count, e.g. that it expired. The actor is anonymous then. */
  readonly rejected?: HoldfastError | undefined
  readonly services: Services
  readonly refusals: Refusals
  readonly clock: Clock
  readonly log: Logger
  /** Names the call in the log and in answers about errors of the server. */
  readonly requestId: string
  readonly pace: Pace
  /** False once the session ended, the key was revoked or the user disabled: long answers stop then. */
  stillValid(): Promise<boolean>
  /** Closes the connection once `grace` ms have passed: for a reader that takes nothing any more. */
  cutOff(grace: number): void
}
