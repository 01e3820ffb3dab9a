// The shapes of a chart as SVG paths, in a space of one unit a day across and from 0 (top) to 1 down. Pure: the server draws them as well.
import { type ChartRow, highestOf, type Series } from './series.ts'

/** Where a value lies between the axis (1) and the highest tick (0). */
const heightOf = (value: number, top: number): number => 1 - value / top
const at = (x: number, y: number): string => `${Number(x.toFixed(4))} ${Number(y.toFixed(4))}`

type Point = { readonly x: number; readonly value: number }

/** Values that follow each other day by day. What is not known ends a stretch. */
function stretchesOf(rows: readonly ChartRow[], key: string): readonly (readonly Point[])[] {
  const stretches: Point[][] = [[]]
  for (const [index, { values }] of rows.entries()) {
    const value = values[key]
    if (typeof value === 'number') stretches.at(-1)?.push({ x: index + 0.5, value })
    else if (stretches.at(-1)?.length !== 0) stretches.push([])
  }
  return stretches.filter(({ length }) => length > 0)
}

/** Of a day's width, so much is bar. */
const BAR = 0.82

/** A value between two gaps has no neighbour to go to: it is as wide as a bar. */
const asWideAsABar = ({ x, value }: Point): readonly Point[] => [
  { x: x - BAR / 2, value },
  { x: x + BAR / 2, value },
]

const linesOf = (rows: readonly ChartRow[], key: string): readonly (readonly Point[])[] =>
  stretchesOf(rows, key).map(([first, ...rest]) =>
    first === undefined ? [] : rest.length === 0 ? asWideAsABar(first) : [first, ...rest],
  )

/** A line through the middles of days. */
export const lineOf = (rows: readonly ChartRow[], key: string, top: number): string =>
  linesOf(rows, key)
    .map((points) => `M${points.map(({ x, value }) => at(x, heightOf(value, top))).join('L')}`)
    .join('')

/** What lies between a line and the axis. */
export const areaOf = (rows: readonly ChartRow[], key: string, top: number): string =>
  linesOf(rows, key)
    .map((points) => {
      const down = (point: Point | undefined): string => at(point?.x ?? 0, 1)
      const across = points.map(({ x, value }) => at(x, heightOf(value, top)))
      return `M${down(points[0])}L${across.join('L')}L${down(points.at(-1))}Z`
    })
    .join('')

/** The bars of one series, which stand on those of the series before it. */
export function barsOf(rows: readonly ChartRow[], series: readonly Series[], key: string, top: number): string {
  const below = series.slice(
    0,
    series.findIndex((each) => each.key === key),
  )
  return rows
    .map((row, index) => {
      const value = row.values[key] ?? 0
      if (value === 0) return ''
      const base = highestOf({ kind: 'bars', unit: 'count', series: below, rows: [row] })
      const [left, right] = [index + (1 - BAR) / 2, index + (1 + BAR) / 2]
      const [foot, head] = [heightOf(base, top), heightOf(base + value, top)]
      return `M${at(left, foot)}L${at(left, head)}L${at(right, head)}L${at(right, foot)}Z`
    })
    .join('')
}

const MOST_DAYS = 5

/** The days that have their name below the axis: five at most, at equal distances. */
export function namedDays(days: number): readonly number[] {
  const step = Math.ceil(days / MOST_DAYS)
  const named: number[] = []
  for (let index = days - 1 - Math.floor(step / 2); index >= 0; index -= step) named.unshift(index)
  return named
}
