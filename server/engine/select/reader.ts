// Reads a pattern character by character and knows where it is, so that an error can say so.

import { HoldfastError } from '../../contract/errors.ts'

/** A cursor over the part of a pattern that begins at `position` and ends at `end` (UTF-16 indices). */
export class Reader {
  readonly #source: string
  readonly #end: number
  position: number

  constructor(source: string, position = 0, end = source.length) {
    this.#source = source
    this.position = position
    this.#end = end
  }

  get done(): boolean {
    return this.position >= this.#end
  }

  /** Whether `text` comes next. */
  at(text: string): boolean {
    return this.position + text.length <= this.#end && this.#source.startsWith(text, this.position)
  }

  /** Passes over `text` if it comes next. */
  skip(text: string): boolean {
    const found = this.at(text)
    if (found) this.position += text.length
    return found
  }

  /** The text before the next `mark`, passing over both; undefined when there is no mark. */
  until(mark: string): string | undefined {
    const found = this.#source.indexOf(mark, this.position)
    if (found < 0 || found + mark.length > this.#end) return undefined
    const text = this.#source.slice(this.position, found)
    this.position = found + mark.length
    return text
  }

  /** The next character, as a code point; a backslash stands for the character after it. Not to be called at the end. */
  escaped(): number {
    const start = this.position
    if (this.skip('\\') && this.done) throw this.error('has a backslash with nothing after it', start)
    const code = this.#source.codePointAt(this.position) ?? 0
    this.position += code > 0xffff ? 2 : 1
    return code
  }

  /** An error that completes "The pattern ... " and points at a character (counted from 1). */
  error(what: string, position: number): HoldfastError {
    const place = [...this.#source.slice(0, position)].length + 1
    return new HoldfastError('usage', `The pattern "${this.#source}" ${what}, at character ${place}.`)
  }
}
