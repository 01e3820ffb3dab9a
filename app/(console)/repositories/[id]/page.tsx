// One repository.
import type { Metadata } from 'next'
import { Prefetched, pageCall } from '#components/data/server.tsx'
import { viewersZone } from '#components/data/zone-server.ts'
import { Repository } from '#components/features/repositories/repository.tsx'
import { verificationsOf } from '#components/features/repositories/say.ts'
import { daysOf } from '#components/patterns/periods.ts'

export const metadata: Metadata = { title: 'Repository' }

type Props = {
  params: Promise<{ readonly id: string }>
  searchParams: Promise<{ readonly days?: string | string[] }>
}

export default async function RepositoryPage({ params, searchParams }: Props) {
  const { id } = await params
  const { days } = await searchParams
  const timezone = await viewersZone()
  const permissions = new Set(pageCall().viewer.permissions)
  return (
    <Prefetched
      fetch={({ trpc, queryClient }) => [
        queryClient.prefetchQuery(trpc.repositories.get.queryOptions({ id })),
        queryClient.prefetchQuery(trpc.repositories.usage.queryOptions({ id, days: daysOf(days), timezone })),
        ...(permissions.has('runs.read')
          ? [queryClient.prefetchQuery(trpc.runs.list.queryOptions(verificationsOf(id)))]
          : []),
        ...(permissions.has('keys.read') ? [queryClient.prefetchQuery(trpc.recoveryKit.state.queryOptions())] : []),
      ]}
    >
      <Repository id={id} />
    </Prefetched>
  )
}
