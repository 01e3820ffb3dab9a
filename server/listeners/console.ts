// The console listener: sign-in, the procedures for pages, and the pages themselves, all below /backups.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Refusals } from '../api/context.ts'
import { type Access, authPath, basePath, checkOrigin } from '../auth/index.ts'
import { buildHeader } from '../contract/page-call.ts'
import { dataOfThrown, redirect, sendError } from './answers.ts'
import { proceduresIn } from './calls.ts'
import { type ConsolePages, isAsset } from './console-pages.ts'
import { type Download, downloadPath } from './download.ts'
import type { Caller, Gate } from './gate.ts'
import { isForm, type Pages } from './pages/index.ts'
import { samePageAtHome } from './public-address.ts'
import { notFound, type Rpc } from './rpc.ts'
import type { Handler } from './server.ts'

/** Where the procedures are on the console listener. */
export const consoleTrpcPath = `${basePath}/api/trpc`

export type ConsoleOptions = {
  readonly gate: Gate
  readonly access: Access
  readonly rpc: Rpc
  readonly download: Download
  /** The plain pages around sign-in. */
  readonly forms: Pages
  readonly pages: ConsolePages
  readonly refusals: Refusals
  readonly publicUrl: string
}

export function createConsoleHandler(options: ConsoleOptions): Handler {
  const { gate, access, rpc, forms, pages } = options
  return async (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    if (path === '/healthz') return health(gate, request, response)
    if (isAsset(path)) {
      if ((await gate.admitAddress(request, response)) !== undefined) await pages.asset(request, response, path)
      return
    }
    const caller = await gate.admit(request, response)
    if (caller === undefined) return
    if (path === authPath || path.startsWith(`${authPath}/`)) return access.handler(request, response)
    if (path.startsWith(`${consoleTrpcPath}/`)) {
      if (!(await sameOrigin(options, request, response, caller))) return
      response.setHeader(buildHeader, pages.build)
      return rpc(request, response, path.slice(consoleTrpcPath.length + 1), caller)
    }
    if (path.startsWith(`${downloadPath}/`)) return options.download(request, response, path, caller)
    const isPage = path === basePath || path.startsWith(`${basePath}/`)
    if (!isPage && path !== '/') return notFound(response)
    const home = samePageAtHome(request, isPage ? (request.url ?? '') : basePath, options.publicUrl)
    if (home !== undefined) return redirect(response, home, 307)
    if (!isPage) return redirect(response, basePath)
    return isForm(path) ? forms(request, response, caller) : pages.page(request, response, caller)
  }
}

/** Says that the process answers, and nothing else. */
async function health(gate: Gate, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if ((await gate.admitAddress(request, response)) === undefined) return
  response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' })
  response.end('ok\n')
}

/** A browser sends the cookie with whatever another site makes it send; such a request is refused. */
async function sameOrigin(
  { publicUrl, refusals }: ConsoleOptions,
  request: IncomingMessage,
  response: ServerResponse,
  caller: Caller,
): Promise<boolean> {
  try {
    checkOrigin(request, publicUrl)
    return true
  } catch (error) {
    const data = dataOfThrown(error)
    const [first = 'request'] = proceduresIn(request, consoleTrpcPath)
    await refusals.record(caller.actor, first, data.message)
    sendError(response, data)
    return false
  }
}
