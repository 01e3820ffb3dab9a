// What a job's process prints, and its log: both bounded, so that a job that prints a gigabyte costs neither memory nor rows.
import type { Readable } from 'node:stream'
import type { LogLevel } from '../contract/runs.ts'
import type { LogLine } from './types.ts'

/** Characters of a line that are kept. */
const LINE = 2000
/** Lines of raw output that go to the log; a job that works prints none. */
const OUTPUT_LINES = 200
/** Bytes of stderr that tell why a process died. */
const TAIL = 4096
/** Lines of one run's log. */
const LOG_LINES = 10_000
/** Lines that wait to be written, while the catalog can't be. */
const WAITING = 2000

/**
 * Reads a stream to its end, whatever its length. The first lines go to `onLine`; the rest is counted.
 * @returns the last bytes as text, and how many bytes were left out
 */
export async function readOutput(
  stream: Readable,
  onLine: (line: string) => void,
): Promise<{ readonly tail: string; readonly omitted: number }> {
  let tail = Buffer.alloc(0)
  let rest = ''
  let lines = 0
  let omitted = 0
  const take = (line: string): void => {
    lines++
    if (line.trim() !== '') onLine(line.slice(0, LINE))
  }
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    tail = Buffer.concat([tail, chunk.subarray(-TAIL)]).subarray(-TAIL)
    if (lines >= OUTPUT_LINES) {
      omitted += chunk.length
      continue
    }
    const parts = (rest + chunk.toString()).split('\n')
    rest = (parts.pop() ?? '').slice(0, LINE)
    for (const part of parts) {
      if (lines < OUTPUT_LINES) take(part)
      else omitted += Buffer.byteLength(part) + 1
    }
  }
  if (rest !== '' && lines < OUTPUT_LINES) take(rest)
  return { tail: tail.toString(), omitted }
}

/** Gathers the log of one run and writes it in batches. */
export class RunLog {
  readonly #write: (lines: readonly LogLine[]) => Promise<void>
  readonly #now: () => number
  #waiting: LogLine[] = []
  #count = 0
  #omitted = 0
  #written = 0
  #writing: Promise<void> = Promise.resolve()

  /** `write` may fail: the lines are offered again with the next batch. */
  constructor(write: (lines: readonly LogLine[]) => Promise<void>, now: () => number) {
    this.#write = write
    this.#now = now
  }

  /** Lines that can be read in the catalog. */
  get written(): number {
    return this.#written
  }

  add(level: LogLevel, message: string): void {
    if (this.#count >= LOG_LINES || this.#waiting.length >= WAITING) {
      this.#omitted++
      return
    }
    this.#count++
    this.#waiting.push({ at: this.#now(), level, message: message.slice(0, LINE) })
  }

  /** Counts lines that somebody else left out. */
  omit(count: number): void {
    this.#omitted += count
  }

  /** Writes what is there. @throws what `write` throws; nothing is lost by that */
  flush(): Promise<void> {
    const next = this.#writing.then(async () => {
      const lines = this.#waiting
      if (lines.length === 0) return
      this.#waiting = []
      try {
        await this.#write(lines)
        this.#written += lines.length
      } catch (error) {
        this.#waiting = [...lines, ...this.#waiting].slice(0, WAITING)
        throw error
      }
    })
    this.#writing = next.catch(() => undefined)
    return next
  }

  /** The last batch, with a line that says how many are missing. */
  end(): Promise<void> {
    if (this.#omitted > 0) {
      const message = `${this.#omitted} lines omitted: the log of a run holds ${LOG_LINES}`
      this.#waiting.push({ at: this.#now(), level: 'warning', message })
      this.#omitted = 0
    }
    return this.flush()
  }
}
