'use client'
// The picture of a chart. It is drawn on the server too, so it stands in the first answer; it stretches with its box, its lines and its words do not.
import { type PointerEvent, useState } from 'react'
import { classNames } from '../ui/class-names.ts'
import { shortDay, wholeDay } from './days.ts'
import { sayExactly, sayTick, ticksOf } from './scale.ts'
import { type ChartData, highestOf, onlyDayOf, type Series } from './series.ts'
import { areaOf, barsOf, lineOf, namedDays } from './shapes.ts'

const colourOf = ({ colour }: Series): string => `var(--${colour})`
const part = (of: number, whole: number): string => `${((of / whole) * 100).toFixed(2)}%`

export function Plot({ label, ...data }: ChartData & { label: string }) {
  const [pointed, setPointed] = useState<number | undefined>(undefined)
  const days = data.rows.length
  const ticks = ticksOf(data.unit, highestOf(data))
  const top = ticks.at(-1) ?? 1
  const point = ({ clientX, currentTarget }: PointerEvent): void => {
    const { left, width } = currentTarget.getBoundingClientRect()
    setPointed(Math.min(days - 1, Math.max(0, Math.floor(((clientX - left) / width) * days))))
  }
  return (
    <div role="img" aria-label={label} className="relative h-full text-xs text-muted select-none">
      <div className="absolute top-2 bottom-6 left-0 w-14">
        {ticks.map((tick) => (
          <span
            key={tick}
            className="absolute right-0 -translate-y-1/2 leading-none whitespace-nowrap"
            style={{ top: part(top - tick, top) }}
          >
            {sayTick(data.unit, tick)}
          </span>
        ))}
      </div>
      <div className="absolute top-2 right-2 bottom-6 left-16">
        <svg
          aria-hidden
          viewBox={`0 0 ${days} 1`}
          preserveAspectRatio="none"
          className="absolute inset-0 size-full overflow-visible"
        >
          {ticks.map((tick) => (
            <line
              key={tick}
              x1={0}
              x2={days}
              y1={1 - tick / top}
              y2={1 - tick / top}
              stroke={tick === 0 ? 'var(--border-strong)' : 'var(--border)'}
              vectorEffect="non-scaling-stroke"
            />
          ))}
          {data.series.map((series) => (
            <Shape key={series.key} data={data} series={series} top={top} />
          ))}
        </svg>
        {namedDays(days).map((index) => (
          <span
            key={index}
            className="absolute top-full -translate-x-1/2 pt-1.5 leading-none whitespace-nowrap"
            style={{ left: part(index + 0.5, days) }}
          >
            {shortDay(data.rows[index]?.day ?? '')}
          </span>
        ))}
        <div
          className="absolute inset-0 touch-pan-y"
          onPointerMove={point}
          onPointerDown={point}
          onPointerLeave={() => setPointed(undefined)}
        />
        {pointed === undefined ? <OnlyDay data={data} top={top} /> : <Pointed data={data} index={pointed} />}
      </div>
    </div>
  )
}

function Shape({ data: { kind, rows, series: all }, series, top }: { data: ChartData; series: Series; top: number }) {
  const colour = colourOf(series)
  if (kind === 'bars') {
    const d = barsOf(rows, all, series.key, top)
    // The thin line keeps the parts of a stack apart.
    return <path d={d} fill={colour} stroke="var(--surface)" vectorEffect="non-scaling-stroke" />
  }
  return (
    <>
      {kind === 'area' && <path d={areaOf(rows, series.key, top)} fill={colour} fillOpacity={0.14} />}
      <path
        d={lineOf(rows, series.key, top)}
        fill="none"
        stroke={colour}
        strokeWidth={2}
        strokeLinecap="round"
        strokeLinejoin="round"
        strokeDasharray={series.dashed ? '5 4' : undefined}
        vectorEffect="non-scaling-stroke"
      />
    </>
  )
}

/** The values of the one day of which anything is known, beside it: one mark in an empty plot says little. */
function OnlyDay({ data, top }: { data: ChartData; top: number }) {
  const only = onlyDayOf(data)
  if (only === undefined) return null
  const { index, highest, words } = only
  const days = data.rows.length
  const side = index < days / 2 ? { left: part(index + 1, days) } : { right: part(days - index, days) }
  return (
    <span
      className={classNames(
        'pointer-events-none absolute -translate-y-1/2 rounded-md border bg-raised px-1.5 py-0.5 whitespace-nowrap text-text',
        days === 1 ? '-translate-x-1/2' : 'mx-1.5',
      )}
      style={{
        top: `clamp(0.25rem, ${part(top - highest, top)}, 100% - 0.75rem)`,
        ...(days === 1 ? { left: '50%' } : side),
      }}
    >
      {words}
    </span>
  )
}

/** The values of a day to the last digit, on the side of it where there is more room. */
function Pointed({ data, index }: { data: ChartData; index: number }) {
  const row = data.rows[index]
  if (row === undefined) return null
  const days = data.rows.length
  const middle = part(index + 0.5, days)
  const side = index < days / 2 ? { left: middle } : { right: part(days - index - 0.5, days) }
  return (
    <div className="pointer-events-none absolute inset-0">
      <div className="absolute inset-y-0 border-l border-border-strong" style={{ left: middle }} />
      <div
        className="absolute top-0 z-10 mx-2 rounded-md border bg-raised px-2.5 py-1.5 text-sm text-text shadow-pop"
        style={side}
      >
        <p className="mb-1 font-medium whitespace-nowrap">{wholeDay(row.day)}</p>
        <dl className="grid grid-cols-[auto_auto] gap-x-3">
          {data.series.map((series) => {
            const value = row.values[series.key]
            return (
              <div key={series.key} className="contents">
                <dt className="text-muted">{series.label}</dt>
                <dd className="text-right">{typeof value === 'number' ? sayExactly(data.unit, value) : 'not known'}</dd>
              </div>
            )
          })}
        </dl>
      </div>
    </div>
  )
}
