// One schedule.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { stripInput } from '#components/features/schedules/inputs.ts'
import { SchedulePage } from '#components/features/schedules/schedule.tsx'

export const metadata: Metadata = { title: 'Schedule' }

export default async function OneSchedulePage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return (
    <Prefetched
      fetch={({ trpc, queryClient }) => [
        queryClient.prefetchQuery(trpc.schedules.get.queryOptions({ id })),
        queryClient.prefetchQuery(trpc.runs.list.queryOptions(stripInput(id))),
      ]}
    >
      <SchedulePage id={id} />
    </Prefetched>
  )
}
