// Axes in units that people read: ticks that are round in KiB, minutes or per cent, and values as words. Pure.
import { bytes, count, duration, percent } from '../patterns/format.ts'

export type Unit = 'bytes' | 'seconds' | 'share' | 'count' | 'times'

/** Steps between two ticks that are round in the unit, the smallest first. */
const decades = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at).flatMap((power) =>
    // Built by division below 1, so that 0.1 is the number that is written 0.1.
    [1, 2, 5].map((digit) => (power < 0 ? digit / 10 ** -power : digit * 10 ** power)),
  )
const steps: Readonly<Record<Exclude<Unit, 'share'>, readonly number[]>> = {
  bytes: Array.from({ length: 6 }, (_, power) =>
    [1, 2, 5, 10, 20, 50, 100, 200, 500].map((digits) => digits * 1024 ** power),
  ).flat(),
  seconds: [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 43_200, 86_400, 172_800],
  count: decades(0, 9),
  times: decades(-1, 6),
}
const MOST_TICKS = 4

/** Ticks from 0 up to at least `highest`, five at most. */
export function ticksOf(unit: Unit, highest: number): readonly number[] {
  if (unit === 'share') return [0, 0.25, 0.5, 0.75, 1]
  const step = steps[unit].find((each) => highest / each <= MOST_TICKS) ?? highest / MOST_TICKS
  const many = Math.max(1, Math.ceil(highest / step))
  return Array.from({ length: many + 1 }, (_, at) => Number((at * step).toPrecision(12)))
}

/** Short, for an axis. */
export const sayTick = (unit: Unit, value: number): string => sayValue(unit, value).replace(/\.0(?= |$)/, '')

export function sayValue(unit: Unit, value: number): string {
  if (unit === 'bytes') return bytes(value)
  if (unit === 'seconds') return value === 0 ? '0 s' : duration(value * 1000)
  if (unit === 'share') return percent(value)
  if (unit === 'times') return `${value.toFixed(value < 10 ? 1 : 0)} x`
  return count(value)
}

/** To the last digit where that says more than `sayValue`. */
export function sayExactly(unit: Unit, value: number): string {
  if (unit === 'bytes' && value >= 1024) return `${bytes(value)} (${count(Math.round(value))} B)`
  if (unit === 'seconds' && value >= 60) return `${duration(value * 1000)} (${count(Math.round(value))} s)`
  if (unit === 'times') return `${value.toFixed(2)} x`
  return sayValue(unit, value)
}
