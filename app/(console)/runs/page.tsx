// The history of runs, with what is at work now.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { type Filters, listInput, openInput } from '#components/features/runs/inputs.ts'
import { Runs } from '#components/features/runs/runs.tsx'
import { nextPage } from '#components/patterns/pages.ts'

export const metadata: Metadata = { title: 'Runs' }

export default async function RunsPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}) {
  const given = await searchParams
  const filters = Object.fromEntries(Object.entries(given).filter(([, value]) => typeof value === 'string'))
  // Days are those of the browser's zone, which only the browser knows.
  const known = filters.from === undefined && filters.to === undefined
  return (
    <Prefetched
      fetch={({ trpc, queryClient }) => [
        queryClient.prefetchQuery(trpc.runs.list.queryOptions(openInput)),
        queryClient.prefetchQuery(trpc.schedules.list.queryOptions({ limit: 200, removed: true })),
        queryClient.prefetchQuery(trpc.repositories.list.queryOptions({ limit: 200 })),
        ...(known
          ? [
              queryClient.prefetchInfiniteQuery(
                trpc.runs.list.infiniteQueryOptions(listInput(filters as Partial<Filters>), {
                  getNextPageParam: nextPage,
                }),
              ),
            ]
          : []),
      ]}
    >
      <Runs />
    </Prefetched>
  )
}
