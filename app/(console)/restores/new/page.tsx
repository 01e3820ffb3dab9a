// The restore wizard.
import type { Metadata } from 'next'
import { Prefetched } from '#components/data/server.tsx'
import { sourcesInput } from '#components/features/restores/sources-input.ts'
import { RestoreWizard } from '#components/features/restores/wizard.tsx'
import { snapshotAhead } from '#components/patterns/ahead.ts'
import { nextPage } from '#components/patterns/pages.ts'
import { type Param, single } from '#components/patterns/places.ts'

export const metadata: Metadata = { title: 'Restore' }

export default async function NewRestorePage({
  searchParams,
}: {
  searchParams: Promise<{ snapshot?: Param; plan?: Param }>
}) {
  const params = await searchParams
  const [snapshot, plan] = [single(params.snapshot) ?? '', single(params.plan) ?? '']
  return (
    <Prefetched
      fetch={(scope) => {
        const { trpc, queryClient } = scope
        return [
          queryClient.prefetchQuery(trpc.restores.suggest.queryOptions()),
          snapshot === ''
            ? queryClient.prefetchInfiniteQuery(
                trpc.snapshots.sources.infiniteQueryOptions(sourcesInput, { getNextPageParam: nextPage }),
              )
            : snapshotAhead(scope, snapshot),
          ...(plan === '' ? [] : [queryClient.prefetchQuery(trpc.restores.get.queryOptions({ id: plan }))]),
        ]
      }}
    >
      <RestoreWizard />
    </Prefetched>
  )
}
