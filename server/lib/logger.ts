// The server's log: one JSON document a line, without secrets, into a file that rotates or to stderr. Logging never makes its caller fail.
import { writeSync } from 'node:fs'
import { codeOf, messageOf } from '../contract/errors.ts'
import { type Clock, isoTime } from './clock.ts'
import { createMasker, type Masker } from './mask.ts'
import { RotatingFile, type RotatingFileOptions } from './rotating-file.ts'

/** From the least to the most important. */
export const logLevels = ['debug', 'info', 'warning', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

export type LogFields = Readonly<Record<string, unknown>>

export type Logger = {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  /** An error goes into the field `error`: it is written with its code, message and causes, at level debug with its stack. */
  error(message: string, fields?: LogFields): void
  /** A logger that adds these fields to each line. It shares everything else with this one. */
  child(fields: LogFields): Logger
  /** From now on this value never appears in a line of this logger and those that share with it. */
  hide(secret: string): void
  /** Other settings from now on, for this logger and those that share with it. */
  configure(settings: LogSettings): void
  close(): void
}

export type LogSettings = {
  /** Less important lines are left out. */
  readonly level: LogLevel
  /** Absent: stderr. */
  readonly file?: RotatingFileOptions | undefined
  /** False: only values given to `hide` and fields with telling names are masked. Default true. */
  readonly masking?: boolean | undefined
}

export type LoggerOptions = LogSettings & {
  readonly clock: Clock
  /** Where lines go without a file, or while it can't be written. Default: stderr. */
  readonly fallback?: ((line: string) => void) | undefined
}

const names: Readonly<Record<string, LogLevel>> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  warn: 'warning',
  warning: 'warning',
  error: 'error',
  critical: 'error',
}

/** The level of a name as configurations have it (DEBUG, INFO, WARNING, ERROR, CRITICAL, in any case); undefined for others. */
export const logLevelOf = (name: string): LogLevel | undefined => names[name.toLowerCase()]

/** A logger that says nothing. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
  hide: () => undefined,
  configure: () => undefined,
  close: () => undefined,
}

export function createLogger(options: LoggerOptions): Logger {
  return loggerOf(new Sink(options), {})
}

function loggerOf(sink: Sink, shared: LogFields): Logger {
  const at =
    (level: LogLevel) =>
    (message: string, fields?: LogFields): void =>
      sink.log(level, message, shared, fields)
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warning'),
    error: at('error'),
    child: (fields) => loggerOf(sink, { ...shared, ...fields }),
    hide: (secret) => sink.hide(secret),
    configure: (settings) => sink.configure(settings),
    close: () => sink.close(),
  }
}

const STDERR = 2
/** How often it is looked whether somebody has moved the file away. */
const FOLLOW_MS = 1000
const reserved: ReadonlySet<string> = new Set(['time', 'level', 'message'])

function toStderr(line: string): void {
  writeSync(STDERR, line)
}

/** Where the lines of a logger and its children end. */
class Sink {
  readonly #clock: Clock
  readonly #fallback: (line: string) => void
  readonly #hidden = new Set<string>()
  #masker: Masker
  #rank = 0
  #file: RotatingFile | undefined
  #followed = 0
  /** Lines that were not written to the file since it failed. */
  #astray = 0
  /** Of those, how many went nowhere at all. */
  #lost = 0

  constructor(options: LoggerOptions) {
    this.#clock = options.clock
    this.#fallback = options.fallback ?? toStderr
    this.#masker = createMasker()
    this.configure(options)
  }

  configure({ level, file, masking }: LogSettings): void {
    this.#rank = logLevels.indexOf(level)
    this.#masker = createMasker(masking ?? true)
    for (const secret of this.#hidden) this.#masker.hide(secret)
    this.#file?.close()
    this.#file = file && new RotatingFile(file)
  }

  hide(secret: string): void {
    this.#hidden.add(secret)
    this.#masker.hide(secret)
  }

  close(): void {
    this.#file?.close()
  }

  log(level: LogLevel, message: string, shared: LogFields, fields: LogFields | undefined): void {
    if (logLevels.indexOf(level) < this.#rank) return
    this.#write(this.#line(level, message, { ...shared, ...fields }))
  }

  #line(level: LogLevel, message: string, fields: LogFields): string {
    const own = Object.entries(fields).map(([name, value]) => [
      reserved.has(name) ? `_${name}` : name,
      value instanceof Error ? describeError(value, this.#rank === 0) : value,
    ])
    const masked = this.#masker.value(Object.fromEntries(own)) as Record<string, unknown>
    return `${JSON.stringify({ time: isoTime(this.#clock.now()), level, message: this.#masker.text(message), ...masked })}\n`
  }

  #write(line: string): void {
    if (!this.#file) {
      this.#aside(line)
      return
    }
    try {
      this.#follow(this.#file)
      if (this.#astray > 0) this.#file.write(this.#line('warning', 'The log can be written again', this.#gap()))
      this.#file.write(line)
      this.#astray = 0
      this.#lost = 0
    } catch (error) {
      this.#file.close()
      if (this.#astray++ === 0)
        this.#aside(
          this.#line('error', 'The log file cannot be written; lines go to stderr until it can be', {
            error: error instanceof Error ? error : new Error(String(error)),
          }),
        )
      this.#aside(line)
    }
  }

  #gap = (): LogFields => ({ linesOnStderr: this.#astray - this.#lost, linesLost: this.#lost })

  #follow(file: RotatingFile): void {
    const now = this.#clock.now()
    if (Math.abs(now - this.#followed) < FOLLOW_MS) return
    this.#followed = now
    file.followPath()
  }

  #aside(line: string): void {
    try {
      this.#fallback(line)
    } catch (error) {
      // Nobody reads stderr, or it is full as well. It is counted, and told once the file can be written again.
      if (error instanceof Error) this.#lost++
      else throw error
    }
  }
}

const MAX_CAUSES = 8

/** An error as fields: code, message, those of its causes, and the stack if it is asked for. */
export function describeError(error: unknown, withStack = false, left = MAX_CAUSES): Record<string, unknown> {
  const own = (error as { code?: unknown } | null)?.code
  const fields: Record<string, unknown> = {
    code: typeof own === 'string' ? own : codeOf(error),
    message: messageOf(error),
  }
  if (error instanceof AggregateError && left > 0)
    fields.errors = error.errors.slice(0, MAX_CAUSES).map((each) => describeError(each, withStack, left - 1))
  if (error instanceof Error && error.cause !== undefined && left > 0)
    fields.cause = describeError(error.cause, withStack, left - 1)
  if (withStack && error instanceof Error && error.stack !== undefined) fields.stack = error.stack
  return fields
}
