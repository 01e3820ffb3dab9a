// tRPC over HTTP for both listeners: a bounded, shallow JSON body goes in, and errors of the server go to the log.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { nodeHTTPRequestHandler } from '@trpc/server/adapters/node-http'
import type { Context, Refusals } from '../api/context.ts'
import { dataOf } from '../api/errors.ts'
import { appRouter } from '../api/root.ts'
import type { Services } from '../api/services.ts'
import { codeOf, HoldfastError } from '../contract/errors.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { dataOfThrown, sendError } from './answers.ts'
import { cutOff, readBody, refuseAnnounced, refuseDeepJson } from './body.ts'
import type { Caller } from './gate.ts'
import type { Limits } from './limits.ts'

export type RpcOptions = {
  readonly services: Services
  readonly refusals: Refusals
  readonly clock: Clock
  readonly log: Logger
  readonly limits: Limits
}

/** Answers a request for the procedures that `path` names (what follows /trpc/). */
export type Rpc = (request: IncomingMessage, response: ServerResponse, path: string, caller: Caller) => Promise<void>

export function createRpc(options: RpcOptions): Rpc {
  const { log, limits } = options
  return async (request, response, path, caller) => {
    const stranger = caller.actor.kind === 'anonymous'
    const bodyBytes = stranger ? limits.strangerBodyBytes : limits.bodyBytes
    const body = await bodyOf(request, response, { ...limits, bodyBytes })
    if (body === undefined) return
    const context = contextOf(options, caller, request)
    response.setHeader('X-Request-Id', context.requestId)
    await nodeHTTPRequestHandler({
      router: appRouter,
      req: Object.assign(request, { body }),
      res: response,
      path,
      createContext: async () => context,
      maxBatchSize: limits.batch,
      onError: ({ error, path: procedure }) => {
        if (error.code !== 'INTERNAL_SERVER_ERROR' || codeOf(error.cause) !== 'internal') return
        log.error('A call of the API failed', { procedure, reference: context.requestId, error: error.cause ?? error })
      },
    })
  }
}

/** What a call of this caller knows. */
export const contextOf = (
  { services, refusals, clock, log, limits }: RpcOptions,
  caller: Caller,
  request: IncomingMessage,
): Context => ({
  actor: caller.actor,
  rejected: caller.rejected,
  services,
  refusals,
  clock,
  log,
  requestId: randomUUID(),
  pace: limits.stream,
  stillValid: caller.stillValid,
  cutOff: (grace) => setTimeout(() => request.socket.destroy(), grace).unref(),
})

/** The text of the body, '' for GET; undefined when the request was refused and answered. */
async function bodyOf(request: IncomingMessage, response: ServerResponse, limits: Limits): Promise<string | undefined> {
  try {
    if (request.method === 'GET' || request.method === 'HEAD') {
      refuseDeepInput(request, limits)
      return ''
    }
    if (request.method !== 'POST')
      throw new HoldfastError('usage', `The method ${request.method} is not known; allowed are GET, POST`)
    refuseAnnounced(request, limits.bodyBytes)
    if (!isJson(request))
      throw new HoldfastError('usage', 'The body must be JSON: send "Content-Type: application/json"')
    if (request.headers.expect !== undefined) response.writeContinue()
    const body = await readBody(request, limits.bodyBytes)
    refuseDeepJson(body, limits.jsonDepth)
    return body.toString('utf8')
  } catch (error) {
    const large = codeOf(error) === 'too_large'
    if (large) cutOff(request, response)
    sendError(response, dataOfThrown(error), large ? { Connection: 'close' } : {})
    return undefined
  }
}

const isJson = (request: IncomingMessage): boolean =>
  (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() === 'application/json'

function refuseDeepInput(request: IncomingMessage, limits: Limits): void {
  const query = (request.url ?? '').split('?', 2)[1]
  const input = query === undefined ? null : new URLSearchParams(query).get('input')
  if (input !== null) refuseDeepJson(Buffer.from(input), limits.jsonDepth)
}

/** For what is not there. */
export const notFound = (response: ServerResponse): void =>
  sendError(response, dataOf('not_found', 'There is nothing here'))
