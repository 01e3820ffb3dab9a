'use client'
// One schedule: when it runs next, how its last runs ended, and all that it says.
import { useQuery } from '@tanstack/react-query'
import { Pencil } from 'lucide-react'
import type { ReactNode } from 'react'
import { backupLine } from '#server/contract/cli-lines.ts'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { IfMay, useMay } from '../../data/viewer.tsx'
import { CommandLine } from '../../patterns/copy.tsx'
import { useCronWords } from '../../patterns/cron-words.tsx'
import { displayName, displayText } from '../../patterns/file-name.tsx'
import { bytes } from '../../patterns/format.ts'
import { EmptyState, PageHeader } from '../../patterns/page.tsx'
import { Fetched, Notice } from '../../patterns/query.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import { type Column, DataTable } from '../../patterns/table.tsx'
import { When } from '../../patterns/when.tsx'
import { ButtonLink, TextLink } from '../../ui/button.tsx'
import { Card, Facts } from '../../ui/surfaces.tsx'
import { RemoveSchedule, type Schedule, ScheduleActions } from './actions.tsx'
import { Names } from './check-step.tsx'
import { stripInput } from './inputs.ts'
import { Standing } from './list.tsx'
import { RunStrip } from './run-strip.tsx'
import { Slots } from './slots.tsx'
import { catchUpWords } from './when-section.tsx'

export function SchedulePage({ id }: { id: string }) {
  const trpc = useTRPC()
  const query = useQuery(trpc.schedules.get.queryOptions({ id }))
  return (
    <Fetched query={query}>
      {(schedule) => (
        <>
          <PageHeader
            trail={[{ href: '/schedules', label: 'Schedules' }]}
            title={schedule.name}
            lead={<Lead schedule={schedule} />}
            actions={<Actions schedule={schedule} />}
          />
          <div className="flex flex-col gap-4">
            {schedule.repositoryId === null && schedule.removedAt === null && (
              <Notice tone="failed" title="It has no repository to back up to">
                Its times are missed until it has one. Edit it and choose a repository.
              </Notice>
            )}
            <LastRuns id={id} />
            <div className="grid gap-4 lg:grid-cols-2">
              <Card title="What and how">
                <ScheduleFacts schedule={schedule} />
              </Card>
              <Card title="The next ten times">
                <NextTimes schedule={schedule} />
              </Card>
            </div>
            <ByHand schedule={schedule} />
          </div>
        </>
      )}
    </Fetched>
  )
}

function Lead({ schedule }: { schedule: Schedule }) {
  const words = useCronWords(schedule.cron)
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      {words}, {schedule.timezone}
      <Standing schedule={schedule} />
      {schedule.pausedAt !== null && (
        <span>
          by {displayName(schedule.pausedBy ?? 'somebody')} <When at={schedule.pausedAt} />
        </span>
      )}
    </span>
  )
}

function Actions({ schedule }: { schedule: Schedule }) {
  if (schedule.removedAt !== null) return null
  return (
    <>
      <IfMay need="schedules.write">
        <RemoveSchedule schedule={schedule} />
        <ButtonLink href={`/schedules/${schedule.id}/edit`} icon={<Pencil aria-hidden className="size-4" />}>
          Edit
        </ButtonLink>
      </IfMay>
      <ScheduleActions schedule={schedule} />
    </>
  )
}

function ScheduleFacts({ schedule }: { schedule: Schedule }) {
  const { repositoryId, repositoryName } = schedule
  const items: (readonly [string, ReactNode])[] = [
    ['Type', schedule.type],
    ['Backs up', <Names key="paths" names={schedule.includePaths} />],
    [
      'Leaves out',
      schedule.excludePatterns.length === 0 ? 'nothing' : <Names key="excludes" names={schedule.excludePatterns} />,
    ],
    [
      'Repository',
      repositoryId === null ? (
        'none'
      ) : (
        <TextLink key="r" href={`/repositories/${repositoryId}`}>
          {repositoryName}
        </TextLink>
      ),
    ],
    ['Policy', schedule.policyName ?? 'none'],
    ...(schedule.retentionDays === null
      ? []
      : [['Kept for', `${schedule.retentionDays} days (no effect yet)`] as const]),
    [
      'Cron',
      <code key="cron" className="font-mono text-sm">
        {schedule.cron}
      </code>,
    ],
    ['Missed times', catchUpWords[schedule.catchUp as keyof typeof catchUpWords] ?? schedule.catchUp],
    ['Changed', <When key="changed" at={schedule.updatedAt} show="both" />],
  ]
  return <Facts items={items} />
}

function NextTimes({ schedule }: { schedule: Schedule }) {
  if (schedule.removedAt !== null) return <p className="text-muted">It was removed: it runs no more.</p>
  if (!schedule.enabled) return <p className="text-muted">It is switched off: edit it to switch it on.</p>
  if (schedule.pausedAt !== null) return <p className="text-muted">It is paused: its times pass until it is resumed.</p>
  return <Slots slots={schedule.nextSlots} zone={schedule.timezone} />
}

type Run = Outputs['runs']['list']['items'][number]

const runColumns: readonly Column<Run>[] = [
  {
    key: 'state',
    header: 'Run',
    cell: (run) => (
      <span className="block min-w-0">
        <TextLink href={`/runs/${run.id}`}>
          <StatusBadge state={run.state} quiet />
        </TextLink>
        {run.error !== null && (
          <span className="block truncate text-sm text-muted" title={displayText(run.error.message)}>
            {displayText(run.error.message)}
          </span>
        )}
      </span>
    ),
  },
  { key: 'when', header: 'When', width: '8rem', cell: (run) => <When at={run.finishedAt ?? run.queuedAt} /> },
  {
    key: 'read',
    header: 'Read',
    width: '7rem',
    numeric: true,
    from: 'sm',
    cell: ({ bytesRead }) => (bytesRead === null ? '' : bytes(bytesRead)),
  },
  {
    key: 'stored',
    header: 'Stored',
    width: '7rem',
    numeric: true,
    from: 'sm',
    cell: ({ bytesStored }) => (bytesStored === null ? '' : bytes(bytesStored)),
  },
]

const IN_TABLE = 8

function LastRuns({ id }: { id: string }) {
  const trpc = useTRPC()
  const may = useMay()('runs.read')
  const query = useQuery({ ...trpc.runs.list.queryOptions(stripInput(id)), enabled: may })
  if (!may) return null
  return (
    <Card title="Last runs" flush actions={<TextLink href={`/runs?schedule=${id}`}>All its runs</TextLink>}>
      <Fetched query={query}>
        {({ items }) => (
          <>
            {items.length > 0 && <RunStrip runs={items} />}
            <DataTable
              label="Last runs of the schedule"
              columns={runColumns}
              rows={items.slice(0, IN_TABLE)}
              rowKey={(run) => run.id}
              empty={
                <EmptyState title="It never ran">
                  Nothing is protected by it before its first run. Run it now.
                </EmptyState>
              }
            />
          </>
        )}
      </Fetched>
    </Card>
  )
}

function ByHand({ schedule }: { schedule: Schedule }) {
  const trpc = useTRPC()
  const id = schedule.repositoryId ?? ''
  const enabled = useMay()('repositories.read') && id !== ''
  const { data } = useQuery({ ...trpc.repositories.get.queryOptions({ id }), enabled })
  if (!data) return null
  const { type, includePaths: paths, excludePatterns: excludes } = schedule
  return (
    <Card title="The same by hand">
      <CommandLine line={backupLine(data, { type, paths, excludes })} />
    </Card>
  )
}
