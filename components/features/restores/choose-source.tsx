'use client'
// Which source is to be restored from, when nothing led here: the newest snapshot of each.
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTRPC } from '../../data/provider.tsx'
import { displayName } from '../../patterns/file-name.tsx'
import { EmptyState } from '../../patterns/page.tsx'
import { nextPage, useRows } from '../../patterns/pages.ts'
import { Fetched, Notice } from '../../patterns/query.tsx'
import { type Snapshot, SourceName, VerifyState } from '../../patterns/sources.tsx'
import { DataTable } from '../../patterns/table.tsx'
import { When } from '../../patterns/when.tsx'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Card } from '../../ui/surfaces.tsx'
import { sourcesInput } from './sources-input.ts'

export function ChooseSource({ onChoose }: { onChoose(snapshot: Snapshot): void }) {
  const trpc = useTRPC()
  const query = useInfiniteQuery(
    trpc.snapshots.sources.infiniteQueryOptions(sourcesInput, { getNextPageParam: nextPage }),
  )
  const { rows, onEnd, loadingMore } = useRows(query)
  return (
    <div className="flex flex-col gap-4">
      <Notice
        actions={
          <ButtonLink size="small" href="/snapshots">
            Find a file
          </ButtonLink>
        }
      >
        Looking for one file? Find it by its name: every version of it can be restored from there.
      </Notice>
      <Card flush title="Restore what?">
        <Fetched query={query}>
          {() => (
            <DataTable
              label="Sources"
              rows={rows}
              rowKey={({ id }) => id}
              onEnd={onEnd}
              loadingMore={loadingMore}
              columns={[
                { key: 'source', header: 'Source', cell: (snapshot) => <SourceName snapshot={snapshot} /> },
                {
                  key: 'newest',
                  header: 'Newest snapshot',
                  width: '12rem',
                  from: 'sm',
                  cell: ({ time }) => <When at={time} />,
                },
                {
                  key: 'verified',
                  header: 'Verified',
                  width: '12rem',
                  from: 'md',
                  cell: (snapshot) => <VerifyState snapshot={snapshot} />,
                },
                {
                  key: 'choose',
                  header: <span className="sr-only">Choose</span>,
                  width: '6.5rem',
                  cell: (snapshot) => (
                    <Button
                      size="small"
                      onClick={() => onChoose(snapshot)}
                      aria-label={`Choose ${displayName(snapshot.scheduleName ?? snapshot.paths[0]?.path ?? snapshot.host)}`}
                    >
                      Choose
                    </Button>
                  ),
                },
              ]}
              empty={
                <EmptyState title="There is no snapshot yet">
                  Once a backup was made, it can be restored here.
                </EmptyState>
              }
            />
          )}
        </Fetched>
      </Card>
    </div>
  )
}
