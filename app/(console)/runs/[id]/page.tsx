// One run: how far it is, or what became of it.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { logInput } from '#components/features/runs/inputs.ts'
import { Run } from '#components/features/runs/run.tsx'
import { repositoryOf } from '#components/patterns/ahead.ts'

export const metadata: Metadata = { title: 'Run' }

export default async function RunPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return (
    <Prefetched
      fetch={(scope) => {
        const { trpc, queryClient } = scope
        return [
          repositoryOf(scope, queryClient.fetchQuery(trpc.runs.get.queryOptions({ id }))),
          queryClient.prefetchQuery(trpc.runs.live.queryOptions({ id })),
          queryClient.prefetchQuery(trpc.runs.log.queryOptions(logInput(id))),
        ]
      }}
    >
      <Run id={id} />
    </Prefetched>
  )
}
