// Snapshots: what can be gone back to.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { filtersOf, listInput } from '#components/features/snapshots/filter-input.ts'
import { SnapshotList } from '#components/features/snapshots/snapshot-list.tsx'
import { nextPage } from '#components/patterns/pages.ts'

export const metadata: Metadata = { title: 'Snapshots' }

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function SnapshotsPage({ searchParams }: Props) {
  const input = listInput(filtersOf(await searchParams))
  return (
    <Prefetched
      fetch={({ trpc, queryClient }) => [
        queryClient.prefetchInfiniteQuery(
          trpc.snapshots.list.infiniteQueryOptions(input, { getNextPageParam: nextPage }),
        ),
        queryClient.prefetchQuery(trpc.repositories.list.queryOptions({ limit: 200 })),
        queryClient.prefetchQuery(trpc.schedules.list.queryOptions({ limit: 200 })),
      ]}
    >
      <SnapshotList />
    </Prefetched>
  )
}
