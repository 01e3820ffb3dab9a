'use client'
// The one place that knows recharts. It is loaded when a chart is shown: pages take it from figure.tsx.
import {
  Area,
  Bar,
  CartesianGrid,
  ComposedChart,
  Line,
  ResponsiveContainer,
  Tooltip,
  type TooltipContentProps,
  XAxis,
  YAxis,
} from 'recharts'
import { shortDay, wholeDay } from './days.ts'
import { sayExactly, sayTick, ticksOf } from './scale.ts'
import { type ChartData, highestOf, type Series } from './series.ts'

const colourOf = ({ colour }: Series): string => `var(--${colour})`
const dashOf = ({ dashed }: Series): string => (dashed ? '5 4' : '0')
const text = { fill: 'var(--muted)', fontSize: 12 }

type Point = { readonly day: string; readonly values: Readonly<Record<string, number | null>> }

export default function Plot({ label, ...data }: ChartData & { label: string }) {
  const ticks = ticksOf(data.unit, highestOf(data))
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ComposedChart
        data={data.rows as Point[]}
        title={label}
        margin={{ top: 6, right: 8, bottom: 0, left: 0 }}
        barCategoryGap="18%"
      >
        <CartesianGrid vertical={false} stroke="var(--border)" />
        <XAxis
          dataKey="day"
          tickFormatter={shortDay}
          tick={text}
          tickLine={false}
          axisLine={{ stroke: 'var(--border-strong)' }}
          minTickGap={28}
          height={24}
        />
        <YAxis
          tick={text}
          tickLine={false}
          axisLine={false}
          width={64}
          ticks={[...ticks]}
          domain={[0, ticks.at(-1) ?? 1]}
          interval={0}
          tickFormatter={(value: number) => sayTick(data.unit, value)}
        />
        <Tooltip
          cursor={{ stroke: 'var(--border-strong)', fill: 'var(--sunken)', fillOpacity: 0.6 }}
          isAnimationActive={false}
          content={(shown) => <Exact {...shown} data={data} />}
        />
        {data.series.map((series) => shapeOf(data, series))}
      </ComposedChart>
    </ResponsiveContainer>
  )
}

/** Recharts takes its parts as direct children, so this makes elements and is no component. */
function shapeOf({ kind, rows }: ChartData, series: Series) {
  const { key } = series
  const common = {
    dataKey: (row: Point) => row.values[key] ?? null,
    name: series.label,
    isAnimationActive: false,
    stroke: colourOf(series),
  } as const
  if (kind === 'bars') {
    return (
      <Bar
        key={key}
        {...common}
        stackId="all"
        fill={colourOf(series)}
        stroke="var(--surface)"
        strokeWidth={1}
        maxBarSize={28}
      />
    )
  }
  const line = {
    ...common,
    type: 'linear',
    strokeWidth: 2,
    strokeDasharray: dashOf(series),
    connectNulls: false,
    activeDot: { r: 4 },
    // A value between two gaps has no line, and would not be seen.
    dot: (point: { cx?: number; cy?: number; index: number }) => {
      const known = (at: number): boolean => typeof rows[at]?.values[key] === 'number'
      const alone = known(point.index) && !known(point.index - 1) && !known(point.index + 1)
      return alone ? (
        <circle key={point.index} cx={point.cx} cy={point.cy} r={2.5} fill={colourOf(series)} />
      ) : (
        <g key={point.index} />
      )
    },
  } as const
  return kind === 'area' ? (
    <Area key={key} {...line} fill={colourOf(series)} fillOpacity={series.dashed ? 0 : 0.14} />
  ) : (
    <Line key={key} {...line} />
  )
}

/** The values of a day to the last digit. */
function Exact({ active, label, data }: Partial<TooltipContentProps> & { data: ChartData }) {
  const row = data.rows.find(({ day }) => day === label)
  if (!active || row === undefined) return null
  return (
    <div className="rounded-md border bg-raised px-2.5 py-1.5 text-sm shadow-pop">
      <p className="mb-1 font-medium">{wholeDay(row.day)}</p>
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
  )
}
