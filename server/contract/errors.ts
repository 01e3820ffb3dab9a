// The one error catalogue: every failure a person or a program can meet has a row here, and nowhere else.

/** `status` is for HTTP, `exit` for the shell, `retryable` for wrappers and queues. */
type Row = { readonly status: number; readonly exit: number; readonly retryable: boolean }

const row = (status: number, exit: number, retryable = false): Row => ({ status, exit, retryable })

export const errorCatalogue = {
  // storage
  not_found: row(404, 1),
  exists: row(409, 1),
  denied: row(403, 1),
  retained: row(409, 4),
  unavailable: row(503, 1, true),
  no_space: row(507, 1),
  // engine
  usage: row(400, 2),
  incomplete: row(207, 3),
  refused: row(409, 4),
  wrong_secret: row(401, 5),
  damaged: row(500, 6),
  unsupported: row(501, 1),
  interrupted: row(499, 130),
  // server
  unauthenticated: row(401, 5),
  forbidden: row(403, 4),
  rate_limited: row(429, 1, true),
  too_large: row(413, 2),
  internal: row(500, 1),
} as const satisfies Record<string, Row>

export type ErrorCode = keyof typeof errorCatalogue

/** An error that says what happened, where, and what is allowed; recognised by `code`, never by class. */
export class HoldfastError extends Error {
  override readonly name = 'HoldfastError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** The catalogue code of anything thrown; `internal` for what is not ours. */
export function codeOf(error: unknown): ErrorCode {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && Object.hasOwn(errorCatalogue, code) ? (code as ErrorCode) : 'internal'
}

/** True when `error` carries this catalogue code (also after crossing a thread or a process). */
export const hasCode = (error: unknown, code: ErrorCode): boolean => codeOf(error) === code

/** The message of anything thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
