'use client'
// What a run belongs to, who wanted it, and its times.
import type { ReactNode } from 'react'
import type { JobPayload } from '#server/contract/jobs.ts'
import { useMay } from '../../data/viewer.tsx'
import { displayName, FileName } from '../../patterns/file-name.tsx'
import { RestoredTo } from '../../patterns/restored-to.tsx'
import { When } from '../../patterns/when.tsx'
import { TextLink } from '../../ui/button.tsx'
import { Card, Facts } from '../../ui/surfaces.tsx'
import { kindWords, type RestorePayload, type RunDetails, triggerWords } from './words.ts'

type Fact = readonly [label: string, value: ReactNode]

export function RunFacts({ run }: { run: RunDetails }) {
  const items: Fact[] = [
    ['Kind', kindWords[run.kind]],
    [
      'Started',
      `${triggerWords[run.trigger]}${run.requestedByName === null ? '' : ` (${displayName(run.requestedByName)})`}`,
    ],
    ...linkFacts(run, useMay()('snapshots.read')),
    ...workFacts(run),
    ...(run.slot === null ? [] : [['For its time', <When key="slot" at={run.slot} show="both" />] as const]),
    ['Queued', <When key="queued" at={run.queuedAt} show="both" />],
    ['Began', <When key="began" at={run.startedAt} show="both" none="not yet" />],
    ['Ended', <When key="ended" at={run.finishedAt} show="both" none="not yet" />],
    ...(run.maxAttempts > 1 ? [['Attempt', `${run.attempt} of ${run.maxAttempts}`] as const] : []),
    [
      'Id',
      <span key="id" className="font-mono text-sm break-all">
        {run.id}
      </span>,
    ],
  ]
  return (
    <Card title="This run">
      <Facts items={items} />
    </Card>
  )
}

function linkFacts(run: RunDetails, snapshots: boolean): Fact[] {
  const facts: Fact[] = []
  if (run.scheduleId !== null)
    facts.push([
      'Schedule',
      <TextLink key="s" href={`/schedules/${run.scheduleId}`}>
        {run.scheduleName}
      </TextLink>,
    ])
  if (run.repositoryId !== null)
    facts.push([
      'Repository',
      <TextLink key="r" href={`/repositories/${run.repositoryId}`}>
        {run.repositoryName}
      </TextLink>,
    ])
  if (run.snapshotId !== null) {
    const short = <span className="font-mono text-sm">{run.snapshotId.slice(0, 12)}</span>
    const linked = run.snapshotRowId !== null && snapshots
    facts.push([
      'Snapshot',
      linked ? (
        <TextLink key="n" href={`/snapshots/${run.snapshotRowId}`}>
          {short}
        </TextLink>
      ) : (
        short
      ),
    ])
  }
  const { origin } = run.payload as { origin?: string }
  if (origin !== undefined)
    facts.push([
      'Goes on with',
      <TextLink key="o" href={`/runs/${origin}`}>
        the run that was lost
      </TextLink>,
    ])
  return facts
}

function workFacts(run: RunDetails): Fact[] {
  if (run.kind === 'backup') {
    const { type, paths, excludes } = run.payload as JobPayload<'backup'>
    return [
      ['Type', type],
      ['Backs up', <Names key="paths" names={paths} />],
      ...(excludes.length > 0 ? [['Leaves out', <Names key="ex" names={excludes} />] as const] : []),
    ]
  }
  if (run.kind === 'restore') {
    const { target, path, pathBytes, dryRun } = run.payload as RestorePayload
    return [
      [
        'Restores',
        // Who may not see names of files gets none.
        path === null ? (
          'a part of the snapshot'
        ) : path === '' ? (
          'all of the snapshot'
        ) : (
          <FileName key="path" name={path} bytes={pathBytes} wrap />
        ),
      ],
      ['To', <RestoredTo key="target" target={target} wrap />],
      ...(dryRun ? [['Dry run', 'nothing is written'] as const] : []),
    ]
  }
  const { readData, sample } = run.payload as JobPayload<'verify'>
  const share = sample === undefined ? 'all data' : `${Math.round(sample * 1000) / 10} % of the data`
  return [['Reads', readData || sample !== undefined ? share : 'structure only']]
}

/** Long lists are cut: the page of the schedule has all. */
const SHOWN = 12

const Names = ({ names }: { names: readonly string[] }) => (
  <ul>
    {names.slice(0, SHOWN).map((name) => (
      <li key={name}>
        <FileName name={name} wrap />
      </li>
    ))}
    {names.length > SHOWN && <li className="text-muted">and {names.length - SHOWN} more</li>}
  </ul>
)
