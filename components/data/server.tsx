// For pages, while they are rendered on the server: who looks, and data fetched ahead so that the first answer has its content.
import 'server-only'
import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query'
import { createTRPCClient, TRPCClientError, type TRPCLink } from '@trpc/client'
import { observable } from '@trpc/server/observable'
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query'
import { cache, type ReactNode } from 'react'
import type { AppRouter } from '#server/api/root.ts'
import { type PageCall, type PageSlot, pageSlot } from '#server/contract/page-call.ts'
import { oneWay } from './one-way.ts'

/** The call that is being answered. @throws outside of one: every page is rendered for somebody */
export function pageCall(): PageCall {
  const slot = (globalThis as { [pageSlot]?: PageSlot })[pageSlot]
  const call = slot?.getStore()
  if (call === undefined)
    throw new Error('A page is rendered for nobody: pages are served by the Holdfast server alone')
  return call
}

/** Calls the API within the process, as the viewer. */
const inProcess: TRPCLink<AppRouter> =
  () =>
  ({ op }) =>
    observable((observer) => {
      pageCall()
        .call(op.path, op.input)
        .then(
          (data) => {
            observer.next({ result: { type: 'data', data } })
            observer.complete()
          },
          (error: Error) => observer.error(TRPCClientError.from(error)),
        )
    })

const client = createTRPCClient<AppRouter>({ links: [oneWay, inProcess] })

const requestScope = cache(() => {
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 30_000, retry: false } } })
  return { queryClient, trpc: createTRPCOptionsProxy<AppRouter>({ client, queryClient }) }
})

export type Scope = ReturnType<typeof requestScope>

/** No page waits longer for its data (ms). What is late is asked for by the page itself, which shows that it waits. */
const LATE_MS = 1000
const late = (): Promise<void> => new Promise((done) => setTimeout(done, LATE_MS))

/**
 * Fetches queries ahead and hands them to the components below. What can't be fetched is asked again by the page itself, which shows the error.
 * @param fetch starts the queries: `({ trpc, queryClient }) => [queryClient.prefetchQuery(trpc.overview.get.queryOptions({}))]`
 */
export async function Prefetched({
  fetch,
  children,
}: {
  fetch(scope: Scope): readonly Promise<unknown>[]
  children: ReactNode
}) {
  const scope = requestScope()
  // No placeholder is sent first: React reveals what replaces one in batches, half a second later than the page could be there.
  await Promise.race([Promise.all(fetch(scope)), late()])
  return <HydrationBoundary state={dehydrate(scope.queryClient)}>{children}</HydrationBoundary>
}
