// One snapshot.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { SnapshotDetail } from '#components/features/snapshots/snapshot-detail.tsx'
import { repositoryOf } from '#components/patterns/ahead.ts'

export const metadata: Metadata = { title: 'Snapshot' }

export default async function SnapshotPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return (
    <Prefetched
      fetch={(scope) => [
        repositoryOf(scope, scope.queryClient.fetchQuery(scope.trpc.snapshots.get.queryOptions({ id }))),
      ]}
    >
      <SnapshotDetail id={id} />
    </Prefetched>
  )
}
