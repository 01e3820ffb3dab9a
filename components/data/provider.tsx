'use client'
// The one way from pages to the API: tRPC over TanStack Query, with what answers say about the session noted in one place.
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink, TRPCClientError } from '@trpc/client'
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server'
import { createTRPCContext } from '@trpc/tanstack-react-query'
import { type ReactNode, useEffect, useState } from 'react'
import type { ErrorData } from '#server/api/errors.ts'
import type { AppRouter } from '#server/api/root.ts'
import { noteBuild, noteOwnBuild } from './build.ts'
import { oneWay } from './one-way.ts'
import { noteSession } from './session.ts'
import { isFixed, isTold } from './touched.ts'

export type Inputs = inferRouterInputs<AppRouter>
export type Outputs = inferRouterOutputs<AppRouter>

export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>()

const endpoint = '/backups/api/trpc'
const headers = { 'x-holdfast-console': '1' }

/** What the server said of a call that failed; undefined when it was not reached. */
export function failureOf(error: unknown): ErrorData | undefined {
  return error instanceof TRPCClientError ? ((error.data ?? undefined) as ErrorData | undefined) : undefined
}

const onError = (error: unknown): void => {
  if (failureOf(error)?.code === 'unauthenticated') noteSession(true)
}
const onSuccess = (): void => noteSession(false)

const noting = async (input: RequestInfo | URL | string, init?: object): Promise<Response> => {
  const answer = await fetch(input, init)
  noteBuild(answer)
  return answer
}

const makeClient = () =>
  createTRPCClient<AppRouter>({
    links: [
      oneWay,
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({ url: endpoint }),
        false: httpBatchLink({ url: endpoint, maxItems: 20, maxURLLength: 8000, headers, fetch: noting }),
      }),
    ],
  })

const makeQueryClient = () =>
  new QueryClient({
    queryCache: new QueryCache({ onError, onSuccess }),
    // Of the cache: an action's own onError would take the place of a default one.
    mutationCache: new MutationCache({ onError, onSuccess }),
    defaultOptions: {
      queries: {
        // Live events say when something changed; this is for what they miss.
        staleTime: ({ queryKey: [path] }) => (isFixed(path) ? Number.POSITIVE_INFINITY : 30_000),
        networkMode: 'always',
        refetchOnWindowFocus: ({ queryKey: [path] }) => !(isTold(path) && newsComes()),
        // A server that is away comes back; what it refused, it refuses again.
        retry: (count, error) =>
          failureOf(error) === undefined ? true : failureOf(error)?.retryable === true && count < 3,
        retryDelay: (count) => Math.min(500 * 2 ** count, 5000),
      },
      mutations: { networkMode: 'always' },
    },
  })

let comes = false
/** Notes whether the server tells this tab what happens; when it begins to, it says first whether something was missed. */
export const noteNews = (now: boolean): void => {
  comes = now
}
const newsComes = (): boolean => comes

/** `build`: which one the page is of. */
export function DataProvider({ build, children }: { build: string; children: ReactNode }) {
  useEffect(() => noteOwnBuild(build), [build])
  const [queryClient] = useState(makeQueryClient)
  const [client] = useState(makeClient)
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={client} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  )
}
