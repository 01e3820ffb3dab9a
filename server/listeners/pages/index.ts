// The plain pages around sign-in: forms that lead into the console, and work without scripts.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { TRPCError } from '@trpc/server'
import { errorDataOf } from '../../api/errors.ts'
import { appRouter } from '../../api/root.ts'
import { createCallerFactory } from '../../api/trpc.ts'
import { readBody } from '../../auth/body.ts'
import { type Access, basePath, checkSameOrigin } from '../../auth/index.ts'
import { HoldfastError } from '../../contract/errors.ts'
import { dataOfThrown, redirect, sendError } from '../answers.ts'
import type { Caller } from '../gate.ts'
import { otherOrigin } from '../public-address.ts'
import { contextOf, type RpcOptions } from '../rpc.ts'
import { csrfToken } from './csrf.ts'
import { sendPage } from './html.ts'
import { type LinkPage, setPasswordBody, setUpBody, signInBody, signOutBody, tokenScript } from './sign-in.ts'

export type Pages = (request: IncomingMessage, response: ServerResponse, caller: Caller) => Promise<void>

export type PagesOptions = RpcOptions & {
  readonly access: Access
  readonly publicUrl: string
  /** The identity provider: what its button says, and where its pages are. */
  readonly provider?: { readonly label: string; readonly origin: string } | undefined
}

/** Whether these pages answer for the path. */
export const isForm = (path: string): boolean =>
  ['/sign-in', '/sign-out', '/set-up', '/set-password'].some((each) => path === basePath + each)

const callerOf = createCallerFactory(appRouter)

/** One request of a page. */
type Visit = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly caller: Caller
  readonly call: ReturnType<typeof callerOf>
}

export function createPages(options: PagesOptions): Pages {
  const { access, provider } = options
  const formTargets = provider === undefined ? [] : [provider.origin]

  const signIn = async ({ request, response }: Visit): Promise<void> => {
    const { searchParams } = new URL(request.url ?? '', options.publicUrl)
    const token = await csrfToken(access, request, response)
    const home = otherOrigin(request, options.publicUrl)
    const to = placeAfter(searchParams.get('callbackUrl'), options.publicUrl)
    const body = signInBody({
      csrfToken: token,
      error: searchParams.get('error'),
      done: searchParams.get('done'),
      to,
      provider: provider?.label,
      home: home && `${home}${basePath}/sign-in?callbackUrl=${encodeURIComponent(to)}`,
    })
    sendPage(response, { title: 'Sign in', body, formTargets })
  }

  const routes: Readonly<Record<string, (visit: Visit) => Promise<void>>> = {
    '/sign-in': signIn,
    '/sign-out': async ({ request, response }) =>
      sendPage(response, { title: 'Sign out', body: signOutBody(await csrfToken(access, request, response)) }),
    '/set-up': (visit) =>
      form(
        options,
        visit,
        { title: 'Set up Holdfast', bodyOf: setUpBody, after: { done: 'set-up', callbackUrl: `${basePath}/welcome` } },
        ({ token = '', email = '', name = '', password = '' }) =>
          visit.call.users.redeemSetupLink({ token, email, name, password }),
      ),
    '/set-password': (visit) =>
      form(
        options,
        visit,
        { title: 'Set a password', bodyOf: setPasswordBody, after: { done: 'password' } },
        ({ token = '', password = '' }) => visit.call.users.redeemPasswordLink({ token, password }),
      ),
  }

  return async (request, response, caller) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    const route = routes[path.slice(basePath.length).replace(/\/$/, '')]
    const method = request.method ?? 'GET'
    if (route === undefined)
      return sendError(response, dataOfThrown(new HoldfastError('not_found', 'There is no such page')))
    if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') {
      return sendError(response, dataOfThrown(new HoldfastError('usage', 'Pages take GET and POST')))
    }
    await route({ request, response, caller, call: callerOf(contextOf(options, caller, request)) })
  }
}

/** The path of this console to go to after sign-in; anything else that is asked for becomes the landing page. */
export function placeAfter(asked: string | null, publicUrl: string): string {
  const url = URL.parse(asked ?? basePath, publicUrl)
  const own = url?.origin === new URL(publicUrl).origin && `${url.pathname}/`.startsWith(`${basePath}/`)
  return own && !isForm(url.pathname) ? url.pathname + url.search : basePath
}

type Form = {
  readonly title: string
  bodyOf(page: LinkPage): ReturnType<typeof setUpBody>
  /** What sign-in is told when it worked: what to say, and where to go on. */
  readonly after: Readonly<Record<string, string>>
}

/** Shows a form with a token, or does what was sent with it and goes on to sign-in; what fails is told above the form. */
async function form(
  { publicUrl }: PagesOptions,
  { request, response }: Visit,
  { title, bodyOf, after }: Form,
  act: (fields: Partial<Record<string, string>>) => Promise<unknown>,
): Promise<void> {
  const home = otherOrigin(request, publicUrl)
  if (request.method !== 'POST') return sendPage(response, { title, body: bodyOf({ home }), script: tokenScript })
  let fields: Partial<Record<string, string>> = {}
  try {
    checkSameOrigin(request, publicUrl)
    fields = await readBody(request)
    await act(fields)
    redirect(response, `${basePath}/sign-in?${new URLSearchParams(after)}`)
  } catch (error) {
    const data = error instanceof TRPCError ? errorDataOf(error, undefined, 'see the log') : dataOfThrown(error)
    if (data.code === 'internal') throw error
    const { token, name, email } = fields
    sendPage(response, {
      title,
      body: bodyOf({ token, name, email, home, problem: data.message }),
      status: data.httpStatus,
      script: tokenScript,
    })
  }
}
