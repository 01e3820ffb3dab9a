// Mounts next-auth on a plain Node handler under /backups/api/auth: reads the request, lets next-auth answer, and turns refusals into statuses.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AuthOptions } from 'next-auth'
import { codeOf, type ErrorCode, errorCatalogue, HoldfastError, messageOf } from '../contract/errors.ts'
import { anonymousActor } from './actor.ts'
import { readBody } from './body.ts'
import { parseCookies } from './cookies.ts'
import { createOptions, oidcProvider, passwordProvider, refusalCodes, type Visit } from './next-auth.ts'
import { authPath, authUrlOf, checkSameOrigin } from './origin.ts'
import type { AccessDeps } from './types.ts'

export type AuthHandler = (req: IncomingMessage, res: ServerResponse) => Promise<void>

/** What next-auth looks at of a request. */
type Question = {
  readonly method: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly cookies: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string | string[]>>
  readonly body: Readonly<Record<string, string>> | undefined
}

/** Where headers of the answer go. */
type HeaderStore = {
  getHeader(name: string): number | string | string[] | undefined
  setHeader(name: string, value: string | string[]): unknown
}

/** What it does with a response. */
type Collector = {
  status(status: number): Collector
  getHeader(name: string): number | string | string[] | undefined
  setHeader(name: string, value: string | string[]): Collector
  json(body: unknown): void
  send(body: unknown): void
  end(): void
}

/** next-auth asks for a request and a response of Next, and uses no more of them than this. */
type NextAuth = (req: Question, res: Collector, options: AuthOptions) => Promise<unknown>

// A CommonJS package: what its default import is differs between Node and test runners, what require gives does not.
const require = createRequire(import.meta.url)
const { default: nextAuth } = require('next-auth') as { default: NextAuth }

/** All that next-auth may be asked; it knows more (a log that strangers can write to, forms of its own). */
const routes: Readonly<Record<string, readonly string[]>> = {
  GET: ['providers', 'session', 'csrf', 'signin', 'signout', 'error', `callback/${oidcProvider}`],
  POST: [`signin/${oidcProvider}`, `callback/${passwordProvider}`, 'signout'],
}

/** Other parameters could change what the provider is asked. */
const queryAllowed = ['callbackUrl', 'error', 'code', 'state', 'iss', 'error_description', 'error_uri', 'session_state']

type Answer = { status: number; redirect?: string; body?: unknown }

const headers = {
  'Cache-Control': 'private, no-cache, no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
}

function sendJson(res: ServerResponse, status: number, body: unknown): void {
  if (res.headersSent) return
  res.statusCode = status
  res.setHeader('Content-Type', 'application/json; charset=utf-8')
  res.end(JSON.stringify(body))
}

/** What a stranger may be told; of everything else only that it happened, for it names places of the server. */
const tellable: readonly ErrorCode[] = [
  'usage',
  'too_large',
  'forbidden',
  'not_found',
  'rate_limited',
  'unauthenticated',
]

const isTellable = (error: unknown): boolean => tellable.includes(codeOf(error))

function sendError(res: ServerResponse, error: unknown): void {
  const code = codeOf(error)
  const message = isTellable(error) ? messageOf(error) : 'Sign-in failed inside the server; its log says why'
  if (code === 'rate_limited') res.setHeader('Retry-After', '5')
  sendJson(res, errorCatalogue[code].status, { error: { code, message } })
}

/** Collects what next-auth answers, so that it can be looked at before it is sent; cookies go to the response at once. */
function collector(res: HeaderStore, answer: Answer): Collector {
  const shim: Collector = {
    status(status) {
      answer.status = status
      return shim
    },
    getHeader: (name) => res.getHeader(name),
    setHeader(name, value) {
      if (name === 'Location') answer.redirect = String(value)
      else res.setHeader(name, value)
      return shim
    },
    json(body) {
      answer.body = body
    },
    send(body) {
      answer.body = body
    },
    end: () => undefined,
  }
  return shim
}

/** The route below the mount point, e.g. ["callback", "password"]. @throws `not_found` */
function routeOf(req: IncomingMessage, url: URL): string[] {
  const route = url.pathname.startsWith(`${authPath}/`)
    ? url.pathname.slice(authPath.length + 1).replace(/\/$/, '')
    : ''
  const known = routes[req.method ?? 'GET'] ?? []
  if (!known.includes(route)) {
    throw new HoldfastError(
      'not_found',
      `No ${req.method} ${authPath}/...: known are ${Object.values(routes).flat().join(', ')}`,
    )
  }
  return route.split('/')
}

function queryOf(url: URL): Record<string, string> {
  const pairs = [...url.searchParams].filter(([name]) => queryAllowed.includes(name))
  return Object.fromEntries(pairs)
}

const isCsrfRefusal = (redirect: string | undefined, authUrl: string): boolean =>
  redirect === `${authUrl}/signin?csrf=true` || redirect === `${authUrl}/signout?csrf=true`

const redirectOf = (answer: Answer): string | undefined =>
  answer.redirect ?? (answer.body as { url?: string } | undefined)?.url

