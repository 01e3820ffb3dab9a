'use client'
// All runs: those at work first, then the history.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { History } from 'lucide-react'
import { useTRPC } from '../../data/provider.tsx'
import { IfMay } from '../../data/viewer.tsx'
import { EmptyState, PageHeader } from '../../patterns/page.tsx'
import { nextPage, useRows } from '../../patterns/pages.ts'
import { Fetched } from '../../patterns/query.tsx'
import { DataTable } from '../../patterns/table.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/surfaces.tsx'
import { BackUpNow } from './back-up-now.tsx'
import { OpenRun, runColumns } from './columns.tsx'
import { RunFilters, useRunFilters } from './filters.tsx'
import { listInput, noFilters, openInput } from './inputs.ts'

export function Runs() {
  return (
    <>
      <PageHeader
        title="Runs"
        lead="What the server does, and did"
        actions={
          <IfMay need="runs.start">
            <BackUpNow />
          </IfMay>
        }
      />
      <div className="flex flex-col gap-4">
        <OpenRuns />
        <PastRuns />
      </div>
    </>
  )
}

function OpenRuns() {
  const trpc = useTRPC()
  const { data } = useQuery(trpc.runs.list.queryOptions(openInput))
  if (data === undefined || data.items.length === 0) return null
  const order = data.items.toSorted((a, b) => Number(b.state === 'running') - Number(a.state === 'running'))
  return (
    <Card title="At work now" flush>
      <ul className="divide-y">
        {order.map((run) => (
          <OpenRun key={run.id} run={run} />
        ))}
      </ul>
    </Card>
  )
}

function PastRuns() {
  const trpc = useTRPC()
  const state = useRunFilters()
  const query = useInfiniteQuery(
    trpc.runs.list.infiniteQueryOptions(listInput(state.filters), { getNextPageParam: nextPage }),
  )
  const { rows, onEnd, loadingMore } = useRows(query)
  return (
    <Card title="History" flush>
      <RunFilters {...state} />
      <Fetched query={query}>
        {() => (
          <DataTable
            label="Runs, newest first"
            columns={runColumns}
            rows={rows}
            rowKey={({ id }) => id}
            onEnd={onEnd}
            loadingMore={loadingMore}
            empty={
              state.filtered ? (
                <EmptyState
                  icon={<History />}
                  title="No run is like that"
                  action={<Button onClick={() => state.set(noFilters)}>Show all</Button>}
                />
              ) : (
                <EmptyState icon={<History />} title="Nothing has run yet">
                  Runs come here as soon as a schedule reaches its time, or when you start a backup by hand.
                </EmptyState>
              )
            }
          />
        )}
      </Fetched>
    </Card>
  )
}
