'use client'
// The landing page: are we safe, what is wrong and what helps, what runs now and next, and how the last days went.
import { useQuery } from '@tanstack/react-query'
import { Plus, ShieldPlus } from 'lucide-react'
import { useZone } from '../../data/clock.tsx'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { IfMay, useMay } from '../../data/viewer.tsx'
import { displayText } from '../../patterns/file-name.tsx'
import { EmptyState, PageHeader } from '../../patterns/page.tsx'
import { Fetched } from '../../patterns/query.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import { When } from '../../patterns/when.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { Card, Skeleton } from '../../ui/surfaces.tsx'
import { BackUpNow } from './back-up-now.tsx'
import { Figures } from './figures.tsx'
import { History } from './history.tsx'
import { NextRuns, RunningNow } from './now.tsx'
import { RequesterLanding } from './requester.tsx'
import { StorageAndProof } from './storage.tsx'
import { Verdict } from './verdict.tsx'

/** How often the verdict is asked for while nothing happens (ms). */
const EVERY = 60_000
/** While the server has just started, and has not looked at everything yet. */
const SOON = 3_000
const isStarting = ({ health: { checks } }: Outputs['overview']['get']): boolean =>
  checks.some(({ enabled, checkedAt }) => enabled && checkedAt === null)

export function Landing() {
  return useMay()('overview.read') ? <Overview /> : <RequesterLanding />
}

function Overview() {
  const trpc = useTRPC()
  const may = useMay()
  const zone = useZone()
  // Time itself makes it wrong: a slot passes, a verification gets old, and no event says so. Asked again only while the page is seen.
  const query = useQuery({
    ...trpc.overview.get.queryOptions(),
    refetchInterval: ({ state: { data } }) => (data !== undefined && isStarting(data) ? SOON : EVERY),
  })
  return (
    <>
      <PageHeader title="Overview" actions={<Actions />} />
      <div className="flex flex-col gap-4">
        <Fetched query={query} shape={<Skeleton className="h-64 w-full" />}>
          {(overview) => {
            const nothing = overview.figures.schedules === 0 && may('schedules.write')
            // What is merely not known before anything is protected would only be noise.
            const bad = overview.exceptions.some(({ severity }) => severity !== 'unknown')
            return (
              <>
                {nothing && <NothingYet />}
                {(!nothing || bad) && (
                  <Verdict overview={overview} answered={{ at: query.dataUpdatedAt, failed: query.isError }} />
                )}
                {!nothing && <Figures figures={overview.figures} />}
              </>
            )
          }}
        </Fetched>
        <div className="grid items-start gap-4 lg:grid-cols-2">
          <div className="flex min-w-0 flex-col gap-4">
            <IfMay need="runs.read">
              <RunningNow />
            </IfMay>
            <IfMay need="repositories.read">
              <StorageAndProof />
            </IfMay>
          </div>
          <div className="flex min-w-0 flex-col gap-4">
            <IfMay need="schedules.read">
              <NextRuns />
            </IfMay>
          </div>
        </div>
        <History timezone={zone} />
        {query.data !== undefined && <Checks health={query.data.health} />}
      </div>
    </>
  )
}

const Actions = () => (
  <>
    <IfMay need="schedules.write">
      <ButtonLink href="/schedules/new" icon={<Plus aria-hidden className="size-4" />}>
        Protect something new
      </ButtonLink>
    </IfMay>
    <IfMay need="runs.start">
      <BackUpNow />
    </IfMay>
  </>
)

const NothingYet = () => (
  <Card flush>
    <EmptyState
      title="Nothing is protected yet"
      icon={<ShieldPlus />}
      action={
        <ButtonLink href="/welcome" look="primary">
          Set up the first backup
        </ButtonLink>
      }
    >
      Say what to back up, when, and where to. It takes a few minutes, and ends with the first backup running before
      your eyes.
    </EmptyState>
  </Card>
)

/** What the verdict rests on besides schedules and repositories. */
function Checks({ health: { checks } }: { health: Outputs['overview']['get']['health'] }) {
  return (
    <details className="rounded-lg border bg-surface">
      <summary className="min-h-11 cursor-pointer px-4 py-2.5 font-semibold">Checks that the verdict rests on</summary>
      <ul className="divide-y border-t">
        {checks.map(({ name, enabled, state, reason, checkedAt }) => (
          <li key={name} className="flex flex-wrap items-start gap-x-4 gap-y-1 px-4 py-2.5">
            <span className="w-24 shrink-0">
              <StatusBadge state={enabled ? state : 'disabled'} quiet />
            </span>
            <span className="min-w-0 flex-1 basis-60">
              <span className="font-medium">{name.replaceAll('_', ' ')}</span>
              <span className="block break-words text-muted">{displayText(reason)}</span>
            </span>
            <When at={checkedAt} />
          </li>
        ))}
      </ul>
    </details>
  )
}
