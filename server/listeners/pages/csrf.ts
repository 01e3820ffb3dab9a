// A fresh token for a form of a plain page: sign-in itself is asked for one, as a script of a page would.
import { type IncomingMessage, ServerResponse } from 'node:http'
import { type Access, authPath } from '../../auth/index.ts'
import { HoldfastError } from '../../contract/errors.ts'

/** Collects an answer instead of sending it. */
class Collected extends ServerResponse {
  body = ''

  override end(...[chunk]: unknown[]): this {
    this.body = typeof chunk === 'string' ? chunk : ''
    return this
  }
}

/**
 * The token for the field `csrfToken`; its cookie is set on `response`.
 * @throws `internal` when sign-in gives none
 */
export async function csrfToken(access: Access, request: IncomingMessage, response: ServerResponse): Promise<string> {
  const asked: IncomingMessage = Object.create(request, {
    method: { value: 'GET' },
    url: { value: `${authPath}/csrf` },
  })
  const answer = new Collected(asked)
  await access.handler(asked, answer)
  const cookies = answer.getHeader('set-cookie')
  if (cookies !== undefined) response.setHeader('Set-Cookie', Array.isArray(cookies) ? cookies : String(cookies))
  const { csrfToken: token } = JSON.parse(answer.body) as { csrfToken?: unknown }
  if (typeof token !== 'string') throw new HoldfastError('internal', 'Sign-in gave no csrf token')
  return token
}
