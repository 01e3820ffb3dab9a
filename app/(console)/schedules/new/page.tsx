// The wizard for a new schedule.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { ScheduleWizard } from '#components/features/schedules/wizard.tsx'

export const metadata: Metadata = { title: 'Protect something new' }

export default function NewSchedulePage() {
  return (
    <Prefetched
      fetch={({ trpc, queryClient }) => [
        queryClient.prefetchQuery(trpc.repositories.list.queryOptions({ limit: 200 })),
        queryClient.prefetchQuery(trpc.settings.current.queryOptions()),
        queryClient.prefetchQuery(trpc.policies.list.queryOptions()),
        queryClient.prefetchQuery(trpc.schedules.folders.queryOptions({ path: '/' })),
      ]}
    >
      <ScheduleWizard />
    </Prefetched>
  )
}
