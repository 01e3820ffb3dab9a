// A folder of a snapshot.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { browseInput } from '#components/features/snapshots/browse-input.ts'
import { Files } from '#components/features/snapshots/files.tsx'
import { repositoryOf } from '#components/patterns/ahead.ts'
import { nextPage } from '#components/patterns/pages.ts'
import { type Param, placeFromParams, single } from '#components/patterns/places.ts'

export const metadata: Metadata = { title: 'Files of a snapshot' }

type Props = {
  params: Promise<{ id: string }>
  searchParams: Promise<{ path?: Param; pb?: Param; begins?: Param }>
}

export default async function FilesPage({ params, searchParams }: Props) {
  const { id } = await params
  const { path, pb, begins } = await searchParams
  const input = browseInput(id, placeFromParams({ path, pb }), single(begins) ?? '')
  return (
    <Prefetched
      fetch={(scope) => [
        repositoryOf(scope, scope.queryClient.fetchQuery(scope.trpc.snapshots.get.queryOptions({ id }))),
        scope.queryClient.prefetchInfiniteQuery(
          scope.trpc.snapshots.browse.infiniteQueryOptions(input, { getNextPageParam: nextPage }),
        ),
      ]}
    >
      <Files id={id} />
    </Prefetched>
  )
}
