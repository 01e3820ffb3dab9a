// The days of a source in words, and which source needs a look first. Pure.
import type { Outputs } from '../data/provider.tsx'
import { counted } from '../patterns/format.ts'
import type { Status } from '../patterns/status.tsx'

/** How the runs of a day ended: the worst state, and the newest run in it. */
export type DayCell = Outputs['overview']['days']['sources'][number]['cells'][number]
export type DayState = DayCell['state']

/** A day without a run says nothing about whether all is well. */
export const statusOfDay = (state: DayState): Status => (state === 'none' ? 'unknown' : state)

/** "1 failed, 2 succeeded", the worst first. */
export function sayCell({ failed, missed, warning, running, succeeded }: DayCell): string {
  const parts = [
    failed > 0 && `${failed} failed`,
    missed > 0 && `${missed} missed`,
    warning > 0 && counted(warning, 'with a warning', 'with warnings'),
    running > 0 && `${running} running`,
    succeeded > 0 && `${succeeded} succeeded`,
  ].filter((each) => each !== false)
  return parts.length === 0 ? 'no run' : parts.join(', ')
}

const weight: Readonly<Record<DayState, number>> = { failed: 4, missed: 4, warning: 2, running: 1, ok: 0, none: 0 }

/** How much a source needs a look: what went wrong lately counts more than what went wrong long ago. */
export const urgencyOf = (cells: readonly DayCell[]): number =>
  cells.reduce((sum, { state }, at) => sum + weight[state] * 0.8 ** (cells.length - 1 - at), 0)
