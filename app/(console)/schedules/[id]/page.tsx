// One schedule.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { stripInput } from '#components/features/schedules/inputs.ts'
import { SchedulePage } from '#components/features/schedules/schedule.tsx'
import { repositoryOf } from '#components/patterns/ahead.ts'

export const metadata: Metadata = { title: 'Schedule' }

export default async function OneSchedulePage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return (
    <Prefetched
      fetch={(scope) => [
        repositoryOf(scope, scope.queryClient.fetchQuery(scope.trpc.schedules.get.queryOptions({ id }))),
        scope.queryClient.prefetchQuery(scope.trpc.runs.list.queryOptions(stripInput(id))),
      ]}
    >
      <SchedulePage id={id} />
    </Prefetched>
  )
}
