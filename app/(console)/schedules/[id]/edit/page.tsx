// A schedule is changed.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { ScheduleEditor } from '#components/features/schedules/editor.tsx'

export const metadata: Metadata = { title: 'Edit a schedule' }

export default async function EditSchedulePage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return (
    <Prefetched
      fetch={({ trpc, queryClient }) => [
        queryClient.prefetchQuery(trpc.schedules.get.queryOptions({ id })),
        queryClient.prefetchQuery(trpc.repositories.list.queryOptions({ limit: 200 })),
        queryClient.prefetchQuery(trpc.settings.current.queryOptions()),
        queryClient.prefetchQuery(trpc.policies.list.queryOptions()),
      ]}
    >
      <ScheduleEditor id={id} />
    </Prefetched>
  )
}
