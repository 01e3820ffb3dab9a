// What is backed up, and when.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { listInput } from '#components/features/schedules/inputs.ts'
import { Schedules } from '#components/features/schedules/list.tsx'
import { nextPage } from '#components/patterns/pages.ts'

export const metadata: Metadata = { title: 'Schedules' }

export default function SchedulesPage() {
  return (
    <Prefetched
      fetch={({ trpc, queryClient }) => [
        queryClient.prefetchInfiniteQuery(
          trpc.schedules.list.infiniteQueryOptions(listInput, { getNextPageParam: nextPage }),
        ),
      ]}
    >
      <Schedules />
    </Prefetched>
  )
}
