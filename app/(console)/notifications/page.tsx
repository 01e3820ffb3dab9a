// What the viewer was told.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { Notifications } from '#components/features/notifications/notifications.tsx'
import { nextPage } from '#components/patterns/pages.ts'

export const metadata: Metadata = { title: 'Notifications' }

export default async function NotificationsPage({ searchParams }: { searchParams: Promise<{ show?: string }> }) {
  const show = (await searchParams).show === 'all' ? 'all' : 'unread'
  const input = { unread: show === 'unread', limit: 50 }
  return (
    <Prefetched
      fetch={({ trpc, queryClient }) => [
        queryClient.prefetchInfiniteQuery(
          trpc.notifications.list.infiniteQueryOptions(input, { getNextPageParam: nextPage }),
        ),
        queryClient.prefetchQuery(trpc.notifications.unread.queryOptions()),
      ]}
    >
      <Notifications show={show} />
    </Prefetched>
  )
}
