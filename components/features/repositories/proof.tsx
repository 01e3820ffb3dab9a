'use client'
// Whether it was proved that a repository can be read: when, how deep, and what came of it.
import { useQuery } from '@tanstack/react-query'
import { rebuildIndexLine, verifyLine } from '#server/contract/cli-lines.ts'
import { damageRemedy } from '#server/contract/verification.ts'
import { useNow } from '../../data/clock.tsx'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { useMay } from '../../data/viewer.tsx'
import { CommandLine } from '../../patterns/copy.tsx'
import { duration } from '../../patterns/format.ts'
import { LiveProgress } from '../../patterns/live-progress.tsx'
import { Fetched } from '../../patterns/query.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import { verifiedOf } from '../../patterns/verified.ts'
import { sayDepth } from '../../patterns/verify-words.ts'
import { When } from '../../patterns/when.tsx'
import { TextLink } from '../../ui/button.tsx'
import { Card, Skeleton } from '../../ui/surfaces.tsx'
import { verificationsOf } from './say.ts'

type Repository = Outputs['repositories']['get']

export function Proof({ repository }: { repository: Repository }) {
  const may = useMay()
  const { id, verifyState } = repository
  const { state, word, at } = verifiedOf(repository, useNow())
  return (
    <Card title="Proof">
      <div className="grid gap-4 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col items-start gap-2">
          <p className="flex flex-wrap items-center gap-x-2 text-lg font-semibold">
            <StatusBadge state={state} word={word} />
            {at !== null && <When at={at} />}
          </p>
          <p className="text-muted">{explain(repository)}</p>
          <div className="w-full min-w-0">
            {verifyState === 'damaged' && <CommandLine line={rebuildIndexLine(repository, { readData: true })} />}
            <CommandLine line={verifyLine(repository, { readData: true })} />
          </div>
        </div>
        {may('runs.read') && <Verifications id={id} />}
      </div>
    </Card>
  )
}

function explain({ verifyState, partialCheck }: Repository): string {
  if (verifyState === 'ok')
    return 'All data that was there was read, and found whole. What came later waits for the next verification.'
  if (verifyState === 'damaged')
    return `A verification, restore or backup met damage: its run tells where. ${damageRemedy}.`
  if (partialCheck?.depth === 'structure')
    return 'Everything that snapshots need is there, but none of it was read: whether it can be restored is not known. Verify with all data read.'
  return partialCheck?.depth === 'sample'
    ? 'A sample was read and found whole: whether the rest can be restored is not known. Verify with all data read.'
    : 'Nobody checked yet whether what was stored can be read. Until then that is not known.'
}

/** The last ones; a running one live. */
function Verifications({ id }: { id: string }) {
  const trpc = useTRPC()
  const query = useQuery(trpc.runs.list.queryOptions(verificationsOf(id)))
  return (
    <div className="min-w-0">
      <h3 className="mb-1 font-medium">Last verifications</h3>
      <Fetched query={query} shape={<Skeleton className="h-24 w-full" />}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-muted">There was none yet.</p>
          ) : (
            <ul className="divide-y rounded-md border">
              {items.map((run) => (
                <li key={run.id} className="flex flex-col gap-2 px-3 py-1.5">
                  <span className="flex flex-wrap items-center gap-x-3">
                    <StatusBadge state={run.state} quiet />
                    <TextLink href={`/runs/${run.id}`}>
                      <When at={run.finishedAt ?? run.startedAt ?? run.queuedAt} show="both" />
                    </TextLink>
                    {run.depth !== null && <span>{sayDepth[run.depth]}</span>}
                    <span className="ml-auto text-muted">{tookOf(run)}</span>
                  </span>
                  {run.state === 'running' && <LiveProgress id={run.id} compact />}
                </li>
              ))}
            </ul>
          )
        }
      </Fetched>
    </div>
  )
}

const tookOf = ({ startedAt, finishedAt }: { startedAt: string | null; finishedAt: string | null }): string =>
  startedAt === null || finishedAt === null ? '' : duration(Date.parse(finishedAt) - Date.parse(startedAt))
