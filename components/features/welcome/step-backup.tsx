'use client'
// Step 5: the first backup, watched live, and where to go from there.
import { useQuery } from '@tanstack/react-query'
import { FolderSearch, Play, RotateCcw } from 'lucide-react'
import { backupLine } from '#server/contract/cli-lines.ts'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { useAction } from '../../patterns/action.tsx'
import { CommandLine } from '../../patterns/copy.tsx'
import { displayName } from '../../patterns/file-name.tsx'
import { bytes, count, duration } from '../../patterns/format.ts'
import { LiveProgress } from '../../patterns/live-progress.tsx'
import { restoreHref } from '../../patterns/places.ts'
import { Fetched, Notice } from '../../patterns/query.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import { When } from '../../patterns/when.tsx'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Facts } from '../../ui/surfaces.tsx'
import { FirstProof } from './first-proof.tsx'
import { firstRepositories, firstSchedules, goodBefore } from './input.ts'
import { firstOf } from './saved-schedule.tsx'
import { StepCard } from './step-card.tsx'

type Run = Outputs['runs']['get']
type Schedule = Outputs['schedules']['list']['items'][number]

export function StepBackup({ runId, onRun }: { runId: string; onRun(run: string): void }) {
  const trpc = useTRPC()
  const query = useQuery(trpc.schedules.list.queryOptions(firstSchedules))
  return (
    <Fetched query={query}>
      {({ items }) => {
        const schedule = firstOf(items)
        if (schedule === undefined) return <p>The schedule is gone. Load the page again.</p>
        const shown = runId !== '' ? runId : (schedule.lastRun?.id ?? '')
        return shown === '' ? (
          <Start schedule={schedule} onRun={onRun} />
        ) : (
          <Watch schedule={schedule} runId={shown} onRun={onRun} />
        )
      }}
    </Fetched>
  )
}

function RunButton({ schedule, onRun, children }: { schedule: Schedule; onRun(run: string): void; children: string }) {
  const trpc = useTRPC()
  const run = useAction(trpc.schedules.runNow.mutationOptions(), {
    touches: ['runs', 'schedules', 'overview'],
    after: ({ id }) => onRun(id),
  })
  return (
    <Button
      look="primary"
      icon={<Play aria-hidden className="size-4" />}
      disabled={run.isPending}
      onClick={() => run.mutate({ id: schedule.id })}
    >
      {children}
    </Button>
  )
}

const Start = ({ schedule, onRun }: { schedule: Schedule; onRun(run: string): void }) => (
  <StepCard
    title="The first backup"
    actions={
      <RunButton schedule={schedule} onRun={onRun}>
        Start the first backup
      </RunButton>
    }
  >
    <p>
      Everything is ready. Start the first backup now, and see that it works; otherwise it runs{' '}
      <When at={schedule.nextSlots[0]} none="when the schedule says" />.
    </p>
    <p className="text-muted">You can leave while it runs: it goes on without this page.</p>
    <SameLine schedule={schedule} />
  </StepCard>
)

/** The same by hand. */
function SameLine({ schedule }: { schedule: Schedule }) {
  const trpc = useTRPC()
  const { data } = useQuery(trpc.repositories.list.queryOptions(firstRepositories))
  const repository = data?.items.find(({ id }) => id === schedule.repositoryId)
  if (repository === undefined) return null
  return <CommandLine line={backupLine(repository, { paths: schedule.includePaths, type: schedule.type })} />
}

type WatchProps = { schedule: Schedule; onRun(run: string): void }

function Watch({ runId, ...props }: WatchProps & { runId: string }) {
  const trpc = useTRPC()
  const query = useQuery(trpc.runs.get.queryOptions({ id: runId }))
  return <Fetched query={query}>{(run) => <Watched run={run} {...props} />}</Fetched>
}

function Watched({ schedule, run, onRun }: WatchProps & { run: Run }) {
  const trpc = useTRPC()
  const earlier = useQuery(trpc.runs.list.queryOptions(goodBefore(run.queuedAt)))
  // Who comes back later sees a later one.
  const isFirst = earlier.data?.items.length === 0
  const working = run.state === 'queued' || run.state === 'running'
  const made = run.state === 'succeeded' || run.state === 'warning'
  return (
    <StepCard
      title={isFirst || earlier.data === undefined ? 'The first backup' : 'A later backup'}
      actions={
        <>
          {!working && !made && (
            <RunButton schedule={schedule} onRun={onRun}>
              Try again
            </RunButton>
          )}
          <ButtonLink href={`/runs/${run.id}`}>Show the run and its log</ButtonLink>
          {made && (
            <ButtonLink look="primary" href="/">
              Go to the overview
            </ButtonLink>
          )}
        </>
      }
    >
      <p className="flex flex-wrap items-center gap-2">
        <StatusBadge state={run.state} />
        <span className="text-muted">
          {working ? 'since ' : 'ended '}
          <When at={working ? run.queuedAt : run.finishedAt} none="just now" />
        </span>
      </p>
      {working && <LiveProgress id={run.id} />}
      {working && <p className="text-muted">You can leave while it runs: it goes on without this page.</p>}
      {!working && <Result run={run} made={made} isFirst={isFirst} />}
      {made && <FirstProof repositoryId={schedule.repositoryId} />}
    </StepCard>
  )
}

function Result({ run, made, isFirst }: { run: Run; made: boolean; isFirst: boolean }) {
  if (!made)
    return (
      <Notice tone="failed" title="The backup did not succeed">
        {run.error === null ? 'The log of the run says more.' : displayName(run.error.message)}
      </Notice>
    )
  const took =
    run.startedAt !== null && run.finishedAt !== null ? Date.parse(run.finishedAt) - Date.parse(run.startedAt) : null
  return (
    <>
      <Notice
        tone={run.state === 'succeeded' ? 'ok' : 'warning'}
        title={
          run.state === 'succeeded'
            ? isFirst
              ? 'The first backup is made'
              : 'This backup succeeded'
            : 'The backup is made, but not everything could be read'
        }
      >
        {run.error === null
          ? 'From now on the schedule does this by itself, and tells you when it can not.'
          : displayName(run.error.message)}
      </Notice>
      <Facts
        items={[
          ['Files', run.filesRead === null ? 'not known' : count(run.filesRead)],
          ['Read', run.bytesRead === null ? 'not known' : bytes(run.bytesRead)],
          ['Stored', run.bytesStored === null ? 'not known' : bytes(run.bytesStored)],
          ['Took', took === null ? 'not known' : duration(took)],
        ]}
      />
      {run.snapshotRowId !== null && (
        <div className="flex flex-wrap gap-2">
          <ButtonLink href={`/snapshots/${run.snapshotRowId}`} icon={<FolderSearch aria-hidden className="size-4" />}>
            Look into the snapshot
          </ButtonLink>
          <ButtonLink href={restoreHref(run.snapshotRowId)} icon={<RotateCcw aria-hidden className="size-4" />}>
            Try a restore
          </ButtonLink>
        </div>
      )}
    </>
  )
}
