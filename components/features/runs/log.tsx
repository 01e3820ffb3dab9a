'use client'
// The log of a run: what there is, and what is written while one looks. Lines come from outside and are shown as text that can do nothing.
import { type LogLevel, logLevels } from '#server/contract/runs.ts'
import { displayText } from '../../patterns/file-name.tsx'
import { counted } from '../../patterns/format.ts'
import { Fetched, Notice, sayError } from '../../patterns/query.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import { type Column, DataTable } from '../../patterns/table.tsx'
import { useUrlState } from '../../patterns/url-state.ts'
import { When } from '../../patterns/when.tsx'
import { Button } from '../../ui/button.tsx'
import { Select } from '../../ui/controls.tsx'
import { Card } from '../../ui/surfaces.tsx'
import { type LogLine, useLog } from './use-log.ts'
import { isOpen, type RunDetails, sayNoLines } from './words.ts'

const defaults = { level: 'debug', order: 'newest' }

const choices: readonly (readonly [LogLevel, string])[] = [
  ['debug', 'All lines'],
  ['info', 'Information and worse'],
  ['warning', 'Warnings and errors'],
  ['error', 'Errors'],
]

const badges: Readonly<Record<LogLevel, readonly [state: string, word: string]>> = {
  debug: ['off', 'Debug'],
  info: ['off', 'Info'],
  warning: ['warning', 'Warning'],
  error: ['failed', 'Error'],
}

const Level = ({ level }: { level: LogLevel }) => {
  const [state, word] = badges[level]
  return level === 'warning' || level === 'error' ? (
    <StatusBadge state={state} word={word} quiet />
  ) : (
    <span className="text-sm text-muted">{word}</span>
  )
}

const columns: readonly Column<LogLine>[] = [
  {
    key: 'at',
    header: 'Time',
    width: '9rem',
    from: 'sm',
    cell: ({ at }) => <When at={at} show="time" />,
  },
  { key: 'level', header: 'Level', width: '6.5rem', from: 'sm', cell: ({ level }) => <Level level={level} /> },
  {
    key: 'message',
    header: 'Message',
    cell: ({ at, level, message }) => (
      <div>
        <span className="flex gap-3 sm:hidden">
          <Level level={level} />
          <When at={at} show="time" />
        </span>
        <bdi dir="ltr" className="font-mono text-sm break-words whitespace-pre-wrap">
          {displayText(message)}
        </bdi>
      </div>
    ),
  },
]

export function RunLog({ run }: { run: RunDetails }) {
  const { id } = run
  const open = isOpen(run)
  const { query, lines, failure, retry } = useLog(id, open)
  const [{ level, order }, set] = useUrlState(defaults)
  const least = Math.max(0, logLevels.indexOf(level as LogLevel))
  const wanted = lines.filter((line) => logLevels.indexOf(line.level) >= least)
  const rows = order === 'oldest' ? wanted : wanted.toReversed()
  return (
    <Card
      title={<LogTitle shown={wanted.length} all={lines.length} />}
      flush
      actions={
        <>
          <Select
            aria-label="Level"
            className="!w-48"
            value={level}
            onChange={(event) => set({ level: event.target.value })}
          >
            {choices.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
          <Select
            aria-label="Order"
            className="!w-36"
            value={order}
            onChange={(event) => set({ order: event.target.value })}
          >
            <option value="newest">Newest first</option>
            <option value="oldest">Oldest first</option>
          </Select>
        </>
      }
    >
      {failure !== undefined && (
        <Notice
          tone="warning"
          title="The newest lines could not be fetched"
          actions={
            <Button size="small" onClick={retry}>
              Try again
            </Button>
          }
        >
          {sayError(failure)}
        </Notice>
      )}
      <Fetched query={query}>
        {() => (
          <DataTable
            label="Log of the run"
            columns={columns}
            rows={rows}
            rowKey={(line) => String(line.id)}
            rowHeight={37}
            empty={
              <p className="px-4 py-6 text-muted">{lines.length > 0 ? 'No line is of this level.' : sayNoLines(run)}</p>
            }
          />
        )}
      </Fetched>
    </Card>
  )
}

const LogTitle = ({ shown, all }: { shown: number; all: number }) => (
  <>
    Log{' '}
    <span className="font-normal text-muted">
      {shown === all ? counted(all, 'line') : `${shown} of ${counted(all, 'line')}`}
    </span>
  </>
)
