// The versions of the configuration.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { Versions } from '#components/features/settings/versions.tsx'
import { nextPage } from '#components/patterns/pages.ts'

export const metadata: Metadata = { title: 'Settings: versions' }

export default function SettingsVersionsPage() {
  return (
    <Prefetched
      fetch={({ trpc, queryClient }) => [
        queryClient.prefetchQuery(trpc.settings.current.queryOptions()),
        queryClient.prefetchInfiniteQuery(
          trpc.settings.list.infiniteQueryOptions({ limit: 50 }, { getNextPageParam: nextPage }),
        ),
      ]}
    >
      <Versions />
    </Prefetched>
  )
}
