// SIGINT and SIGTERM: work that can end in good order is asked to, anything else ends at once; a second signal never waits.
import { HoldfastError } from '../contract/errors.ts'
import { exit } from './command.ts'
import type { Output } from './output.ts'

export class Interrupt {
  readonly #out: Output
  #controller: AbortController | undefined

  /** Listens from now on. `fail` reports the error that ends the program. */
  constructor(out: Output, fail: (error: unknown) => void) {
    this.#out = out
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => this.#receive(fail))
  }

  /** Runs work that a first signal stops through the AbortSignal. */
  async abortable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController()
    this.#controller = controller
    try {
      return await work(controller.signal)
    } finally {
      this.#controller = undefined
    }
  }

  #receive(fail: (error: unknown) => void): void {
    if (this.#controller && !this.#controller.signal.aborted) {
      this.#controller.abort()
      this.#out.note('Stopping in good order; a second signal stops at once')
      return
    }
    fail(new HoldfastError('interrupted', 'Interrupted'))
    process.exit(exit.interrupted)
  }
}
