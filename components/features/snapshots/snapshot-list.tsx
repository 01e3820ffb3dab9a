'use client'
// All snapshots, newest first: find a file, look into one, restore from it, or compare two.
import { useInfiniteQuery } from '@tanstack/react-query'
import { ArrowLeftRight, RotateCcw } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTRPC } from '../../data/provider.tsx'
import { useMay } from '../../data/viewer.tsx'
import { bytes, count } from '../../patterns/format.ts'
import { EmptyState, PageHeader } from '../../patterns/page.tsx'
import { nextPage, useRows } from '../../patterns/pages.ts'
import { restoreHref } from '../../patterns/places.ts'
import { Fetched } from '../../patterns/query.tsx'
import { type Snapshot, SourceName, shortId, VerifyState } from '../../patterns/sources.tsx'
import { type Column, DataTable } from '../../patterns/table.tsx'
import { When } from '../../patterns/when.tsx'
import { Button, ButtonLink, TextLink } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/controls.tsx'
import { Card } from '../../ui/surfaces.tsx'
import { FindField } from './find-field.tsx'
import { type FilterValues, listInput, SnapshotFilters, useSnapshotFilters } from './snapshot-filters.tsx'

export function SnapshotList() {
  const may = useMay()
  const [filters, setFilters] = useSnapshotFilters()
  return (
    <>
      <PageHeader
        title="Snapshots"
        lead="Every snapshot is complete: all files as they were at that time."
        actions={
          may('restores.start') && (
            <ButtonLink href="/restores/new" icon={<RotateCcw aria-hidden className="size-4" />}>
              Restore as of a time
            </ButtonLink>
          )
        }
      />
      {may('snapshots.browse') && <FindField className="mb-4" />}
      <Card flush>
        <SnapshotFilters values={filters} onChange={setFilters} />
        <Rows filters={filters} onReset={() => setFilters(undefined)} />
      </Card>
    </>
  )
}

function Rows({ filters, onReset }: { filters: FilterValues; onReset(): void }) {
  const trpc = useTRPC()
  const may = useMay()
  const query = useInfiniteQuery(
    trpc.snapshots.list.infiniteQueryOptions(listInput(filters), { getNextPageParam: nextPage }),
  )
  const { rows, onEnd, loadingMore } = useRows(query)
  const [chosen, setChosen] = useState<readonly Snapshot[]>([])
  const filtered = Object.values(filters).some((value) => value !== '')
  const shown = useMemo(() => {
    const toggle = (snapshot: Snapshot): void =>
      setChosen((now) =>
        now.some(({ id }) => id === snapshot.id) ? now.filter(({ id }) => id !== snapshot.id) : [...now, snapshot],
      )
    return [
      ...(may('snapshots.browse') ? [chooseColumn(chosen, toggle)] : []),
      ...columns,
      ...(may('restores.start') ? [restoreColumn] : []),
    ]
  }, [may, chosen])
  return (
    <Fetched query={query}>
      {() => (
        <>
          <DataTable
            label="Snapshots"
            rows={rows}
            rowKey={({ id }) => id}
            rowHeight={57}
            onEnd={onEnd}
            loadingMore={loadingMore}
            columns={shown}
            current={({ id }) => chosen.some((each) => each.id === id)}
            empty={<Nothing filtered={filtered} onReset={onReset} />}
          />
          {chosen.length > 0 && <CompareBar chosen={chosen} onClear={() => setChosen([])} />}
        </>
      )}
    </Fetched>
  )
}

const columns: readonly Column<Snapshot>[] = [
  {
    key: 'time',
    header: 'Time',
    width: 'min(11rem, 33vw)',
    cell: ({ id, time, snapshotId }) => (
      <>
        <TextLink href={`/snapshots/${id}`} className="font-medium">
          <When at={time} show="time" />
        </TextLink>
        <span className="block text-sm text-muted">
          <When at={time} />
          <span className="hidden sm:inline">
            {' · '}
            <span className="font-mono">{shortId(snapshotId).slice(0, 8)}</span>
          </span>
        </span>
      </>
    ),
  },
  { key: 'source', header: 'Source', cell: (snapshot) => <SourceName snapshot={snapshot} /> },
  { key: 'files', header: 'Files', numeric: true, width: '6rem', from: 'md', cell: ({ files }) => count(files) },
  { key: 'size', header: 'Size', numeric: true, width: '6.5rem', from: 'sm', cell: (each) => bytes(each.bytes) },
  {
    key: 'verified',
    header: 'Verified',
    width: '11rem',
    from: 'lg',
    cell: (snapshot) => <VerifyState snapshot={snapshot} />,
  },
]

const restoreColumn: Column<Snapshot> = {
  key: 'restore',
  header: <span className="sr-only">Restore</span>,
  // As wide as what is in it.
  width: '1px',
  cell: ({ id, time }) => (
    <ButtonLink
      size="small"
      href={restoreHref(id)}
      aria-label={`Restore from ${time}`}
      icon={<RotateCcw aria-hidden className="size-4 sm:hidden" />}
    >
      <span className="hidden sm:inline">Restore</span>
    </ButtonLink>
  ),
}

const chooseColumn = (chosen: readonly Snapshot[], toggle: (snapshot: Snapshot) => void): Column<Snapshot> => ({
  key: 'choose',
  header: <span className="sr-only">Compare</span>,
  width: '2.75rem',
  cell: (snapshot) => {
    const on = chosen.some(({ id }) => id === snapshot.id)
    const [first] = chosen
    return (
      <span className="flex size-6 items-center">
        <Checkbox
          aria-label={`Compare ${shortId(snapshot.snapshotId)}`}
          checked={on}
          disabled={!on && (chosen.length === 2 || (first && first.repositoryId !== snapshot.repositoryId))}
          onCheckedChange={() => toggle(snapshot)}
        />
      </span>
    )
  },
})

/** The older one is what the newer one is compared with. */
function CompareBar({ chosen, onClear }: { chosen: readonly Snapshot[]; onClear(): void }) {
  const [a, b] = [...chosen].sort((one, other) => Date.parse(one.time) - Date.parse(other.time))
  return (
    <div role="status" className="flex flex-wrap items-center justify-between gap-2 border-t bg-accent-soft px-4 py-2">
      <span>
        {b === undefined ? 'One snapshot is chosen. Choose another to compare them.' : 'Two snapshots are chosen.'}
      </span>
      <span className="flex gap-2">
        <Button size="small" onClick={onClear}>
          Choose none
        </Button>
        {a !== undefined && b !== undefined && (
          <ButtonLink
            size="small"
            look="primary"
            href={`/snapshots/compare?a=${a.id}&b=${b.id}`}
            icon={<ArrowLeftRight aria-hidden className="size-4" />}
          >
            Compare
          </ButtonLink>
        )}
      </span>
    </div>
  )
}

function Nothing({ filtered, onReset }: { filtered: boolean; onReset(): void }) {
  const may = useMay()
  if (filtered)
    return (
      <EmptyState title="No snapshot is like this" action={<Button onClick={onReset}>Show all</Button>}>
        Nothing fits all the filters at once.
      </EmptyState>
    )
  return (
    <EmptyState
      title="There is no snapshot yet"
      action={
        may('schedules.write') ? (
          <ButtonLink look="primary" href="/schedules/new">
            Protect something
          </ButtonLink>
        ) : undefined
      }
    >
      The first backup makes the first one.
    </EmptyState>
  )
}
