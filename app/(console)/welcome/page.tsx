// The first run.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { firstRepositories, firstSchedules } from '#components/features/welcome/input.ts'
import { Welcome } from '#components/features/welcome/welcome.tsx'

export const metadata: Metadata = { title: 'First steps' }

type Search = Promise<{ run?: string | string[] }>

export default async function WelcomePage({ searchParams }: { searchParams: Search }) {
  const run = [(await searchParams).run].flat()[0]
  return (
    <Prefetched
      fetch={({ trpc, queryClient }) => [
        queryClient.prefetchQuery(trpc.setup.state.queryOptions()),
        queryClient.prefetchQuery(trpc.recoveryKit.state.queryOptions()),
        queryClient.prefetchQuery(trpc.repositories.list.queryOptions(firstRepositories)),
        queryClient.prefetchQuery(trpc.schedules.list.queryOptions(firstSchedules)),
        queryClient.prefetchQuery(trpc.schedules.folders.queryOptions({ path: '/' })),
        ...(run === undefined ? [] : [queryClient.prefetchQuery(trpc.runs.get.queryOptions({ id: run }))]),
      ]}
    >
      <Welcome />
    </Prefetched>
  )
}
