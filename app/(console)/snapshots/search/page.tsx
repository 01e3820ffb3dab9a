// Find a file by its name in all snapshots.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { Search } from '#components/features/snapshots/search.tsx'

export const metadata: Metadata = { title: 'Find a file' }

/** The search itself may take longer than a page: it begins in the browser, where it shows how far it is. */
export default function SearchPage() {
  return (
    <Prefetched
      fetch={({ trpc, queryClient }) => [
        queryClient.prefetchQuery(trpc.repositories.list.queryOptions({ limit: 200 })),
      ]}
    >
      <Search />
    </Prefetched>
  )
}
