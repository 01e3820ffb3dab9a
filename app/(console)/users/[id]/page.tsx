// One user.
import type { Metadata } from 'next'
import { Prefetched, pageCall } from '#components/data/server.tsx'
import { keysOf, sessionsOf } from '#components/features/users/input.ts'
import { User } from '#components/features/users/user.tsx'
import { nextPage } from '#components/patterns/pages.ts'

export const metadata: Metadata = { title: 'User' }

export default async function UserPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const page = { getNextPageParam: nextPage }
  const mayKeys = pageCall().viewer.permissions.includes('api_keys.read')
  return (
    <Prefetched
      fetch={({ trpc, queryClient }) => [
        queryClient.prefetchQuery(trpc.users.get.queryOptions({ id })),
        queryClient.prefetchInfiniteQuery(trpc.sessions.list.infiniteQueryOptions(sessionsOf(id), page)),
        ...(mayKeys
          ? [queryClient.prefetchInfiniteQuery(trpc.apiKeys.list.infiniteQueryOptions(keysOf(id), page))]
          : []),
      ]}
    >
      <User id={id} />
    </Prefetched>
  )
}
