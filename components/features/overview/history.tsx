'use client'
// The last days: how the runs of each source ended, and the figures of backups and repositories. How many days stands in the address.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { DayStrip } from '../../charts/day-strip.tsx'
import { urgencyOf } from '../../charts/strip.ts'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { counted } from '../../patterns/format.ts'
import { Period } from '../../patterns/period.tsx'
import { daysOf, periodDefaults } from '../../patterns/periods.ts'
import { Fetched } from '../../patterns/query.tsx'
import { StatusBadge, statusLooks } from '../../patterns/status.tsx'
import { useUrlState } from '../../patterns/url-state.ts'
import { Button, TextLink } from '../../ui/button.tsx'
import { Card, Skeleton } from '../../ui/surfaces.tsx'
import { HistoryCharts } from './history-charts.tsx'

export function History({ timezone }: { timezone: string }) {
  const trpc = useTRPC()
  const [{ days: period }, set] = useUrlState(periodDefaults)
  const input = { days: daysOf(period), timezone }
  const strip = useQuery({ ...trpc.overview.days.queryOptions(input), placeholderData: keepPreviousData })
  const charts = useQuery({ ...trpc.overview.charts.queryOptions(input), placeholderData: keepPreviousData })
  return (
    <>
      <div className="mt-2 flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-lg font-semibold">The last {input.days} days</h2>
        <Period chosen={input.days} onChoose={(days) => set({ days })} />
      </div>
      <Card title="Day by day" actions={<StripKey />}>
        <Fetched query={strip} shape={<Skeleton className="h-48 w-full" />}>
          {(data) => <Strip strip={data} />}
        </Fetched>
      </Card>
      <Fetched query={charts} shape={<Skeleton className="h-[34rem] w-full" />}>
        {({ days }) => <HistoryCharts days={days} />}
      </Fetched>
    </>
  )
}

/** So many sources at first; each click adds as many. */
const SOURCES = 10

function Strip({ strip: { days, sources, omitted } }: { strip: Outputs['overview']['days'] }) {
  const [shown, setShown] = useState(SOURCES)
  if (sources.length === 0) return <p className="py-4 text-center text-muted">There is no schedule yet.</p>
  const urgent = [...sources].sort((a, b) => urgencyOf(b.cells) - urgencyOf(a.cells))
  const rest = sources.length - shown
  return (
    <>
      <DayStrip
        label="How the runs of each schedule ended, day by day"
        days={days}
        hrefOf={(runId) => `/runs/${runId}`}
        sources={urgent.slice(0, shown).map((source) => ({
          key: source.scheduleId,
          name: source.name,
          cells: source.cells,
          head: <SourceHead source={source} />,
        }))}
      />
      {(rest > 0 || omitted > 0) && (
        <div className="flex flex-wrap items-center gap-3 pt-2">
          {rest > 0 && (
            <Button size="small" look="quiet" onClick={() => setShown(shown + SOURCES)}>
              Show {Math.min(rest, SOURCES)} more of {counted(sources.length, 'schedule')}
            </Button>
          )}
          {omitted > 0 && (
            <span className="text-sm text-muted">{counted(omitted, 'further schedule')} stand in the list only.</span>
          )}
        </div>
      )}
    </>
  )
}

const SourceHead = ({ source }: { source: Outputs['overview']['days']['sources'][number] }): ReactNode => (
  <span className="flex min-h-6 min-w-0 items-center gap-2">
    <TextLink href={`/schedules/${source.scheduleId}`} className="min-w-0 truncate" title={source.name}>
      {source.name}
    </TextLink>
    {!source.enabled ? <StatusBadge state="disabled" quiet /> : source.paused && <StatusBadge state="paused" quiet />}
  </span>
)

const key = ['ok', 'warning', 'failed', 'missed', 'running'] as const

const StripKey = () => (
  <ul aria-label="What the signs mean" className="flex flex-wrap gap-x-3 gap-y-1 text-sm text-muted">
    {key.map((status) => {
      const { icon: Icon, text, word } = statusLooks[status]
      return (
        <li key={status} className="flex items-center gap-1">
          <Icon aria-hidden className={`size-3.5 ${text}`} />
          {word}
        </li>
      )
    })}
    <li className="flex items-center gap-1.5">
      <span aria-hidden className="size-1 rounded-full bg-border-strong" />
      No run
    </li>
  </ul>
)
