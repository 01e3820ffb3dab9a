// One snapshot.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { SnapshotDetail } from '#components/features/snapshots/snapshot-detail.tsx'
import { snapshotAhead } from '#components/patterns/ahead.ts'

export const metadata: Metadata = { title: 'Snapshot' }

export default async function SnapshotPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return (
    <Prefetched fetch={(scope) => [snapshotAhead(scope, id)]}>
      <SnapshotDetail id={id} />
    </Prefetched>
  )
}