/** A sign-in that was refused says why in the code of next-auth's error page. */
function withRefusal(answer: Answer, visit: Visit, authUrl: string): void {
  if (!visit.refusal) return
  const to = `${authUrl}/error?error=${refusalCodes[visit.refusal.outcome]}&provider=${passwordProvider}`
  if (answer.redirect === undefined) answer.body = { url: to }
  else answer.redirect = to
  answer.status = visit.refusal.outcome === 'too_many' ? 429 : 401
}

/** For a question that is not a browser's. */
const nowhere: HeaderStore = { getHeader: () => undefined, setHeader: () => undefined }

/**
 * next-auth reads its own address from NEXTAUTH_URL only; with another one its links lead astray.
 * @throws `internal`
 */
async function checkAddress(deps: AccessDeps, options: ReturnType<typeof createOptions>): Promise<void> {
  const answer: Answer = { status: 200 }
  const req: Question = { query: { nextauth: ['providers'] }, cookies: {}, headers: {}, method: 'GET', body: undefined }
  const visit: Visit = { origin: { ip: null, userAgent: null } }
  await nextAuth(req, collector(nowhere, answer), options(visit))
  const { callbackUrl } = (answer.body as Record<string, { callbackUrl: string }>)[passwordProvider] ?? {}
  const wanted = authUrlOf(deps.publicUrl)
  if (callbackUrl !== `${wanted}/callback/${passwordProvider}`) {
    throw new HoldfastError('internal', `NEXTAUTH_URL does not fit the console's address: it has to be ${wanted}`)
  }
}

/**
 * The handler for everything under /backups/api/auth.
 * @param addressOf who sent a request; by default the other end of its socket
 */
export function createAuthHandler(
  deps: AccessDeps,
  addressOf: (req: IncomingMessage) => string | null = (req) => req.socket.remoteAddress ?? null,
): AuthHandler {
  const { audit, log, publicUrl } = deps
  const authUrl = authUrlOf(publicUrl)
  const options = createOptions(deps)
  let checked = false

  const denied = async (visit: Visit, route: readonly string[], reason: string): Promise<void> => {
    const action = route[0] === 'signout' ? 'session.sign_out' : 'session.sign_in'
    await audit.record({ actor: anonymousActor(visit.origin.ip), action, result: 'denied', details: { reason } })
  }

  /** A way back from the provider that opened no session: cancelled there, or with a code, state or cookie that does not fit. */
  const noteFailure = async (answer: Answer, visit: Visit, route: readonly string[]): Promise<void> => {
    if (route.join('/') !== `callback/${oidcProvider}` || visit.sessionId !== undefined || visit.audited) return
    const { searchParams } = new URL(answer.redirect ?? '', authUrl)
    const reason = searchParams.get('error')?.match(/^\w{1,40}$/)?.[0] ?? 'no profile'
    const actor = anonymousActor(visit.origin.ip)
    await audit.record({ actor, action: 'session.sign_in', result: 'failure', details: { method: 'oidc', reason } })
  }

  const run = async (
    req: IncomingMessage,
    res: ServerResponse,
    route: string[],
    visit: Visit,
    url: URL,
  ): Promise<Answer> => {
    const body = req.method === 'POST' ? await readBody(req) : undefined
    const answer: Answer = { status: 200 }
    const asked: Question = {
      method: req.method,
      headers: req.headers,
      cookies: parseCookies(req.headers.cookie),
      query: { ...queryOf(url), nextauth: route },
      body,
    }
    await nextAuth(asked, collector(res, answer), options(visit))
    return answer
  }

  const send = async (res: ServerResponse, answer: Answer, visit: Visit, route: string[]): Promise<void> => {
    if (isCsrfRefusal(redirectOf(answer), authUrl)) {
      await denied(visit, route, 'csrf token')
      throw new HoldfastError(
        'forbidden',
        `The form's csrf token does not fit its cookie: take a new one from ${authPath}/csrf`,
      )
    }
    withRefusal(answer, visit, authUrl)
    if (visit.refusal?.retryAfter !== undefined) {
      res.setHeader('Retry-After', String(Math.max(1, Math.ceil(visit.refusal.retryAfter / 1000))))
    }
    if (answer.redirect === undefined) return sendJson(res, answer.status, answer.body ?? {})
    res.statusCode = 302
    res.setHeader('Location', answer.redirect)
    res.end()
  }

  return async (req, res) => {
    const visit: Visit = { origin: { ip: addressOf(req), userAgent: req.headers['user-agent'] ?? null } }
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
    try {
      if (!checked) await checkAddress(deps, options)
      checked = true
      const url = new URL(req.url ?? '/', authUrl)
      const route = routeOf(req, url)
      try {
        checkSameOrigin(req, publicUrl)
      } catch (error) {
        await denied(visit, route, 'another origin')
        throw error
      }
      const answer = await run(req, res, route, visit, url)
      if (visit.failure !== undefined) throw visit.failure
      await noteFailure(answer, visit, route)
      await send(res, answer, visit, route)
    } catch (error) {
      if (!isTellable(error)) log.error('sign-in failed', { error })
      // What next-auth set for an answer that is not sent must not go out with the error.
      res.removeHeader('Set-Cookie')
      sendError(res, error)
    }
  }
}
