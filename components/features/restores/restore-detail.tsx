'use client'
// One restore: how far it is, and what came of it in plain words.
import { useQuery } from '@tanstack/react-query'
import { ExternalLink, RotateCcw } from 'lucide-react'
import type { ReactNode } from 'react'
import { restoreLine } from '#server/contract/cli-lines.ts'
import { useTRPC } from '../../data/provider.tsx'
import { IfMay, useMay } from '../../data/viewer.tsx'
import { CancelRun } from '../../patterns/cancel-run.tsx'
import { CommandLine, CopyButton } from '../../patterns/copy.tsx'
import { displayName, FileName } from '../../patterns/file-name.tsx'
import { duration } from '../../patterns/format.ts'
import { PageHeader } from '../../patterns/page.tsx'
import { Fetched } from '../../patterns/query.tsx'
import { isTopOfServer, type Overwrite, sameAgainHref } from '../../patterns/restore-choice.ts'
import { RestoredTo } from '../../patterns/restored-to.tsx'
import { shortId } from '../../patterns/sources.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import { When } from '../../patterns/when.tsx'
import { ButtonLink, TextLink } from '../../ui/button.tsx'
import { Card, Facts } from '../../ui/surfaces.tsx'
import { PlanResult } from './plan-result.tsx'
import { RestoreProgress } from './restore-progress.tsx'
import { RestoreResult } from './restore-result.tsx'
import { isOver, type Restore } from './restore-words.ts'
import { What } from './what.tsx'

export function RestoreDetail({ id }: { id: string }) {
  const trpc = useTRPC()
  const query = useQuery(trpc.restores.get.queryOptions({ id }))
  return <Fetched query={query}>{(restore) => <Found restore={restore} />}</Fetched>
}

function Found({ restore }: { restore: Restore }) {
  const over = isOver(restore.state)
  const what = restore.dryRun ? 'Dry run of a restore' : 'Restore'
  return (
    <>
      <PageHeader
        trail={[{ href: '/restores', label: 'Restores' }]}
        title={
          <span className="flex flex-wrap items-center gap-3">
            {what}
            <StatusBadge state={restore.state} />
          </span>
        }
        lead={
          <>
            Asked for <When at={restore.createdAt} /> by{' '}
            {displayName(restore.requestedByName ?? 'nobody that is known')}
          </>
        }
        actions={<Actions restore={restore} over={over} />}
      />
      <div className="flex flex-col gap-4">
        {!over && (
          <Card title={restore.state === 'queued' ? 'Waiting' : 'In progress'}>
            <RestoreProgress restore={restore} />
          </Card>
        )}
        {over && (
          <Card title={restore.dryRun ? 'What would happen' : 'What came of it'}>
            {restore.dryRun ? <PlanResult plan={restore} /> : <RestoreResult restore={restore} />}
          </Card>
        )}
        <About restore={restore} />
        <Line restore={restore} />
      </div>
    </>
  )
}

function Actions({ restore, over }: { restore: Restore; over: boolean }) {
  const { snapshot, path, runId } = restore
  const again =
    snapshot !== null &&
    path !== null &&
    sameAgainHref(
      snapshot,
      { ...restore, path, overwrite: restore.overwrite as Overwrite },
      restore.dryRun && over ? restore.id : '',
    )
  return (
    <>
      {!over && <CancelRun run={{ id: runId, kind: 'restore', cancelRequestedAt: restore.cancelRequestedAt }} />}
      <IfMay need="runs.read">
        <ButtonLink href={`/runs/${runId}`} icon={<ExternalLink aria-hidden className="size-4" />}>
          Log of the run
        </ButtonLink>
      </IfMay>
      {over && again && (
        <IfMay need="restores.start">
          <ButtonLink href={again} icon={<RotateCcw aria-hidden className="size-4" />}>
            {restore.dryRun ? 'Go on to the restore' : 'The same again'}
          </ButtonLink>
        </IfMay>
      )}
    </>
  )
}

const ways: Readonly<Record<string, string>> = {
  never: 'What was there stays',
  'if-changed': 'What differs is replaced',
  always: 'Everything is replaced',
}

function About({ restore }: { restore: Restore }) {
  const { snapshot, snapshotId, include, target, startedAt, finishedAt } = restore
  const may = useMay()
  const from =
    snapshot !== null && may('snapshots.read') ? (
      <TextLink key="from" href={`/snapshots/${snapshot}`} className="font-mono text-sm">
        {shortId(snapshotId)}
      </TextLink>
    ) : (
      <span key="from" className="font-mono text-sm">
        {shortId(snapshotId)}
      </span>
    )
  const items: (readonly [string, ReactNode])[] = [
    ['What', <What key="what" restore={restore} wrap />],
    ['From the snapshot', from],
    [
      'To',
      <span key="to" className="flex items-center gap-1">
        <RestoredTo target={target} wrap />
        {!isTopOfServer(target) && <CopyButton text={target} label="Copy the path" />}
      </span>,
    ],
    ['If something is there', ways[restore.overwrite] ?? restore.overwrite],
    ['Verify', restore.verify ? 'Every file is read back' : 'No'],
    ['Started', <When key="started" at={startedAt} none="not yet" show="both" />],
    ['Took', startedAt && finishedAt ? duration(Date.parse(finishedAt) - Date.parse(startedAt)) : 'Not over yet'],
  ]
  const patterns = (
    <ul key="only" className="max-h-40 overflow-y-auto">
      {include.map((pattern) => (
        <li key={pattern}>
          <FileName name={pattern} wrap />
        </li>
      ))}
    </ul>
  )
  if (include.length > 0) items.splice(1, 0, ['Of it only', patterns])
  return (
    <Card title="What was asked for">
      <Facts items={items} />
    </Card>
  )
}

function Line({ restore }: { restore: Restore }) {
  const trpc = useTRPC()
  const may = useMay()
  const { data } = useQuery(
    trpc.repositories.get.queryOptions({ id: restore.repositoryId }, { enabled: may('repositories.read') }),
  )
  const { path, pathBytes, snapshotId, include, target, overwrite, dryRun, verify } = restore
  if (data === undefined || path === null) return null
  const line = restoreLine(data, {
    snapshot: snapshotId,
    path: { text: path, bytes: pathBytes },
    include,
    target,
    overwrite: overwrite as Overwrite,
    dryRun,
    verify: verify && !dryRun,
  })
  return <CommandLine line={line} />
}
