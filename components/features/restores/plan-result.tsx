'use client'
import { displayText } from '../../patterns/file-name.tsx'
// What a restore would do: how many of what, and the first steps with their reasons.
import { bytes, count } from '../../patterns/format.ts'
import { Notice } from '../../patterns/query.tsx'
import { DataTable } from '../../patterns/table.tsx'
import { When } from '../../patterns/when.tsx'
import { EscapedPath, Problems } from './problems.tsx'
import { figuresOf, type Restore, type Step } from './restore-words.ts'

const actions: Readonly<Record<string, string>> = {
  create: 'New',
  link: 'New link',
  replace: 'Overwritten',
  keep: 'Stays',
}

export function PlanResult({ plan }: { plan: Restore }) {
  const figures = figuresOf(plan.statistics)
  if (figures === null)
    return (
      <Notice tone="failed" title="The dry run found a reason not to">
        {displayText(plan.error?.message ?? 'It was cancelled.')}
      </Notice>
    )
  const { actions: done, problemCount, steps } = figures
  const number = (name: string): number => done[name] ?? 0
  const tiles = [
    ['New', number('create') + number('link')],
    ['Overwritten', number('replace')],
    ['Stay as they are', number('keep')],
    ['Can’t be restored', problemCount],
  ] as const
  return (
    <div className="flex flex-col gap-3">
      <dl className="grid grid-cols-2 gap-2 sm:grid-cols-4">
        {tiles.map(([label, value], at) => (
          <div key={label} className="rounded-md border px-3 py-2">
            <dt className="text-sm text-muted">{label}</dt>
            <dd
              className={`text-lg font-semibold ${at === 1 && value > 0 ? 'text-warning' : at === 3 && value > 0 ? 'text-failed' : ''}`}
            >
              {count(value)}
            </dd>
          </div>
        ))}
      </dl>
      <p className="text-muted">
        {bytes(figures.bytes)} would be there afterwards. Files and folders are counted; looked at{' '}
        <When at={plan.finishedAt} />.
      </p>
      <Problems title="Can’t be restored" problems={figures.failures} />
      {steps !== undefined && steps.length > 0 && (
        <div className="rounded-md border">
          <DataTable
            label="What would happen"
            rows={steps}
            rowKey={({ path }) => path}
            columns={[
              { key: 'action', header: 'What', width: '7rem', cell: ({ action }: Step) => actions[action] ?? action },
              { key: 'path', header: 'Path in the folder', cell: ({ path }) => <EscapedPath path={path} /> },
              {
                key: 'reason',
                header: 'Why',
                from: 'md',
                cell: ({ reason }) => (
                  <span className="block truncate text-muted" title={displayText(reason)}>
                    {displayText(reason)}
                  </span>
                ),
              },
              {
                key: 'size',
                header: 'Size',
                numeric: true,
                width: '6.5rem',
                from: 'sm',
                cell: ({ type, size }) => (type === 'file' ? bytes(size) : ''),
              },
            ]}
          />
          {steps.length >= 1000 && <p className="border-t px-4 py-2 text-muted">These are the first thousand.</p>}
        </div>
      )}
    </div>
  )
}
