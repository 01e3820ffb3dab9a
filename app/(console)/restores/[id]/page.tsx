// One restore, live.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { RestoreDetail } from '#components/features/restores/restore-detail.tsx'
import { repositoryOf } from '#components/patterns/ahead.ts'

export const metadata: Metadata = { title: 'Restore' }

export default async function RestorePage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return (
    <Prefetched
      fetch={(scope) => [
        repositoryOf(scope, scope.queryClient.fetchQuery(scope.trpc.restores.get.queryOptions({ id }))),
      ]}
    >
      <RestoreDetail id={id} />
    </Prefetched>
  )
}
