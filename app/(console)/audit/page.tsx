// The audit trail: who did what.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { Audit } from '#components/features/audit/audit.tsx'
import { eventOf, filterOf, lastCheckInput, PAGE, valuesOf } from '#components/features/audit/filters.ts'
import { nextPage } from '#components/patterns/pages.ts'

export const metadata: Metadata = { title: 'Audit' }

type Search = Promise<Record<string, string | string[] | undefined>>

export default async function AuditPage({ searchParams }: { searchParams: Search }) {
  const values = valuesOf(await searchParams)
  const seq = eventOf(values)
  return (
    <Prefetched
      fetch={({ trpc, queryClient }) => [
        queryClient.prefetchInfiniteQuery(
          trpc.audit.list.infiniteQueryOptions({ ...filterOf(values), limit: PAGE }, { getNextPageParam: nextPage }),
        ),
        queryClient.prefetchQuery(trpc.audit.list.queryOptions(lastCheckInput)),
        ...(seq === undefined ? [] : [queryClient.prefetchQuery(trpc.audit.get.queryOptions({ seq }))]),
      ]}
    >
      <Audit />
    </Prefetched>
  )
}
