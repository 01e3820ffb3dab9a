// The typed client of Holdfast's API, for other programs. It takes only types from the server, and runs without its code.
import {
  createTRPCClient,
  httpBatchLink,
  httpSubscriptionLink,
  splitLink,
  type TRPCClient,
  TRPCClientError,
} from '@trpc/client'
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server'
import type { AppRouter } from '../server/api/root.ts'
import { eventSourceOver } from './event-source.ts'
import { type ClientTls, type Fetch, fetchWith } from './https.ts'

export type { AppRouter }
/** What each procedure takes and gives, e.g. `Outputs['runs']['list']`. */
export type Inputs = inferRouterInputs<AppRouter>
export type Outputs = inferRouterOutputs<AppRouter>
export type HoldfastClient = TRPCClient<AppRouter>

export type ClientOptions = ClientTls & {
  /** The API listener's address, e.g. `https://backup.acme.com:8081`. */
  readonly url: string
  /** A key as the console made it, `hf_...`. */
  readonly apiKey?: string | undefined
}

/** What the server allows in one request. */
const BATCH = { maxItems: 20, maxURLLength: 8000 }

/**
 * A client: `client.runs.list.query({ limit: 10 })`, `client.runs.start.mutate(...)`, `client.events.live.subscribe(undefined, { onData })`.
 * Calls that are made at once go out in one request. A call that fails throws; `failureOf` reads the error.
 */
export function createHoldfastClient({ url, apiKey, ca, cert, key }: ClientOptions): HoldfastClient {
  const endpoint = `${url.replace(/\/+$/, '')}/api/trpc`
  const own = ca !== undefined || cert !== undefined
  const fetch: Fetch = own ? fetchWith({ ca, cert, key }) : (to, init) => globalThis.fetch(to, init as RequestInit)
  const headers = (): Record<string, string> => (apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` })
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({ url: endpoint, EventSource: eventSourceOver(fetch, headers) }),
        false: httpBatchLink({
          url: endpoint,
          ...BATCH,
          headers,
          fetch: (to, init) => fetch(String(to), init as Parameters<Fetch>[1]),
        }),
      }),
    ],
  })
}

/** What the server says of a call that failed. */
export type Failure = {
  /** A code of the catalogue, e.g. `forbidden`; see docs/api.md. */
  readonly code: string
  readonly message: string
  /** True when the same call may succeed later. */
  readonly retryable: boolean
  readonly httpStatus: number
  readonly issues?: readonly { readonly path: string; readonly message: string; readonly allowed?: readonly string[] }[]
}

/** The server's failure in an error of the client; undefined when the server was not reached, or it is some other error. */
export function failureOf(error: unknown): Failure | undefined {
  if (!(error instanceof TRPCClientError)) return undefined
  return (error.data ?? undefined) as Failure | undefined
}
