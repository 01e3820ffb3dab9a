'use client'
// What the repositories of a list hold, how they grow and how long there is room: one question for each page of the list.
import { useQueries } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext } from 'react'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import { Skeleton } from '../../ui/surfaces.tsx'
import { roomState, sayGrowth, sayRatio, sayRoom, usagesInput } from './say.ts'

type Usage = Outputs['repositories']['usages']['items'][number]
type Page = Outputs['repositories']['list']

/** `failed`: of a page's question there is no answer, and none on its way. */
type Known = { readonly byId: ReadonlyMap<string, Usage>; readonly failed: boolean }

const UsagesContext = createContext<Known>({ byId: new Map(), failed: false })

export function Usages({ pages, children }: { pages: readonly Page[]; children: ReactNode }) {
  const trpc = useTRPC()
  const known = useQueries({
    queries: pages
      .filter(({ items }) => items.length > 0)
      .map((page) => trpc.repositories.usages.queryOptions(usagesInput(page))),
    combine: (results) => ({
      byId: new Map(results.flatMap(({ data }) => data?.items ?? []).map((usage) => [usage.id, usage])),
      failed: results.some(({ data, isError }) => data === undefined && isError),
    }),
  })
  return <UsagesContext value={known}>{children}</UsagesContext>
}

/** One figure of a repository, below `Usages`. */
export function UsageFigure({ id, what }: { id: string; what: 'ratio' | 'growth' | 'room' }) {
  const { byId, failed } = useContext(UsagesContext)
  const usage = byId.get(id)
  if (usage === undefined)
    return failed ? <span className="text-muted">not known</span> : <Skeleton className="ml-auto h-5 w-16" />
  if (what === 'ratio') return sayRatio(usage.ratio)
  if (what === 'growth') return sayGrowth(usage.growthPerDay)
  const state = roomState(usage.daysUntilFull)
  return state === undefined ? sayRoom(usage) : <StatusBadge state={state} word={sayRoom(usage)} quiet />
}
