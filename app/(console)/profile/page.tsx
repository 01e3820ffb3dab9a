// The own account.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { Profile } from '#components/features/profile/profile.tsx'
import { nextPage } from '#components/patterns/pages.ts'

export const metadata: Metadata = { title: 'Profile' }

export default function ProfilePage() {
  return (
    <Prefetched
      fetch={({ trpc, queryClient }) => [
        queryClient.prefetchQuery(trpc.profile.get.queryOptions()),
        queryClient.prefetchInfiniteQuery(
          trpc.profile.sessions.infiniteQueryOptions({ limit: 50 }, { getNextPageParam: nextPage }),
        ),
      ]}
    >
      <Profile />
    </Prefetched>
  )
}
