'use client'
// All schedules: what runs when, how the last run ended, and what can be done at once.
import { useInfiniteQuery } from '@tanstack/react-query'
import { CalendarClock, Plus, Search } from 'lucide-react'
import { useEffect } from 'react'
import { useTRPC } from '../../data/provider.tsx'
import { IfMay } from '../../data/viewer.tsx'
import { CronWords } from '../../patterns/cron-words.tsx'
import { counted } from '../../patterns/format.ts'
import { EmptyState, PageHeader } from '../../patterns/page.tsx'
import { nextPage, useRows } from '../../patterns/pages.ts'
import { Fetched } from '../../patterns/query.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import { type Column, DataTable } from '../../patterns/table.tsx'
import { useUrlState } from '../../patterns/url-state.ts'
import { When } from '../../patterns/when.tsx'
import { Button, ButtonLink, TextLink } from '../../ui/button.tsx'
import { Input } from '../../ui/controls.tsx'
import { Card } from '../../ui/surfaces.tsx'
import { type Schedule, ScheduleActions } from './actions.tsx'
import { listInput } from './inputs.ts'

const columns: readonly Column<Schedule>[] = [
  { key: 'name', header: 'Schedule', cell: (schedule) => <NameCell schedule={schedule} /> },
  { key: 'when', header: 'When', from: 'lg', cell: ({ cron, timezone }) => <Times cron={cron} zone={timezone} /> },
  { key: 'next', header: 'Next run', width: '7.5rem', from: 'sm', cell: (schedule) => <Next schedule={schedule} /> },
  { key: 'last', header: 'Last run', width: '9rem', from: 'sm', cell: ({ lastRun }) => <Last run={lastRun} /> },
  {
    key: 'repository',
    header: 'Repository',
    width: '8rem',
    from: 'xl',
    cell: ({ repositoryId, repositoryName }) =>
      repositoryId === null ? (
        <StatusBadge state="failed" word="None" quiet />
      ) : (
        <TextLink href={`/repositories/${repositoryId}`} className="block truncate">
          {repositoryName}
        </TextLink>
      ),
  },
  {
    key: 'actions',
    header: <span className="sr-only">Actions</span>,
    width: '9.5rem',
    from: 'md',
    cell: (schedule) => <ScheduleActions schedule={schedule} short />,
  },
]

const inUrl = { search: '' }

export function Schedules() {
  const trpc = useTRPC()
  const [{ search }, set] = useUrlState(inUrl)
  const query = useInfiniteQuery(trpc.schedules.list.infiniteQueryOptions(listInput, { getNextPageParam: nextPage }))
  const { rows, onEnd, loadingMore } = useRows(query)
  const words = search.trim().toLowerCase()
  const found = rows.filter((row) => isFound(row, words))
  // A search is of all of them.
  useEffect(() => {
    if (words !== '') onEnd()
  }, [words, onEnd])
  return (
    <>
      <PageHeader
        title="Schedules"
        lead="What is backed up, and when"
        actions={
          <IfMay need="schedules.write">
            <ButtonLink href="/schedules/new" look="primary" icon={<Plus aria-hidden className="size-4" />}>
              Protect something new
            </ButtonLink>
          </IfMay>
        }
      />
      <Fetched query={query}>
        {() =>
          rows.length === 0 ? (
            <Card>
              <NoneYet />
            </Card>
          ) : (
            <Card flush>
              <div className="relative border-b px-4 py-3">
                <Search aria-hidden className="absolute top-5.5 left-6.5 size-4 text-muted" />
                <Input
                  type="search"
                  aria-label="Search schedules"
                  placeholder="Name, folder or repository"
                  className="max-w-sm !pl-8"
                  value={search}
                  onChange={(event) => set({ search: event.target.value })}
                />
                <span role="status" className="sr-only">
                  {words === '' ? '' : counted(found.length, 'schedule')}
                </span>
              </div>
              <DataTable
                label="Schedules by name"
                columns={columns}
                rows={found}
                rowKey={({ id }) => id}
                onEnd={onEnd}
                loadingMore={loadingMore}
                empty={
                  <EmptyState
                    title="No schedule is like that"
                    action={<Button onClick={() => set(inUrl)}>Show all</Button>}
                  />
                }
              />
            </Card>
          )
        }
      </Fetched>
    </>
  )
}

const isFound = ({ name, includePaths, repositoryName }: Schedule, words: string): boolean =>
  [name, repositoryName ?? '', ...includePaths].some((text) => text.toLowerCase().includes(words))

const NoneYet = () => (
  <EmptyState
    icon={<CalendarClock />}
    title="Nothing is protected yet"
    action={
      <IfMay need="schedules.write">
        <ButtonLink href="/schedules/new" look="primary">
          Protect something
        </ButtonLink>
      </IfMay>
    }
  >
    A schedule says what to back up, when, and where to. It takes a minute to make one.
  </EmptyState>
)

function NameCell({ schedule }: { schedule: Schedule }) {
  return (
    <div className="min-w-0">
      <span className="flex min-w-0 items-center gap-2">
        <TextLink
          href={`/schedules/${schedule.id}`}
          className="min-w-0 truncate leading-6 font-medium"
          title={schedule.name}
        >
          {schedule.name}
        </TextLink>
        <Standing schedule={schedule} />
      </span>
      <span className="flex flex-wrap items-center gap-x-3 text-sm text-muted sm:hidden">
        <Last run={schedule.lastRun} />
        <span>
          next <Next schedule={schedule} />
        </span>
      </span>
      <span className="flex min-w-0 gap-2 text-sm text-muted">
        {schedule.type}
        <span className="min-w-0 lg:hidden">
          <CronWords cron={schedule.cron} />
        </span>
      </span>
    </div>
  )
}

/** Said only of those that don't run by themselves. */
export function Standing({ schedule: { enabled, pausedAt, removedAt } }: { schedule: Schedule }) {
  if (removedAt !== null) return <StatusBadge state="off" word="Removed" />
  if (!enabled) return <StatusBadge state="disabled" word="Switched off" />
  return pausedAt === null ? null : <StatusBadge state="paused" />
}

const Times = ({ cron, zone }: { cron: string; zone: string }) => (
  <>
    <CronWords cron={cron} />
    <span className="block truncate text-sm text-muted">{zone}</span>
  </>
)

const Next = ({ schedule: { nextSlots, timezone } }: { schedule: Schedule }) => (
  <When at={nextSlots[0]} none="not planned" zone={timezone} />
)

function Last({ run }: { run: Schedule['lastRun'] }) {
  if (run === null) return <StatusBadge state="unknown" word="Never ran" quiet />
  return (
    <span className="flex items-center gap-x-2 sm:flex-col sm:items-start">
      <TextLink href={`/runs/${run.id}`} className="w-fit leading-6">
        <StatusBadge state={run.state} quiet />
      </TextLink>
      <span className="text-sm text-muted">
        <When at={run.finishedAt ?? run.startedAt ?? run.queuedAt} />
      </span>
    </span>
  )
}
