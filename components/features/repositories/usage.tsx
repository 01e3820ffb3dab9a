'use client'
// What a repository holds and saves, how it grows, and how long there is room.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ChartFigure } from '../../charts/figure.tsx'
import type { ChartRow } from '../../charts/series.ts'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { bytes, count } from '../../patterns/format.ts'
import { Period } from '../../patterns/period.tsx'
import { daysOf, periodDefaults } from '../../patterns/periods.ts'
import { Fetched } from '../../patterns/query.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import { useUrlState } from '../../patterns/url-state.ts'
import { When } from '../../patterns/when.tsx'
import { Link } from '../../ui/button.tsx'
import { Skeleton } from '../../ui/surfaces.tsx'
import { roomState, sayGrowth, sayRatio, sayRoom } from './say.ts'

type UsageData = Outputs['repositories']['usage']

const unknown = (why: string): ReactNode => <span className="font-normal text-muted">{why}</span>

export function Usage({ id, timezone }: { id: string; timezone: string }) {
  const trpc = useTRPC()
  const [{ days: period }, set] = useUrlState(periodDefaults)
  const days = daysOf(period)
  const query = useQuery({
    ...trpc.repositories.usage.queryOptions({ id, days, timezone }),
    placeholderData: keepPreviousData,
  })
  return (
    <section aria-label="Usage" className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-lg font-semibold">What it holds</h2>
        <Period chosen={days} onChoose={(chosen) => set({ days: chosen })} />
      </div>
      <Fetched query={query} shape={<Skeleton className="h-[28rem] w-full" />}>
        {(usage) => (
          <>
            <Figures usage={usage} id={id} />
            <UsageCharts days={usage.days} />
          </>
        )}
      </Fetched>
    </section>
  )
}

function Figures({ usage, id }: { usage: UsageData; id: string }) {
  const { storedBytes, measuredAt, logicalBytes, ratio, snapshots, packs, growthPerDay, protectedBytes } = usage
  const room = roomState(usage.daysUntilFull)
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border bg-border lg:grid-cols-4">
      <Figure
        label="Stored"
        more={
          measuredAt === null ? (
            'never measured'
          ) : (
            <>
              measured <When at={measuredAt} />
            </>
          )
        }
      >
        {storedBytes === null ? unknown('not known') : bytes(storedBytes)}
      </Figure>
      <Figure label="Deduplication and compression" more={`${bytes(logicalBytes)} if all were stored in full`}>
        {ratio === null ? unknown('not known') : sayRatio(ratio)}
      </Figure>
      <Figure label="Growth" more="over the last 30 days">
        {growthPerDay === null ? unknown('not known yet') : sayGrowth(growthPerDay)}
      </Figure>
      <Figure label="Room" more={roomMore(usage)}>
        {room === undefined ? sayRoom(usage) : <StatusBadge state={room} word={sayRoom(usage)} />}
      </Figure>
      <Figure label="Protected" more="the newest snapshot of each source">
        {bytes(protectedBytes)}
      </Figure>
      <Figure
        label="Snapshots"
        more={
          <Link href={`/snapshots?repository=${id}`} className="underline underline-offset-2">
            Show them
          </Link>
        }
      >
        {count(snapshots)}
      </Figure>
      <Figure label="Packs" more="files that hold the data">
        {packs === null ? unknown('not known') : count(packs)}
      </Figure>
      <Figure label="Free" more={usage.totalBytes === null ? '' : `of ${bytes(usage.totalBytes)}`}>
        {usage.freeBytes === null ? unknown('not known') : bytes(usage.freeBytes)}
      </Figure>
    </dl>
  )
}

function roomMore({ roomUnknown, freeBytes, growthPerDay }: UsageData): string {
  if (roomUnknown !== null) return roomUnknown
  return freeBytes !== null && growthPerDay === null
    ? 'after three days with figures'
    : 'at the growth of the last 30 days'
}

const Figure = ({ label, more, children }: { label: string; more: ReactNode; children: ReactNode }) => (
  <div className="min-w-0 bg-surface px-4 py-2.5">
    <dt className="text-sm text-muted">{label}</dt>
    <dd>
      <span className="block text-lg font-semibold break-words">{children}</span>
      <span className="block text-sm break-words text-muted">{more}</span>
    </dd>
  </div>
)

const rowsOf = (days: UsageData['days'], ...keys: ('storedBytes' | 'logicalBytes' | 'snapshots')[]): ChartRow[] =>
  days.map((day) => ({ day: day.day, values: Object.fromEntries(keys.map((key) => [key, day[key]])) }))

const UsageCharts = ({ days }: { days: UsageData['days'] }) => (
  <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-3">
    <ChartFigure
      title="Stored"
      kind="area"
      unit="bytes"
      empty="It has not been measured yet. That happens with the next backup."
      series={[{ key: 'storedBytes', label: 'Stored', colour: 'accent' }]}
      rows={rowsOf(days, 'storedBytes')}
    />
    <ChartFigure
      title="All snapshots in full"
      kind="area"
      unit="bytes"
      empty="There is no snapshot yet."
      series={[{ key: 'logicalBytes', label: 'In full', colour: 'muted' }]}
      rows={rowsOf(days, 'logicalBytes')}
    />
    <ChartFigure
      title="Number of snapshots"
      kind="line"
      unit="count"
      empty="There is no snapshot yet."
      series={[{ key: 'snapshots', label: 'Snapshots', colour: 'ok' }]}
      rows={rowsOf(days, 'snapshots')}
    />
  </div>
)
