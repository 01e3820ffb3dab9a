// One user.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { sessionsOf } from '#components/features/users/input.ts'
import { User } from '#components/features/users/user.tsx'
import { nextPage } from '#components/patterns/pages.ts'

export const metadata: Metadata = { title: 'User' }

export default async function UserPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const page = { getNextPageParam: nextPage }
  return (
    <Prefetched
      fetch={({ trpc, queryClient }) => [
        queryClient.prefetchQuery(trpc.users.get.queryOptions({ id })),
        queryClient.prefetchInfiniteQuery(trpc.sessions.list.infiniteQueryOptions(sessionsOf(id), page)),
      ]}
    >
      <User id={id} />
    </Prefetched>
  )
}
