// The way to a page of the console: who is not signed in goes to sign-in, who may not see it is refused, everybody else gets it with a strict policy.
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { basePath } from '../auth/index.ts'
import { needsOf } from '../contract/pages.ts'
import { redirect } from './answers.ts'
import type { Caller } from './gate.ts'
import type { PageRenderer } from './next.ts'
import { asPageCall } from './page-slot.ts'
import { contextOf, notFound, type RpcOptions } from './rpc.ts'

export type ConsolePagesOptions = RpcOptions & {
  readonly renderer: PageRenderer
  readonly version: string
  /** True while pages are compiled as they are asked for: React then evaluates code. */
  readonly dev: boolean
}

const nextPath = `${basePath}/_next/`
const staticPath = `${nextPath}static/`
const iconPath = `${basePath}/icon.svg`

/** Code, styles, fonts and the icon of the pages: the same for everybody, and no secret. */
export const isAsset = (path: string): boolean => path.startsWith(nextPath) || path === iconPath

/**
 * Words between slashes, and nothing that Next would read as another page than `needsOf` does: no dots, no percent signs, no empty words.
 * Ids are such words as well.
 */
const isPlain = (place: string): boolean => /^(?:\/[\w-]+)*$/.test(place)

/** Leads to where it says, without steps up. */
const isDirect = (path: string): boolean => new URL(`http://host${path}`).pathname === path

export type ConsolePages = ReturnType<typeof createConsolePages>

export function createConsolePages(options: ConsolePagesOptions) {
  const { renderer, version, dev, refusals } = options
  const { build } = renderer
  return {
    build,
    async asset(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
      const { assets } = renderer
      if (path === iconPath || (assets === null && isDirect(path))) {
        response.removeHeader('Cache-Control')
        return renderer.render(request, response)
      }
      const file = path.startsWith(staticPath) ? path.slice(staticPath.length) : ''
      if (!(await assets?.(request, response, file))) notFound(response)
    },
    async page(request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void> {
      const [path = '', query] = (request.url ?? '').split('?', 2)
      const place = path.slice(basePath.length).replace(/\/$/, '')
      if (!isPlain(place)) return notFound(response)
      if (caller.actor.kind === 'anonymous') {
        const to = query === undefined ? path : `${path}?${withoutRsc(query)}`
        return redirect(response, `${basePath}/sign-in?callbackUrl=${encodeURIComponent(to)}`)
      }
      const needs = needsOf(place)
      // Set here, for a page that streams has said 200 before it knows.
      if (needs === null) response.statusCode = 404
      else if (needs.length > 0 && !needs.some((each) => caller.actor.permissions.has(each))) {
        await refusals.record(caller.actor, 'page', `The page ${place} needs the permission "${needs[0]}"`)
        response.statusCode = 403
        request.url = `${basePath}/refused`
      }
      guard(request, response, dev)
      await asPageCall(contextOf(options, caller, request), { version, build }, () =>
        renderer.render(request, response),
      )
    },
  }
}

/** What Next's router adds when it fetches a page; after sign-in the page itself is wanted. */
function withoutRsc(query: string): string {
  const parameters = new URLSearchParams(query)
  parameters.delete('_rsc')
  return parameters.toString()
}

/** Scripts run only with this answer's nonce, which Next takes from the request's header. */
function guard(request: IncomingMessage, response: ServerResponse, dev: boolean): void {
  const nonce = randomBytes(18).toString('base64')
  const policy = [
    "default-src 'self'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ''}`,
    // Charts and lists of virtual rows place things by style attributes.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
  request.headers['content-security-policy'] = policy
  response.setHeader('Content-Security-Policy', policy)
}
