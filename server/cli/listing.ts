// Prints results that come one by one: lines for people as they come, or one JSON array at the end (a failure must leave no half document).
import { jsonText } from './json-text.ts'
import type { Output } from './output.ts'

/** Joined strings beyond this are kept as one piece. */
const PIECE = 64 << 10

export class Listing {
  readonly #out: Output
  readonly #pieces: string[] = []
  #piece = '['
  #count = 0

  constructor(out: Output) {
    this.#out = out
  }

  get count(): number {
    return this.#count
  }

  /** One result, as JSON and as a line; each is made only if it is printed. */
  add(json: () => unknown, line: () => string): void {
    if (this.#out.json) this.#addJson(json())
    else if (!this.#out.quiet) this.#out.line(line())
    this.#count++
  }

  #addJson(value: unknown): void {
    this.#piece += `${this.#count > 0 ? ',' : ''}${jsonText(value)}`
    if (this.#piece.length < PIECE) return
    this.#pieces.push(this.#piece)
    this.#piece = ''
  }

  /** Prints the array. */
  end(): void {
    if (this.#out.json) this.#out.documentParts([...this.#pieces, `${this.#piece}]`])
  }
}
