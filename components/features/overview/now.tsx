'use client'
// What runs now, watched live, and what runs next.
import { useQuery } from '@tanstack/react-query'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { CancelRun } from '../../patterns/cancel-run.tsx'
import { LiveProgress } from '../../patterns/live-progress.tsx'
import { Fetched } from '../../patterns/query.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import { sayDepth } from '../../patterns/verify-words.ts'
import { When } from '../../patterns/when.tsx'
import { TextLink } from '../../ui/button.tsx'
import { Card, Skeleton } from '../../ui/surfaces.tsx'
import { atWork, SHOWN, upcomingOf } from './queries.ts'

type Run = Outputs['runs']['list']['items'][number]

const kinds: Readonly<Record<Run['kind'], string>> = { backup: 'Backup', restore: 'Restore', verify: 'Verification' }
const nameOf = (run: Run): string => run.scheduleName ?? run.repositoryName ?? 'by hand'

export function RunningNow() {
  const trpc = useTRPC()
  const query = useQuery(trpc.runs.list.queryOptions(atWork))
  return (
    <Card
      title="Running now"
      flush
      actions={
        <TextLink href="/runs" className="inline-flex min-h-6 items-center">
          All runs
        </TextLink>
      }
    >
      <Fetched query={query} shape={<Skeleton className="m-4 h-14" />}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <p className="px-4 py-6 text-center text-muted">Nothing runs at the moment.</p>
          ) : (
            <>
              <ul className="divide-y">
                {items.map((run) => (
                  <li key={run.id} className="flex flex-col gap-2 px-4 py-3">
                    <RunHead run={run} />
                    <LiveProgress id={run.id} compact />
                  </li>
                ))}
              </ul>
              {nextCursor !== null && <p className="border-t px-4 py-2 text-sm text-muted">There are more of them.</p>}
            </>
          )
        }
      </Fetched>
    </Card>
  )
}

function RunHead({ run }: { run: Run }) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <StatusBadge state={run.state} quiet />
      <TextLink href={`/runs/${run.id}`} className="min-w-0 truncate leading-6 font-medium">
        {run.dryRun ? 'Dry run of a restore' : kinds[run.kind]}: {nameOf(run)}
        {run.depth !== null && ` (${sayDepth[run.depth]})`}
      </TextLink>
      <span className="text-sm text-muted">
        {run.startedAt === null ? (
          <>
            asked for <When at={run.queuedAt} />
          </>
        ) : (
          <>
            began <When at={run.startedAt} />
          </>
        )}
      </span>
      <span className="ml-auto">
        <CancelRun run={run} name={nameOf(run)} />
      </span>
    </div>
  )
}

/** The next slots over all schedules. */
export function NextRuns() {
  const trpc = useTRPC()
  const query = useQuery(trpc.schedules.list.queryOptions(SHOWN))
  return (
    <Card
      title="Next runs"
      flush
      actions={
        <TextLink href="/schedules" className="inline-flex min-h-6 items-center">
          All schedules
        </TextLink>
      }
    >
      <Fetched query={query} shape={<Skeleton className="m-4 h-14" />}>
        {({ items }) => {
          const upcoming = upcomingOf(items)
          return upcoming.length === 0 ? (
            <p className="px-4 py-6 text-center text-muted">Nothing is planned.</p>
          ) : (
            <ul className="divide-y">
              {upcoming.map(({ id, name, at }) => (
                <li key={`${id} ${at}`} className="flex items-center justify-between gap-3 px-4 py-2">
                  <TextLink href={`/schedules/${id}`} className="min-w-0 truncate">
                    {name}
                  </TextLink>
                  <span className="shrink-0 text-muted">
                    <When at={at} show="both" />
                  </span>
                </li>
              ))}
            </ul>
          )
        }}
      </Fetched>
    </Card>
  )
}
