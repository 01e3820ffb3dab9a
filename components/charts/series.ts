// What a chart shows, and the same in one sentence. What is not known is null: it is a gap, and never counts as 0.
import { counted } from '../patterns/format.ts'
import { shortDay } from './days.ts'
import { sayValue, type Unit } from './scale.ts'

/** Names of tokens: the colour itself is the theme's. */
export type ChartColour = 'accent' | 'ok' | 'warning' | 'failed' | 'missed' | 'unknown' | 'muted'

export type Series = {
  readonly key: string
  readonly label: string
  readonly colour: ChartColour
  /** Told apart from a line of the same chart by more than its colour. */
  readonly dashed?: boolean
}

/** Values by the key of their series, at a day. */
export type ChartRow = { readonly day: string; readonly values: Readonly<Record<string, number | null>> }

export type ChartKind = 'line' | 'area' | 'bars'

export type ChartData = {
  readonly kind: ChartKind
  readonly unit: Unit
  readonly series: readonly Series[]
  readonly rows: readonly ChartRow[]
}

type Known = { readonly day: string; readonly value: number }

export const knownOf = (rows: readonly ChartRow[], key: string): readonly Known[] =>
  rows.flatMap(({ day, values }) => {
    const value = values[key]
    return typeof value === 'number' ? [{ day, value }] : []
  })

/** The height of the highest point: of a stack, all its parts together. */
export function highestOf({ kind, rows, series }: ChartData): number {
  const heights = rows.map(({ values }) => {
    const own = series.map(({ key }) => values[key] ?? 0)
    return kind === 'bars' ? own.reduce((sum, each) => sum + each, 0) : Math.max(0, ...own)
  })
  return Math.max(0, ...heights)
}

/** Whether there is nothing to draw. A line along 0 is something; bars that are all 0 are not. */
export const isEmpty = ({ kind, rows, series }: ChartData): boolean =>
  series.every(({ key }) => {
    const known = knownOf(rows, key)
    return kind === 'bars' ? known.every(({ value }) => value === 0) : known.length === 0
  })

type OnlyDay = { readonly index: number; readonly highest: number; readonly words: string }

/** The day that there is something to draw of, where it is the only one: its highest point, and its values in words. */
export function onlyDayOf(data: ChartData): OnlyDay | undefined {
  const { kind, unit, series } = data
  const drawn = data.rows.flatMap((row, index) => (isEmpty({ ...data, rows: [row] }) ? [] : [{ row, index }]))
  const [only] = drawn
  if (only === undefined || drawn.length > 1) return undefined
  const { row, index } = only
  const highest = highestOf({ ...data, rows: [row] })
  const values = kind === 'bars' ? [highest] : series.flatMap(({ key }) => row.values[key] ?? [])
  const said = [...new Set(values.map((value) => sayValue(unit, value)))]
  return { index, highest, words: `${shortDay(row.day)}: ${said.join(' and ')}` }
}

/** One sentence for each series, for those who can't see the picture. */
export const summaryOf = ({ unit, rows, series }: ChartData): string =>
  series.map(({ key, label }) => sentence(label, unit, knownOf(rows, key), rows.length)).join(' ')

function sentence(label: string, unit: Unit, known: readonly Known[], days: number): string {
  const last = known.at(-1)
  if (last === undefined) return `${label}: nothing is known.`
  const lowest = known.reduce((best, each) => (each.value < best.value ? each : best))
  const highest = known.reduce((best, each) => (each.value > best.value ? each : best))
  const at = (of: Known): string => `${sayValue(unit, of.value)} on ${shortDay(of.day)}`
  const gaps = days - known.length
  const without = gaps === 0 ? '' : `, ${counted(gaps, 'day')} without a figure`
  return `${label}: latest ${at(last)}, lowest ${at(lowest)}, highest ${at(highest)}${without}.`
}
