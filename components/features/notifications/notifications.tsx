'use client'
// What the viewer was told: unread first, with where it leads, marked as read one by one or all at once. It grows while it is looked at.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { BellOff, CheckCheck } from 'lucide-react'
import { useMemo } from 'react'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { useAction } from '../../patterns/action.tsx'
import { displayName } from '../../patterns/file-name.tsx'
import { EmptyState, PageHeader } from '../../patterns/page.tsx'
import { nextPage, useRows } from '../../patterns/pages.ts'
import { Fetched } from '../../patterns/query.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import { type Column, DataTable } from '../../patterns/table.tsx'
import { When } from '../../patterns/when.tsx'
import { Button, ButtonLink, TextLink } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { Card } from '../../ui/surfaces.tsx'
import { Tabs } from '../../ui/tabs.tsx'

type Item = Outputs['notifications']['list']['items'][number]
export type Show = 'unread' | 'all'

export function Notifications({ show }: { show: Show }) {
  const trpc = useTRPC()
  const input = { unread: show === 'unread', limit: 50 }
  const query = useInfiniteQuery(trpc.notifications.list.infiniteQueryOptions(input, { getNextPageParam: nextPage }))
  const { data: unread } = useQuery(trpc.notifications.unread.queryOptions())
  const { rows, onEnd, loadingMore } = useRows(query)
  const mark = useAction(trpc.notifications.markRead.mutationOptions(), { touches: ['notifications'] })
  const markAll = useAction(trpc.notifications.markAllRead.mutationOptions(), {
    touches: ['notifications'],
    says: ({ marked }) => (marked === 0 ? 'There was nothing unread' : `${marked} marked as read`),
  })
  const { mutate } = mark
  const columns = useMemo(() => columnsFor((id) => mutate({ ids: [id] })), [mutate])
  const nothing = unread === undefined || unread.count === 0
  return (
    <>
      <PageHeader
        title="Notifications"
        lead="What Holdfast had to tell you, newest first."
        actions={
          <Button
            icon={<CheckCheck aria-hidden className="size-4" />}
            disabled={nothing || markAll.isPending}
            onClick={() => markAll.mutate()}
          >
            Mark all as read
          </Button>
        }
      />
      <Tabs
        label="Which notifications"
        current={show === 'unread' ? '/notifications' : '/notifications?show=all'}
        items={[
          { href: '/notifications', label: 'Unread', ...(nothing ? {} : { count: unread.count }) },
          { href: '/notifications?show=all', label: 'All' },
        ]}
      />
      <Card flush className="mt-4">
        <Fetched query={query}>
          {() => (
            <DataTable
              label="Notifications"
              columns={columns}
              rows={rows}
              rowKey={(row) => row.id}
              rowHeight={64}
              onEnd={onEnd}
              loadingMore={loadingMore}
              empty={<Nothing show={show} />}
            />
          )}
        </Fetched>
      </Card>
    </>
  )
}

const Nothing = ({ show }: { show: Show }) => (
  <EmptyState
    icon={<BellOff />}
    title={show === 'unread' ? 'Nothing is unread' : 'There are no notifications yet'}
    action={
      show === 'unread' ? <ButtonLink href="/notifications?show=all">Show those you have read</ButtonLink> : undefined
    }
  >
    Backups that failed, were missed or ended with a warning, damage that was found and health checks that fail appear
    here by themselves.
  </EmptyState>
)

/** `mark`: what was followed or dismissed is read. */
const columnsFor = (mark: (id: string) => void): readonly Column<Item>[] => [
  {
    key: 'severity',
    header: 'Severity',
    width: '7rem',
    from: 'sm',
    cell: (row) => <StatusBadge state={row.severity} />,
  },
  { key: 'what', header: 'What', cell: (row) => <What row={row} mark={mark} /> },
  { key: 'when', header: 'When', width: '7rem', from: 'sm', cell: (row) => <When at={row.at} /> },
  {
    key: 'read',
    header: 'Read',
    width: '8rem',
    cell: (row) =>
      row.readAt === null ? (
        <Button size="small" aria-label={`Mark as read: ${displayName(row.title)}`} onClick={() => mark(row.id)}>
          Mark as read
        </Button>
      ) : (
        <span className="text-muted">
          <When at={row.readAt} />
        </span>
      ),
  },
]

function What({ row, mark }: { row: Item; mark: (id: string) => void }) {
  const title = displayName(row.title)
  const unread = row.readAt === null
  return (
    <div className="min-w-0 py-0.5">
      <div className="mb-1 flex gap-2 sm:hidden">
        <StatusBadge state={row.severity} />
        <span className="text-muted">
          <When at={row.at} />
        </span>
      </div>
      <p className={classNames('break-words', unread && 'font-semibold')}>
        {row.link === null ? (
          title
        ) : (
          <TextLink href={row.link} onClick={() => unread && mark(row.id)}>
            {title}
          </TextLink>
        )}
        {unread && <span className="sr-only"> (unread)</span>}
      </p>
      {row.body !== '' && <p className="line-clamp-3 text-muted break-words">{displayName(row.body)}</p>}
    </div>
  )
}
