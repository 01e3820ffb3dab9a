// The repositories.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { Repositories } from '#components/features/repositories/repositories.tsx'
import { listInput } from '#components/features/repositories/say.ts'
import { nextPage } from '#components/patterns/pages.ts'

export const metadata: Metadata = { title: 'Repositories' }

type Props = { searchParams: Promise<{ readonly archived?: string | string[] }> }

export default async function RepositoriesPage({ searchParams }: Props) {
  const { archived } = await searchParams
  return (
    <Prefetched
      fetch={({ trpc, queryClient }) => [
        queryClient.prefetchInfiniteQuery(
          trpc.repositories.list.infiniteQueryOptions(listInput(archived), { getNextPageParam: nextPage }),
        ),
      ]}
    >
      <Repositories />
    </Prefetched>
  )
}
