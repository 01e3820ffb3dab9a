'use client'
// The repositories: where backups lie, how much room there is, and whether it was proved that they can be read.
import { useInfiniteQuery } from '@tanstack/react-query'
import { Archive, Plus } from 'lucide-react'
import { useNow } from '../../data/clock.tsx'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { IfMay, useMay } from '../../data/viewer.tsx'
import { Field } from '../../patterns/field.tsx'
import { FileName } from '../../patterns/file-name.tsx'
import { bytes } from '../../patterns/format.ts'
import { EmptyState, PageHeader } from '../../patterns/page.tsx'
import { nextPage, useRows } from '../../patterns/pages.ts'
import { Fetched } from '../../patterns/query.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import { type Column, DataTable } from '../../patterns/table.tsx'
import { useUrlState } from '../../patterns/url-state.ts'
import { verifiedOf } from '../../patterns/verified.ts'
import { When } from '../../patterns/when.tsx'
import { Button, TextLink } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/controls.tsx'
import { Card } from '../../ui/surfaces.tsx'
import { CreateRepository } from './create.tsx'
import { canOpen, listDefaults, listInput } from './say.ts'
import { UsageFigure, Usages } from './usages.tsx'

type Repository = Outputs['repositories']['list']['items'][number]

export function Repositories() {
  const trpc = useTRPC()
  const may = useMay()
  const [{ archived, dialog }, set] = useUrlState(listDefaults)
  const query = useInfiniteQuery(
    trpc.repositories.list.infiniteQueryOptions(listInput(archived), { getNextPageParam: nextPage }),
  )
  const { rows, onEnd, loadingMore } = useRows(query)
  const add = (
    <IfMay need="repositories.write">
      <Button look="primary" icon={<Plus aria-hidden className="size-4" />} onClick={() => set({ dialog: 'new' })}>
        Add a repository
      </Button>
    </IfMay>
  )
  return (
    <>
      <PageHeader
        title="Repositories"
        lead="Where backups lie, how much room is left, and what was proved."
        actions={add}
      />
      <div className="mb-3">
        <Field label="Archived ones too" inline>
          <Checkbox checked={archived === '1'} onCheckedChange={(on) => set({ archived: on === true ? '1' : '' })} />
        </Field>
      </div>
      <Card flush>
        <Fetched query={query}>
          {({ pages }) => (
            <Usages pages={pages}>
              <DataTable
                label="Repositories"
                columns={columns}
                rows={rows}
                rowKey={({ id }) => id}
                onEnd={onEnd}
                loadingMore={loadingMore}
                rowHeight={57}
                empty={
                  <EmptyState title="There is no repository" icon={<Archive />} action={add}>
                    Backups need a place to lie in.
                    {may('repositories.write') ? ' Add one: an empty folder on another disk is a good beginning.' : ''}
                  </EmptyState>
                }
              />
            </Usages>
          )}
        </Fetched>
      </Card>
      <CreateRepository open={dialog === 'new' && may('repositories.write')} onClose={() => set({ dialog: '' })} />
    </>
  )
}

const columns: readonly Column<Repository>[] = [
  {
    key: 'name',
    header: 'Repository',
    cell: (row) => (
      <span className="block min-w-0">
        <TextLink href={`/repositories/${row.id}`} className="block truncate font-medium">
          {row.name}
        </TextLink>
        <span className="block text-muted">
          <FileName name={row.location} middle />
        </span>
        <span className="mt-1 block md:hidden">
          <Proof row={row} />
        </span>
      </span>
    ),
  },
  { key: 'proof', header: 'Proof', from: 'md', width: '13rem', cell: (row) => <Proof row={row} /> },
  {
    key: 'stored',
    header: 'Stored',
    numeric: true,
    width: '7rem',
    cell: (row) =>
      row.lastSyncAt === null ? <span className="text-muted">not known</span> : <span>{bytes(row.storedBytes)}</span>,
  },
  {
    key: 'ratio',
    header: 'Ratio',
    numeric: true,
    from: 'lg',
    width: '7rem',
    cell: (row) => <UsageFigure id={row.id} what="ratio" />,
  },
  {
    key: 'growth',
    header: 'Growth',
    numeric: true,
    from: 'lg',
    width: '9rem',
    cell: (row) => <UsageFigure id={row.id} what="growth" />,
  },
  {
    key: 'room',
    header: 'Room',
    numeric: true,
    from: 'sm',
    width: '9rem',
    cell: (row) => <UsageFigure id={row.id} what="room" />,
  },
]

function Proof({ row }: { row: Repository }) {
  const now = useNow()
  if (row.archivedAt !== null) return <StatusBadge state="off" word="Archived" quiet />
  if (!canOpen(row.type)) return <StatusBadge state="unknown" word="Not usable yet" quiet />
  const { state, word, at } = verifiedOf(row, now)
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      <StatusBadge state={state} word={word} quiet />
      {at !== null && (
        <span className="text-muted">
          <When at={at} />
        </span>
      )}
    </span>
  )
}
