// The error that a failed system call becomes: with a code, and with a path that is safe to print.
import koffi from 'koffi'

/** Of the codes that share a number, the ones Node uses too. */
const preferred = ['EAGAIN', 'EDEADLK', 'ENOTSUP'] as const

const names = new Map<number, string>()
for (const [name, number] of Object.entries(koffi.os.errno)) names.set(number, name)
for (const name of preferred) names.set(errnoOf(name), name)

/** The number of an error code on this platform, e.g. errnoOf('ENOENT') is 2; RangeError for a code it has not. */
export function errnoOf(code: string): number {
  const errno = koffi.os.errno[code]
  if (errno === undefined) throw new RangeError(`no error code ${code} on this platform`)
  return errno
}

/** The code of an error number, e.g. 'ENOENT'; 'E' and the number when the platform knows no name. */
export const codeOfErrno = (errno: number): string => names.get(errno) ?? `E${errno}`

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const hex = (char: string): string => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`
const unsafe = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu

/**
 * A byte string (one char per byte) for people: text where it is UTF-8, `\n`, `\xff` and the like where it is not, or where printing it
 * would move the cursor or fool the reader.
 */
export function escapePath(bytes: string): string {
  const escaped = bytes.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t')
  try {
    const text = strictUtf8.decode(Buffer.from(escaped, 'latin1'))
    return text.replace(unsafe, (char) => (char < '\x80' ? hex(char) : `\\u{${char.codePointAt(0)?.toString(16)}}`))
  } catch {
    // not UTF-8: every byte that is not printable ASCII in hexadecimal
    return escaped.replace(/[^ -~]/g, hex)
  }
}

/** A system call that failed. `path` is the byte string it was about, escaped; '' when there was none. */
export class PosixError extends Error {
  override readonly name = 'PosixError'
  /** Such as 'ENOENT'. */
  readonly code: string
  readonly errno: number
  readonly syscall: string
  readonly path: string

  /** `path` is a byte string, not escaped yet. */
  constructor(errno: number, syscall: string, path = '') {
    const code = codeOfErrno(errno)
    const shown = escapePath(path)
    super(path === '' ? `${code}: ${syscall}` : `${code}: ${syscall} "${shown}"`)
    this.code = code
    this.errno = errno
    this.syscall = syscall
    this.path = shown
  }
}

/** Throws what the last libc call of this thread left in errno. Call it at once after the failure. */
export function fail(syscall: string, path?: string): never {
  throw new PosixError(koffi.errno(), syscall, path)
}

/** Codes of a process (or system) that has run out of descriptors or memory: they say nothing about the file at hand. */
export const EXHAUSTED: readonly string[] = ['EMFILE', 'ENFILE', 'ENOMEM']

/** The code ('ENOSPC') of a system call that failed, whether we made it or Node did; undefined for any other error. */
export function systemCode(error: unknown): string | undefined {
  if (error instanceof PosixError) return error.code
  const { code, syscall } = error instanceof Error ? (error as NodeJS.ErrnoException) : {}
  return typeof syscall === 'string' ? code : undefined
}

/** True when `error` is a PosixError with this code. */
export const isPosix = (error: unknown, code: string): error is PosixError =>
  error instanceof PosixError && error.code === code
