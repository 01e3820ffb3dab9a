// What a page will ask for once it has its first answer: fetched ahead as well, so that nothing moves when it comes.
import 'server-only'
import type { Outputs } from '../data/provider.tsx'
import { pageCall, type Scope } from '../data/server.tsx'
import { nextPage } from './pages.ts'
import { sourceFilter } from './source-filter.ts'

type Maybe<T> = Promise<T | undefined>

/** What could not be fetched is asked for again by the page itself, which shows the error. */
const orNothing = <T>(found: Promise<T>): Maybe<T> => found.catch(() => undefined)

/** The repository that something is about, for those who may read it. */
export async function repositoryOf(
  { trpc, queryClient }: Scope,
  found: Promise<{ readonly repositoryId: string | null }>,
): Promise<void> {
  const id = (await orNothing(found))?.repositoryId
  if (id && pageCall().viewer.permissions.includes('repositories.read'))
    await queryClient.prefetchQuery(trpc.repositories.get.queryOptions({ id }))
}

/** A snapshot with its repository and the others of its source, for pages that list them: they are many. */
export async function snapshotAhead(scope: Scope, id: string): Promise<void> {
  const { trpc, queryClient } = scope
  const found = queryClient.fetchQuery(trpc.snapshots.get.queryOptions({ id }))
  await Promise.all([repositoryOf(scope, found), othersOf(scope, found)])
}

async function othersOf({ trpc, queryClient }: Scope, found: Promise<Outputs['snapshots']['get']>): Promise<void> {
  const snapshot = await orNothing(found)
  if (snapshot === undefined) return
  await queryClient.prefetchInfiniteQuery(
    trpc.snapshots.list.infiniteQueryOptions(sourceFilter(snapshot), { getNextPageParam: nextPage }),
  )
}
