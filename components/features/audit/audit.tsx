'use client'
// The audit trail: who did what. Filters stand in the address, the list goes back as far as there are events, one event opens at the side.
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { RotateCw, SearchX } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { displayName } from '../../patterns/file-name.tsx'
import { EmptyState, PageHeader } from '../../patterns/page.tsx'
import { nextPage, useRows } from '../../patterns/pages.ts'
import { Fetched, Notice, sayError } from '../../patterns/query.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import { type Column, DataTable } from '../../patterns/table.tsx'
import { useUrlState } from '../../patterns/url-state.ts'
import { When } from '../../patterns/when.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/surfaces.tsx'
import { ChainState } from './chain-state.tsx'
import { EventSheet } from './event-sheet.tsx'
import { ExportMenu } from './export-menu.tsx'
import { FilterBar } from './filter-bar.tsx'
import { type AuditValues, auditDefaults, eventOf, filterOf, isFiltered, PAGE } from './filters.ts'
import { actionText, TargetName } from './words.tsx'

/** Words and code beneath each other (px). */
const ROW_HEIGHT = 54

type Item = Outputs['audit']['list']['items'][number]

export function Audit() {
  const [values, set] = useUrlState(auditDefaults)
  const clear = () => set({ ...auditDefaults, event: values.event })
  const event = eventOf(values)
  return (
    <>
      <PageHeader
        title="Audit"
        lead="Who did what, from where, and how it ended. Nothing here can be changed unnoticed."
        actions={<ExportMenu filter={filterOf(values)} filtered={isFiltered(values)} />}
      />
      <ChainState />
      <FilterBar values={values} set={set} clear={clear} />
      <Events values={values} open={(seq) => set({ event: String(seq) }, true)} clear={clear} />
      <EventSheet
        seq={event}
        onClose={() => set({ event: '' })}
        onGo={(seq) => set({ event: String(seq) })}
        onFilter={(changes) => set({ ...auditDefaults, ...changes })}
      />
    </>
  )
}

function Events({ values, open, clear }: { values: AuditValues; open(seq: number): void; clear(): void }) {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const options = trpc.audit.list.infiniteQueryOptions(
    { ...filterOf(values), limit: PAGE },
    // Far back there are many pages: they are fetched anew when somebody asks for it, not by a look at another window.
    { getNextPageParam: nextPage, staleTime: 300_000, refetchOnWindowFocus: false },
  )
  const query = useInfiniteQuery(options)
  const { rows, onEnd, loadingMore } = useRows(query)
  const searching = query.hasNextPage && rows.length === 0 && !query.isFetchNextPageError
  useEffect(() => {
    // A page may be empty though there is more behind it.
    if (searching) onEnd()
  }, [searching, onEnd])
  const columns = useMemo(() => columnsFor(open), [open])
  return (
    <Card
      flush
      className="mt-3"
      title="Events, newest first"
      actions={
        <Button
          size="small"
          look="quiet"
          icon={<RotateCw aria-hidden className="size-3.5" />}
          onClick={() => void queries.resetQueries({ queryKey: options.queryKey })}
        >
          Look again
        </Button>
      }
    >
      <Fetched query={query}>
        {() =>
          searching ? (
            <p role="status" className="animate-pulse px-4 py-10 text-center text-muted">
              Searching older events
            </p>
          ) : (
            <DataTable
              label="Audit events"
              columns={columns}
              rows={rows}
              rowKey={(row) => String(row.seq)}
              onEnd={onEnd}
              rowHeight={ROW_HEIGHT}
              loadingMore={loadingMore}
              current={(row) => String(row.seq) === values.event}
              empty={<Nothing values={values} clear={clear} />}
            />
          )
        }
      </Fetched>
      {query.isFetchNextPageError && (
        <Notice
          tone="failed"
          title="Older events could not be loaded"
          actions={<Button onClick={() => void query.fetchNextPage()}>Try again</Button>}
        >
          {sayError(query.error)}
        </Notice>
      )}
    </Card>
  )
}

const Nothing = ({ values, clear }: { values: AuditValues; clear(): void }) =>
  isFiltered(values) ? (
    <EmptyState icon={<SearchX />} title="No event is like that" action={<Button onClick={clear}>Show all</Button>}>
      The whole trail was looked through.
    </EmptyState>
  ) : (
    <EmptyState title="There are no events yet">Everything that is done from now on is written here.</EmptyState>
  )

const columnsFor = (open: (seq: number) => void): readonly Column<Item>[] => [
  { key: 'when', header: 'When', width: '8.5rem', from: 'sm', cell: (row) => <When at={row.at} show="time" /> },
  {
    key: 'action',
    header: 'What',
    // Most words stand in one line.
    width: 'min(17rem, 55vw)',
    cell: (row) => (
      <div className="min-w-0">
        <button
          type="button"
          onClick={() => open(row.seq)}
          className="rounded-sm text-left break-words text-accent underline-offset-2 hover:underline"
          aria-label={`Event ${row.seq}: ${actionText(row.action)}`}
        >
          {actionText(row.action)}
        </button>
        <p className="font-mono text-xs break-words text-muted">{displayName(row.action)}</p>
        <p className="truncate text-sm text-muted sm:hidden">
          {displayName(row.actor.name)}, <When at={row.at} />
        </p>
      </div>
    ),
  },
  {
    key: 'who',
    header: 'Who',
    from: 'sm',
    cell: (row) => (
      <span className="block truncate" title={displayName(row.actor.name)}>
        {displayName(row.actor.name)}
      </span>
    ),
  },
  {
    key: 'target',
    header: 'On what',
    from: 'md',
    cell: (row) => row.target && <TargetName target={row.target} />,
  },
  {
    key: 'ip',
    header: 'From',
    from: 'lg',
    width: '9rem',
    cell: (row) => <span className="block max-w-36 truncate font-mono text-sm">{row.actor.ip ?? ''}</span>,
  },
  { key: 'result', header: 'Result', width: '7rem', cell: (row) => <StatusBadge state={row.result} quiet /> },
  { key: 'seq', header: 'No.', width: '5rem', from: 'lg', numeric: true, cell: (row) => row.seq },
]
