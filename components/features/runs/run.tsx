'use client'
// One run: how far it is or how it ended, what to do about it, its figures and its log.
import { useQuery } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import { useElapsed } from '../../data/elapsed.ts'
import { useTRPC } from '../../data/provider.tsx'
import { useMay } from '../../data/viewer.tsx'
import { useAction } from '../../patterns/action.tsx'
import { CancelRun } from '../../patterns/cancel-run.tsx'
import { displayName, displayText } from '../../patterns/file-name.tsx'
import { LiveProgress } from '../../patterns/live-progress.tsx'
import { PageHeader } from '../../patterns/page.tsx'
import { Fetched, Notice } from '../../patterns/query.tsx'
import { sameAgainHref } from '../../patterns/restore-choice.ts'
import { StatusBadge } from '../../patterns/status.tsx'
import { When } from '../../patterns/when.tsx'
import { Button, ButtonLink, TextLink } from '../../ui/button.tsx'
import { useGo } from '../../ui/leave.ts'
import { Card } from '../../ui/surfaces.tsx'
import { RunFacts } from './facts.tsx'
import { RunLine } from './line.tsx'
import { RunLog } from './log.tsx'
import { Statistics } from './statistics.tsx'
import { isOpen, type RestorePayload, type RunDetails, sinceOf, titleOf, tookOf } from './words.ts'

export function Run({ id }: { id: string }) {
  const trpc = useTRPC()
  const query = useQuery(trpc.runs.get.queryOptions({ id }))
  return (
    <Fetched query={query}>
      {(run) => (
        <>
          <PageHeader
            trail={[{ href: '/runs', label: 'Runs' }]}
            title={titleOf(run)}
            lead={<Lead run={run} />}
            actions={<Actions run={run} />}
          />
          <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
            <div className="flex min-w-0 flex-col gap-4">
              <Outcome run={run} />
              {isOpen(run) && (
                <Card title="Progress">
                  <LiveProgress id={run.id} />
                </Card>
              )}
              <Statistics run={run} />
              <RunLog run={run} />
            </div>
            <div className="flex min-w-0 flex-col gap-4">
              <RunFacts run={run} />
              <RunLine run={run} />
            </div>
          </div>
        </>
      )}
    </Fetched>
  )
}

function Lead({ run }: { run: RunDetails }) {
  const now = useElapsed(run.state === 'running')
  const took = tookOf(run, now)
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <StatusBadge state={run.state} />
      <When at={sinceOf(run)} />
      {took !== undefined && <span>{run.finishedAt === null ? `for ${took} so far` : `took ${took}`}</span>}
      {run.cancelRequestedAt !== null && run.state === 'running' && (
        <span>
          {displayName(run.cancelRequestedBy ?? 'Somebody')} cancelled it <When at={run.cancelRequestedAt} />; it ends
          at the next safe point
        </span>
      )}
    </span>
  )
}

/** How it ended, when that was not well, and what to do. */
function Outcome({ run }: { run: RunDetails }) {
  if (run.error === null || isOpen(run)) return null
  const tone = run.state === 'warning' ? 'warning' : run.state === 'cancelled' ? 'info' : 'failed'
  return (
    <Notice tone={tone} title={displayText(run.error.message)}>
      {run.remedy !== null && run.continuedBy === null && <p>{displayText(run.remedy)}.</p>}
      {run.continuedBy !== null && (
        <p>
          The server does its work again: <TextLink href={`/runs/${run.continuedBy}`}>see that run</TextLink>.
        </p>
      )}
    </Notice>
  )
}

function Actions({ run }: { run: RunDetails }) {
  const trpc = useTRPC()
  const may = useMay()
  const go = useGo()
  const retry = useAction(trpc.runs.retry.mutationOptions(), {
    says: 'It starts as soon as there is room',
    touches: ['runs'],
    after: ({ id }) => go(`/runs/${id}`),
  })
  if (!may('runs.start')) return null
  if (isOpen(run)) return <CancelRun run={run} />
  if (run.kind === 'restore' && !(run.payload as RestorePayload).dryRun) return <RestoreAgain run={run} />
  // A dry run of a restore is one that somebody may start.
  if (run.kind === 'restore' && !may('restores.start')) return null
  return (
    <Button
      icon={<RotateCw aria-hidden className="size-4" />}
      disabled={retry.isPending}
      onClick={() => retry.mutate({ id: run.id })}
    >
      {run.state === 'succeeded' ? 'Run again' : 'Retry'}
    </Button>
  )
}

/** A restore writes over files: it is looked at in the wizard before it is started once more. */
function RestoreAgain({ run }: { run: RunDetails }) {
  const may = useMay()
  const { path, ...payload } = run.payload as RestorePayload
  if (!may('restores.start') || path === null || run.snapshotRowId === null) return null
  return (
    <ButtonLink
      href={sameAgainHref(run.snapshotRowId, { ...payload, path })}
      icon={<RotateCw aria-hidden className="size-4" />}
    >
      Restore again
    </ButtonLink>
  )
}
