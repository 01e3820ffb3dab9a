// Keys of programs.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { ApiKeys } from '#components/features/api-keys/api-keys.tsx'
import { keysInput } from '#components/features/api-keys/input.ts'
import { nextPage } from '#components/patterns/pages.ts'

export const metadata: Metadata = { title: 'API keys' }

export default async function ApiKeysPage({ searchParams }: { searchParams: Promise<{ user?: string | string[] }> }) {
  const user = [(await searchParams).user].flat()[0] ?? ''
  return (
    <Prefetched
      fetch={({ trpc, queryClient }) => [
        queryClient.prefetchInfiniteQuery(
          trpc.apiKeys.list.infiniteQueryOptions(keysInput({ user }), { getNextPageParam: nextPage }),
        ),
      ]}
    >
      <ApiKeys />
    </Prefetched>
  )
}
