// The landing page: are we safe? For those who may not see that: what is theirs.
import type { Metadata } from 'next'
import { Prefetched, pageCall } from '#components/data/server.tsx'
import { viewersZone } from '#components/data/zone-server.ts'
import { Landing } from '#components/features/overview/overview.tsx'
import { atWork, OWN, SHOWN, STORAGE } from '#components/features/overview/queries.ts'
import { daysOf } from '#components/patterns/periods.ts'

export const metadata: Metadata = { title: 'Overview' }

type Props = { searchParams: Promise<{ readonly days?: string | string[] }> }

export default async function OverviewPage({ searchParams }: Props) {
  const { days } = await searchParams
  const timezone = await viewersZone()
  const permissions = new Set(pageCall().viewer.permissions)
  const input = { days: daysOf(days), timezone }
  return (
    <Prefetched
      fetch={({ trpc, queryClient }) =>
        permissions.has('overview.read')
          ? [
              queryClient.prefetchQuery(trpc.overview.get.queryOptions()),
              queryClient.prefetchQuery(trpc.overview.days.queryOptions(input)),
              queryClient.prefetchQuery(trpc.overview.charts.queryOptions(input)),
              queryClient.prefetchQuery(trpc.runs.list.queryOptions(atWork)),
              queryClient.prefetchQuery(trpc.schedules.list.queryOptions(SHOWN)),
              queryClient.prefetchQuery(trpc.repositories.list.queryOptions(STORAGE)),
            ]
          : [queryClient.prefetchQuery(trpc.restores.list.queryOptions(OWN))]
      }
    >
      <Landing />
    </Prefetched>
  )
}
