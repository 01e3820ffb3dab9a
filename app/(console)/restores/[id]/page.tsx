// One restore, live.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { RestoreDetail } from '#components/features/restores/restore-detail.tsx'

export const metadata: Metadata = { title: 'Restore' }

export default async function RestorePage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return (
    <Prefetched fetch={({ trpc, queryClient }) => [queryClient.prefetchQuery(trpc.restores.get.queryOptions({ id }))]}>
      <RestoreDetail id={id} />
    </Prefetched>
  )
}
