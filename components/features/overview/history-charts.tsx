'use client'
// The figures of the last days as charts.
import { ChartFigure } from '../../charts/figure.tsx'
import type { ChartRow } from '../../charts/series.ts'
import type { Outputs } from '../../data/provider.tsx'
import { counted, percent } from '../../patterns/format.ts'

type Day = Outputs['overview']['charts']['days'][number]
type Key = Exclude<keyof Day, 'day'>

const rowsOf = (days: readonly Day[], ...keys: readonly Key[]): readonly ChartRow[] =>
  days.map((day) => ({ day: day.day, values: Object.fromEntries(keys.map((key) => [key, day[key]])) }))

const sumOf = (days: readonly Day[], ...keys: readonly ('succeeded' | 'warning' | 'failed' | 'missed')[]): number =>
  days.reduce((sum, day) => sum + keys.reduce((own, key) => own + day[key], 0), 0)

export function HistoryCharts({ days }: { days: readonly Day[] }) {
  const good = sumOf(days, 'succeeded', 'warning')
  const all = good + sumOf(days, 'failed', 'missed')
  return (
    <div className="grid gap-4 md:grid-cols-2 2xl:grid-cols-3">
      <ChartFigure
        title="Success rate"
        kind="line"
        unit="share"
        {...(all > 0 && { headline: `${percent(good / all)} of ${counted(all, 'backup')} made a snapshot` })}
        empty="No backup has ended in these days."
        series={[{ key: 'successRate', label: 'Success rate', colour: 'accent' }]}
        rows={rowsOf(days, 'successRate')}
      />
      <ChartFigure
        title="Backups a day"
        kind="bars"
        unit="count"
        empty="No backup has ended in these days."
        series={[
          { key: 'succeeded', label: 'Succeeded', colour: 'ok' },
          { key: 'warning', label: 'Warning', colour: 'warning' },
          { key: 'failed', label: 'Failed', colour: 'failed' },
          { key: 'missed', label: 'Missed', colour: 'missed' },
        ]}
        rows={rowsOf(days, 'succeeded', 'warning', 'failed', 'missed')}
      />
      <ChartFigure
        title="Duration of a backup"
        kind="line"
        unit="seconds"
        empty="No backup has succeeded in these days."
        series={[
          { key: 'medianSeconds', label: 'Median', colour: 'accent' },
          { key: 'p95Seconds', label: '95 % within', colour: 'missed', dashed: true },
        ]}
        rows={rowsOf(days, 'medianSeconds', 'p95Seconds')}
      />
      <ChartFigure
        title="Read and stored a day"
        kind="line"
        unit="bytes"
        empty="Nothing was read in these days."
        series={[
          { key: 'bytesRead', label: 'Read', colour: 'muted', dashed: true },
          { key: 'bytesStored', label: 'Stored', colour: 'accent' },
        ]}
        rows={rowsOf(days, 'bytesRead', 'bytesStored')}
      />
      <ChartFigure
        title="Stored in all repositories"
        kind="area"
        unit="bytes"
        empty="No repository has been measured yet. It happens with the next backup."
        series={[{ key: 'repositoryBytes', label: 'Stored', colour: 'accent' }]}
        rows={rowsOf(days, 'repositoryBytes')}
      />
      <ChartFigure
        title="Deduplication and compression"
        kind="line"
        unit="times"
        empty="Not known before the repositories were measured. It happens with the next backup."
        series={[{ key: 'ratio', label: 'All snapshots in full, compared with what is stored', colour: 'ok' }]}
        rows={rowsOf(days, 'ratio')}
      />
    </div>
  )
}
