'use client'
// A chart as pages use it: what it shows in words, the picture, and the same as a table. Its height never changes, so nothing moves when it comes.
import { ChartColumn, Table2 } from 'lucide-react'
import { useId, useState } from 'react'
import { IconButton } from '../ui/button.tsx'
import { wholeDay } from './days.ts'
import { Plot } from './plot.tsx'
import { sayExactly, sayValue } from './scale.ts'
import { type ChartData, isEmpty, knownOf, type Series, summaryOf } from './series.ts'

const HEIGHT = 'h-44'

export function ChartFigure({
  title,
  headline,
  empty,
  ...data
}: ChartData & {
  title: string
  /** The one thing that it says, in a few words. */
  headline?: string
  /** What to say when there is nothing to show yet. */
  empty: string
}) {
  const [asTable, setAsTable] = useState(false)
  const id = useId()
  const nothing = isEmpty(data)
  return (
    <figure
      className="flex min-w-0 flex-col rounded-lg border bg-surface px-4 pt-3 pb-4"
      aria-labelledby={`${id}-title`}
    >
      <div className="flex items-start justify-between gap-2">
        <figcaption className="min-w-0">
          <h3 id={`${id}-title`} className="font-semibold">
            {title}
          </h3>
          <Key data={data} headline={headline} />
          <p className="sr-only">{summaryOf(data)}</p>
        </figcaption>
        <IconButton
          label={asTable ? `Show ${title} as a chart` : `Show ${title} as a table`}
          onClick={() => setAsTable(!asTable)}
          disabled={nothing}
        >
          {asTable ? <ChartColumn aria-hidden className="size-4" /> : <Table2 aria-hidden className="size-4" />}
        </IconButton>
      </div>
      <div className={`mt-auto pt-2`}>
        <div className={`${HEIGHT} min-w-0`}>
          {nothing ? (
            <p className="flex h-full items-center justify-center rounded-md border border-dashed px-6 text-center text-muted">
              {empty}
            </p>
          ) : asTable ? (
            <ValuesTable title={title} data={data} />
          ) : (
            <Plot label={title} {...data} />
          )}
        </div>
      </div>
    </figure>
  )
}

/** What stands for what, with the latest value of each. */
function Key({ data, headline }: { data: ChartData; headline: string | undefined }) {
  return (
    <div className="flex min-h-5 flex-wrap gap-x-3 text-sm text-muted">
      {headline !== undefined && <span>{headline}</span>}
      {(data.series.length > 1 || headline === undefined) &&
        data.series.map((series) => {
          const last = knownOf(data.rows, series.key).at(-1)
          return (
            <span key={series.key} className="flex items-center gap-1.5">
              <Sample kind={data.kind} series={series} />
              {series.label}
              {data.kind !== 'bars' && last !== undefined && (
                <span className="text-text">{sayValue(data.unit, last.value)}</span>
              )}
            </span>
          )
        })}
    </div>
  )
}

function Sample({ kind, series }: { kind: ChartData['kind']; series: Series }) {
  const colour = `var(--${series.colour})`
  return kind === 'bars' ? (
    <span aria-hidden className="size-2.5 rounded-sm" style={{ background: colour }} />
  ) : (
    <span
      aria-hidden
      className="w-4 border-t-2"
      style={{ borderColor: colour, borderStyle: series.dashed ? 'dashed' : 'solid' }}
    />
  )
}

function ValuesTable({ title, data }: { title: string; data: ChartData }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, which a keyboard must be able to do
    <section aria-label={`${title}, as a table`} tabIndex={0} className="h-full overflow-auto rounded-md border">
      <table className="w-full border-collapse text-sm">
        <thead className="sticky top-0 bg-surface">
          <tr>
            <th scope="col" className="border-b px-2 py-1 text-left font-medium text-muted">
              Day
            </th>
            {data.series.map(({ key, label }) => (
              <th key={key} scope="col" className="border-b px-2 py-1 text-right font-medium text-muted">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.rows.toReversed().map(({ day, values }) => (
            <tr key={day} className="border-b last:border-b-0">
              <th scope="row" className="px-2 py-1 text-left font-normal whitespace-nowrap">
                {wholeDay(day)}
              </th>
              {data.series.map(({ key }) => {
                const value = values[key]
                return (
                  <td key={key} className="px-2 py-1 text-right">
                    {typeof value === 'number' ? (
                      sayExactly(data.unit, value)
                    ) : (
                      <span className="text-muted">not known</span>
                    )}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
