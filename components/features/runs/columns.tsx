'use client'
import { useElapsed } from '../../data/elapsed.ts'
import { displayText } from '../../patterns/file-name.tsx'
import { bytes, count } from '../../patterns/format.ts'
import { LiveProgress } from '../../patterns/live-progress.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import type { Column } from '../../patterns/table.tsx'
// The columns of a table of runs.
import { When } from '../../patterns/when.tsx'
import { TextLink } from '../../ui/button.tsx'
import { kindWords, type RunItem, sinceOf, titleOf, tookOf } from './words.ts'

export const runColumns: readonly Column<RunItem>[] = [
  { key: 'run', header: 'Run', cell: (run) => <RunCell run={run} /> },
  {
    key: 'state',
    header: 'State',
    width: '8rem',
    from: 'sm',
    cell: (run) => <StatusBadge state={run.state} />,
  },
  { key: 'queued', header: 'Queued', width: '7rem', cell: ({ queuedAt }) => <When at={queuedAt} /> },
  { key: 'took', header: 'Took', width: '7rem', from: 'md', numeric: true, cell: (run) => <Took run={run} /> },
  {
    key: 'files',
    header: 'Files read',
    width: '7rem',
    from: 'lg',
    numeric: true,
    cell: ({ filesRead }) => (filesRead === null ? '' : count(filesRead)),
  },
  {
    key: 'bytes',
    header: 'Read',
    width: '6rem',
    from: 'lg',
    numeric: true,
    cell: ({ bytesRead }) => (bytesRead === null ? '' : bytes(bytesRead)),
  },
  {
    key: 'stored',
    header: 'Stored',
    width: '6rem',
    from: 'xl',
    numeric: true,
    cell: ({ bytesStored }) => (bytesStored === null ? '' : bytes(bytesStored)),
  },
]

function RunCell({ run }: { run: RunItem }) {
  return (
    <div className="min-w-0">
      {/* On a phone the name stands below the state: beside it there is no room to tell one from another. */}
      <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-0.5 sm:flex-nowrap">
        <span className="shrink-0 sm:hidden">
          <StatusBadge state={run.state} />
        </span>
        <TextLink href={`/runs/${run.id}`} className="line-clamp-2 break-words font-medium sm:block sm:truncate">
          {titleOf(run)}
        </TextLink>
      </div>
      {run.error !== null && (
        <p className="truncate text-sm text-muted" title={displayText(run.error.message)}>
          {displayText(run.error.message)}
        </p>
      )}
    </div>
  )
}

function Took({ run }: { run: RunItem }) {
  const now = useElapsed(run.state === 'running')
  return <span>{tookOf(run, now) ?? ''}</span>
}

/** A run at work, in a list above the others. */
export function OpenRun({ run }: { run: RunItem }) {
  return (
    <li className="grid min-w-0 items-center gap-x-4 gap-y-2 px-4 py-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,2fr)]">
      <div className="flex min-w-0 items-center gap-2">
        <StatusBadge state={run.state} />
        <TextLink
          href={`/runs/${run.id}`}
          className="min-w-0 truncate leading-6 font-medium"
          title={`${kindWords[run.kind]} ${run.id}`}
        >
          {titleOf(run)}
        </TextLink>
        <span className="text-sm text-muted">
          <When at={sinceOf(run)} />
        </span>
      </div>
      {run.state === 'running' ? (
        <LiveProgress id={run.id} compact />
      ) : (
        <p className="text-muted">Waits for its turn</p>
      )}
    </li>
  )
}
