'use client'
// All restores, or the own ones: what came back, for whom, where to, and how it ended.
import { useInfiniteQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { runStates } from '#server/contract/runs.ts'
import { useTRPC } from '../../data/provider.tsx'
import { IfMay, useMay } from '../../data/viewer.tsx'
import { displayName } from '../../patterns/file-name.tsx'
import { duration } from '../../patterns/format.ts'
import { LiveProgress } from '../../patterns/live-progress.tsx'
import { EmptyState, PageHeader } from '../../patterns/page.tsx'
import { nextPage, useRows } from '../../patterns/pages.ts'
import { Fetched } from '../../patterns/query.tsx'
import { RestoredTo } from '../../patterns/restored-to.tsx'
import { StatusBadge, wordOf } from '../../patterns/status.tsx'
import { type Column, DataTable } from '../../patterns/table.tsx'
import { useUrlState } from '../../patterns/url-state.ts'
import { When } from '../../patterns/when.tsx'
import { Button, ButtonLink, TextLink } from '../../ui/button.tsx'
import { Select } from '../../ui/controls.tsx'
import { Card } from '../../ui/surfaces.tsx'
import { noRestoreFilters, restoresInput } from './list-input.ts'
import type { RestoreRow } from './restore-words.ts'
import { What } from './what.tsx'

export function RestoreList() {
  const trpc = useTRPC()
  const may = useMay()
  const [filters, set] = useUrlState(noRestoreFilters)
  const query = useInfiniteQuery(
    trpc.restores.list.infiniteQueryOptions(restoresInput(filters), { getNextPageParam: nextPage }),
  )
  const { rows, onEnd, loadingMore } = useRows(query)
  const filtered = filters.state !== '' || filters.kind !== ''
  return (
    <>
      <PageHeader
        title="Restores"
        lead={
          may('restores.read') ? 'What was brought back, and what of it was proven.' : 'What was brought back for you.'
        }
        actions={
          <IfMay need="restores.start">
            <ButtonLink look="primary" href="/restores/new" icon={<Plus aria-hidden className="size-4" />}>
              Restore
            </ButtonLink>
          </IfMay>
        }
      />
      <Card flush>
        <fieldset className="flex flex-wrap gap-2 border-b px-4 py-3">
          <legend className="sr-only">Filters</legend>
          <Select
            aria-label="State"
            className="sm:w-44!"
            value={filters.state}
            onChange={(event) => set({ state: event.target.value })}
          >
            <option value="">All states</option>
            {runStates
              .filter((state) => state !== 'missed')
              .map((state) => (
                <option key={state} value={state}>
                  {wordOf(state)}
                </option>
              ))}
          </Select>
          <Select
            aria-label="Kind"
            className="sm:w-44!"
            value={filters.kind}
            onChange={(event) => set({ kind: event.target.value })}
          >
            <option value="">Restores</option>
            <option value="dry">Dry runs</option>
            <option value="all">Both</option>
          </Select>
          {filtered && (
            <Button look="quiet" onClick={() => set(noRestoreFilters)}>
              Clear
            </Button>
          )}
        </fieldset>
        <Fetched query={query}>
          {() => (
            <DataTable
              label="Restores"
              rows={rows}
              rowKey={({ id }) => id}
              rowHeight={57}
              onEnd={onEnd}
              loadingMore={loadingMore}
              columns={may('runs.read') ? withProgress : columns}
              empty={<Nothing filtered={filtered} onReset={() => set(noRestoreFilters)} />}
            />
          )}
        </Fetched>
      </Card>
    </>
  )
}

const columns: readonly Column<RestoreRow>[] = [
  {
    key: 'what',
    header: 'What',
    cell: (restore) => {
      const { id, target, include } = restore
      return (
        <>
          <TextLink href={`/restores/${id}`} className="block font-medium">
            <What restore={restore} />
          </TextLink>
          <span className="flex min-w-0 gap-1 text-sm text-muted">
            {include.length > 0 && <span className="shrink-0">{include.length} chosen,</span>}
            to <RestoredTo target={target} className="min-w-0" middle />
          </span>
        </>
      )
    },
  },
  {
    key: 'state',
    header: 'State',
    width: '8.5rem',
    cell: ({ state, dryRun, wroteNothing }) => (
      <>
        <StatusBadge state={state} />
        {wroteNothing && <span className="block text-sm text-muted">nothing written</span>}
        {dryRun && <span className="block text-sm text-muted">Dry run</span>}
      </>
    ),
  },
  { key: 'when', header: 'Asked for', width: '8rem', from: 'sm', cell: ({ createdAt }) => <When at={createdAt} /> },
  {
    key: 'who',
    header: 'By',
    width: '10rem',
    from: 'lg',
    cell: ({ requestedByName }) => (
      <span className="block truncate">{displayName(requestedByName ?? 'not known')}</span>
    ),
  },
]

const progressColumn: Column<RestoreRow> = {
  key: 'took',
  header: 'Took',
  width: '14rem',
  from: 'md',
  cell: ({ state, runId, startedAt, finishedAt }) => {
    if (state === 'running') return <LiveProgress id={runId} compact />
    return startedAt && finishedAt ? duration(Date.parse(finishedAt) - Date.parse(startedAt)) : null
  },
}

const withProgress = [...columns, progressColumn]

function Nothing({ filtered, onReset }: { filtered: boolean; onReset(): void }) {
  const may = useMay()
  if (filtered)
    return <EmptyState title="No restore is like this" action={<Button onClick={onReset}>Show all</Button>} />
  return (
    <EmptyState
      title="Nothing was restored yet"
      action={
        may('restores.start') && (
          <ButtonLink look="primary" href="/restores/new">
            Restore something
          </ButtonLink>
        )
      }
    >
      A restore that is tried before it is needed is the best proof that backups work.
    </EmptyState>
  )
}
