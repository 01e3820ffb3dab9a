// What a caller is told when a call fails: a code of the catalogue, a sentence, and nothing of the server's inside.
import type { TRPCError } from '@trpc/server'
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc'
import { z } from 'zod'
import { codeOf, type ErrorCode, errorCatalogue } from '../contract/errors.ts'

/** One thing that is wrong with an input. */
export type InputIssue = {
  /** Where, e.g. `filter.states.0`; empty for the input itself. */
  readonly path: string
  readonly message: string
  /** What would be accepted, when that can be listed. */
  readonly allowed?: readonly string[]
}

/** The `data` of every error that the API gives. */
export type ErrorData = {
  readonly code: ErrorCode
  readonly message: string
  /** True when the same call may succeed later. */
  readonly retryable: boolean
  readonly httpStatus: number
  /** The procedure. */
  readonly path?: string
  /** For wrong inputs. */
  readonly issues?: readonly InputIssue[]
  /** For errors of the server: what to look for in its log. */
  readonly reference?: string
}

type TrpcKey = keyof typeof TRPC_ERROR_CODES_BY_KEY

const keyOfStatus: Readonly<Record<number, TrpcKey>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  413: 'PAYLOAD_TOO_LARGE',
  429: 'TOO_MANY_REQUESTS',
  499: 'CLIENT_CLOSED_REQUEST',
  501: 'NOT_IMPLEMENTED',
  503: 'SERVICE_UNAVAILABLE',
}

const trpcKeyOf = (code: ErrorCode): TrpcKey => keyOfStatus[errorCatalogue[code].status] ?? 'INTERNAL_SERVER_ERROR'

/** What tRPC itself refuses with, in words of the catalogue. */
const ownRefusals: Partial<Record<TRPCError['code'], { code: ErrorCode; status: number }>> = {
  BAD_REQUEST: { code: 'usage', status: 400 },
  PARSE_ERROR: { code: 'usage', status: 400 },
  NOT_FOUND: { code: 'not_found', status: 404 },
  METHOD_NOT_SUPPORTED: { code: 'usage', status: 405 },
  UNSUPPORTED_MEDIA_TYPE: { code: 'usage', status: 415 },
  PAYLOAD_TOO_LARGE: { code: 'too_large', status: 413 },
  CLIENT_CLOSED_REQUEST: { code: 'interrupted', status: 499 },
}

const hidden = 'Something went wrong in the server. Its log says what, under this reference'

/**
 * Everything about a failed call that may leave the server. Errors without a code of the catalogue, and internal ones, become one sentence
 * and `reference`: their text may hold SQL, paths or worse.
 */
export function errorDataOf(error: TRPCError, path: string | undefined, reference: string): ErrorData {
  const where = path === undefined ? {} : { path }
  const { cause } = error
  if (cause instanceof z.core.$ZodError && error.code === 'BAD_REQUEST') {
    const issues = cause.issues.map(issueOf)
    return { ...dataOf('usage', `${path ?? 'The call'}: ${issues.map(sentenceOf).join('; ')}`), ...where, issues }
  }
  const code = codeOf(cause)
  if (code !== 'internal') return { ...dataOf(code, (cause as Error).message), ...where }
  const refusal = ownRefusals[error.code]
  if (refusal === undefined) return { ...dataOf('internal', `${hidden}: ${reference}`), ...where, reference }
  return { ...dataOf(refusal.code, error.message), httpStatus: refusal.status, ...where }
}

/** The number of JSON-RPC that stands for the code on the wire. */
export const rpcNumberOf = (code: ErrorCode): number => TRPC_ERROR_CODES_BY_KEY[trpcKeyOf(code)]

/** The `data` for a code of the catalogue. */
export const dataOf = (code: ErrorCode, message: string): ErrorData => ({
  code,
  message,
  retryable: errorCatalogue[code].retryable,
  httpStatus: errorCatalogue[code].status,
})

const sentenceOf = ({ path, message, allowed }: InputIssue): string => {
  const ending = allowed === undefined ? '' : ` (allowed: ${allowed.join(', ')})`
  return `${path === '' ? '' : `${path}: `}${message}${ending}`
}

function issueOf(issue: z.core.$ZodIssue): InputIssue {
  const path = issue.path.map(String).join('.')
  const allowed = allowedBy(issue)
  return { path, message: issue.message, ...(allowed === undefined ? {} : { allowed }) }
}

function allowedBy(issue: z.core.$ZodIssue): string[] | undefined {
  if (issue.code === 'invalid_value') return issue.values.map(String)
  if (issue.code === 'too_big') return [`at most ${issue.maximum}`]
  if (issue.code === 'too_small') return [`at least ${issue.minimum}`]
  return undefined
}
