// Answers that a listener gives itself: refusals in the form of the API's errors, and the headers that every answer has.
import type { ServerResponse } from 'node:http'
import { dataOf, type ErrorData, rpcNumberOf } from '../api/errors.ts'
import { codeOf, messageOf } from '../contract/errors.ts'

/** Headers of every answer: nothing may frame, sniff, store or pass on the address of what it gets. */
export function guardHeaders(response: ServerResponse, secure: boolean): void {
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('Referrer-Policy', 'same-origin')
  response.setHeader('X-Frame-Options', 'DENY')
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
  response.setHeader('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'; base-uri 'none'")
  response.setHeader('Cache-Control', 'no-store')
  if (secure) response.setHeader('Strict-Transport-Security', 'max-age=31536000')
}

/** Answers with an error in the shape that the tRPC client understands. */
export function sendError(response: ServerResponse, data: ErrorData, headers: Record<string, string> = {}): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const body = JSON.stringify({ error: { message: data.message, code: rpcNumberOf(data.code), data } })
  response.writeHead(data.httpStatus, {
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
    ...headers,
  })
  response.end(body)
}

/** The data for something thrown while a request was read; what is not ours stays inside. */
export const dataOfThrown = (error: unknown): ErrorData => {
  const code = codeOf(error)
  return code === 'internal'
    ? dataOf('internal', 'Something went wrong in the server; its log says what')
    : dataOf(code, messageOf(error))
}

/** Sends a browser on to another page. */
export function redirect(response: ServerResponse, to: string, status: 303 | 307 = 303): void {
  response.writeHead(status, { Location: to })
  response.end()
}
