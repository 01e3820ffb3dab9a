// The landing page: are we safe? For those who may not see that: what is theirs.
import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { Prefetched, pageCall } from '#components/data/server.tsx'
import { Landing } from '#components/features/overview/overview.tsx'
import { atWork, daysOf, OWN, SHOWN, STORAGE, zoneCookie } from '#components/features/overview/queries.ts'
import { isTimeZone } from '#server/contract/config/fields.ts'

export const metadata: Metadata = { title: 'Overview' }

type Props = { searchParams: Promise<{ readonly days?: string | string[] }> }

export default async function OverviewPage({ searchParams }: Props) {
  const { days } = await searchParams
  const timezone = await viewersZone()
  const permissions = new Set(pageCall().viewer.permissions)
  const input = { days: daysOf(typeof days === 'string' ? days : undefined), timezone }
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
      <Landing timezone={timezone} />
    </Prefetched>
  )
}

/** As the browser told it on the visit before. */
async function viewersZone(): Promise<string> {
  const told = (await cookies()).get(zoneCookie)?.value
  return told !== undefined && isTimeZone(told) ? told : 'UTC'
}
