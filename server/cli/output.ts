// What the command prints: results on stdout, everything else on stderr. Written synchronously, so nothing is lost when the program ends.
import { fstatSync, writeSync } from 'node:fs'
import { HoldfastError, messageOf } from '../contract/errors.ts'
import { printable } from './bytes.ts'
import { jsonText } from './json-text.ts'

const STDOUT = 1
const STDERR = 2
const BUFFERED = 32 << 10
/** Of /dev/null, which is a character device as terminals are. */
const NULL_DEVICE = 0x103

export type OutputMode = { readonly json: boolean; readonly quiet: boolean; readonly verbose: boolean }

export class Output {
  readonly json: boolean
  readonly quiet: boolean
  readonly verbose: boolean
  #pending = ''
  #live = false
  #readerGone = false
  #failure: unknown

  constructor(mode: OutputMode) {
    this.json = mode.json
    this.quiet = mode.quiet
    this.verbose = mode.verbose
  }

  /** Whoever read stdout has stopped: what only prints may as well end. */
  get readerGone(): boolean {
    return this.#readerGone
  }

  /** A line of the result for people; nothing with --json or --quiet. */
  line(text: string): void {
    if (this.json || this.quiet) return
    this.#pending += `${printable(text)}\n`
    if (this.#pending.length >= BUFFERED) this.flush()
  }

  /** The one document of --json. */
  document(value: unknown): void {
    if (this.json) this.documentParts([jsonText(value)])
  }

  /** The same, for a document that comes in pieces of text. */
  documentParts(parts: Iterable<string>): void {
    for (const part of parts) this.#toStdout(part)
    this.#toStdout('\n')
  }

  /** Something to know, on stderr. */
  note(text: string): void {
    if (!this.quiet) this.#toStderr(text)
  }

  /** The same, only with --verbose. */
  detail(text: string): void {
    if (this.verbose) this.note(text)
  }

  /** What went wrong, on stderr, always. */
  error(text: string): void {
    this.#toStderr(text)
  }

  /** Draws a line on the terminal in place of the last one drawn; '' takes it away. */
  live(line: string): void {
    if (line === '' && !this.#live) return
    this.#live = line !== ''
    this.#write(STDERR, `\r${line}\x1b[K`)
  }

  /** Writes what is kept back. @throws what the write to stdout failed with, except that its reader has gone */
  flush(): void {
    const text = this.#pending
    this.#pending = ''
    if (text !== '') this.#toStdout(text)
    if (this.#failure !== undefined) {
      const cause = this.#failure
      this.#failure = undefined
      throw new HoldfastError('internal', `The output can't be written: ${messageOf(cause)}`, { cause })
    }
  }

  #toStdout(text: string): void {
    if (this.#readerGone || this.#failure !== undefined) return
    this.live('')
    try {
      writeAll(STDOUT, text)
    } catch (error) {
      if (isCode(error, 'EPIPE')) this.#readerGone = true
      else this.#failure = error
    }
  }

  #toStderr(text: string): void {
    // In the order in which they were said, when both are the same terminal.
    if (this.#pending !== '') {
      const pending = this.#pending
      this.#pending = ''
      this.#toStdout(pending)
    }
    this.live('')
    this.#write(STDERR, `${printable(text)}\n`)
  }

  #write(fd: number, text: string): void {
    try {
      writeAll(fd, text)
    } catch (error) {
      // There is no place left to complain to; the exit status still tells.
      if (!(error instanceof Error)) throw error
    }
  }
}

const isCode = (error: unknown, code: string): boolean => (error as { code?: string } | null)?.code === code

function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8')
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at)
    } catch (error) {
      // A pipe that somebody made non-blocking, and that is full.
      if (!isCode(error, 'EAGAIN')) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}

/** Whether the descriptor is a terminal. Node's own answer is asked only when it may be one: loading that part of Node takes a while. */
export async function isTerminal(fd: number): Promise<boolean> {
  const stats = fstatSync(fd, { bigint: false })
  if (!stats.isCharacterDevice() || stats.rdev === NULL_DEVICE) return false
  const { isatty } = await import('node:tty')
  return isatty(fd)
}
