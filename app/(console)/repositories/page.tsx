// The repositories.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { Repositories } from '#components/features/repositories/repositories.tsx'
import { listInput, usagesInput } from '#components/features/repositories/say.ts'
import { nextPage } from '#components/patterns/pages.ts'

export const metadata: Metadata = { title: 'Repositories' }

type Props = { searchParams: Promise<{ readonly archived?: string | string[] }> }

export default async function RepositoriesPage({ searchParams }: Props) {
  const { archived } = await searchParams
  return (
    <Prefetched
      fetch={({ trpc, queryClient }) => {
        const list = trpc.repositories.list.infiniteQueryOptions(listInput(archived), { getNextPageParam: nextPage })
        const figures = async (): Promise<void> => {
          await queryClient.prefetchInfiniteQuery(list)
          const page = queryClient.getQueryData(list.queryKey)?.pages[0]
          if (page === undefined || page.items.length === 0) return
          await queryClient.prefetchQuery(trpc.repositories.usages.queryOptions(usagesInput(page)))
        }
        return [figures()]
      }}
    >
      <Repositories />
    </Prefetched>
  )
}
