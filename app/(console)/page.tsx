// The landing page: are we safe?
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { Overview } from '#components/features/overview/overview.tsx'

export const metadata: Metadata = { title: 'Overview' }

export default function OverviewPage() {
  return (
    <Prefetched fetch={({ trpc, queryClient }) => [queryClient.prefetchQuery(trpc.overview.get.queryOptions())]}>
      <Overview />
    </Prefetched>
  )
}
