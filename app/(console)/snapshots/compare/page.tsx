// What differs between two snapshots.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { Compare } from '#components/features/snapshots/compare.tsx'
import { diffInput } from '#components/features/snapshots/compare-input.ts'
import { repositoryOf } from '#components/patterns/ahead.ts'
import { nextPage } from '#components/patterns/pages.ts'
import { type Param, single } from '#components/patterns/places.ts'

export const metadata: Metadata = { title: 'Compare two snapshots' }

export default async function ComparePage({ searchParams }: { searchParams: Promise<{ a?: Param; b?: Param }> }) {
  const params = await searchParams
  const [a, b] = [single(params.a) ?? '', single(params.b) ?? '']
  return (
    <Prefetched
      fetch={(scope) => {
        const { trpc, queryClient } = scope
        return [
          queryClient.prefetchQuery(trpc.snapshots.get.queryOptions({ id: a })),
          repositoryOf(scope, queryClient.fetchQuery(trpc.snapshots.get.queryOptions({ id: b }))),
          queryClient.prefetchInfiniteQuery(
            trpc.snapshots.diff.infiniteQueryOptions(diffInput(a, b), { getNextPageParam: nextPage }),
          ),
        ]
      }}
    >
      <Compare />
    </Prefetched>
  )
}
