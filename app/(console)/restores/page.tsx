// Restores: what was brought back.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { restoresInput } from '#components/features/restores/list-input.ts'
import { RestoreList } from '#components/features/restores/restore-list.tsx'
import { nextPage } from '#components/patterns/pages.ts'
import { type Param, single } from '#components/patterns/places.ts'

export const metadata: Metadata = { title: 'Restores' }

export default async function RestoresPage({
  searchParams,
}: {
  searchParams: Promise<{ state?: Param; kind?: Param }>
}) {
  const { state, kind } = await searchParams
  const input = restoresInput({ state: single(state) ?? '', kind: single(kind) ?? '' })
  return (
    <Prefetched
      fetch={({ trpc, queryClient }) => [
        queryClient.prefetchInfiniteQuery(
          trpc.restores.list.infiniteQueryOptions(input, { getNextPageParam: nextPage }),
        ),
      ]}
    >
      <RestoreList />
    </Prefetched>
  )
}
