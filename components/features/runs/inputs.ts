// What the pages of runs ask for: the same on the server, which fetches it ahead, and in the browser.
import { jobKinds, type RunState, runStates } from '#server/contract/runs.ts'
import type { Inputs } from '../../data/provider.tsx'

/** Runs that wait or work: what the server does at once is far below this. */
export const openInput = { states: ['running' as const, 'queued' as const], limit: 50 }

/** The first lines of a log; the others follow by themselves. */
export const logInput = (id: string) => ({ id, limit: 1000 })

export const noFilters = { kind: '', state: '', schedule: '', repository: '', from: '', to: '' }
export type Filters = typeof noFilters

/** A day of the browser's zone as an instant; undefined for what is no day. */
function startOf(day: string, later = 0): string | undefined {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? []
  if (year === undefined) return undefined
  const instant = new Date(Number(year), Number(month) - 1, Number(date) + later)
  return Number.isNaN(instant.getTime()) ? undefined : instant.toISOString()
}

const oneOf = <T extends string>(all: readonly T[], value: string | undefined): T | undefined =>
  all.find((each) => each === value)

const groups: Readonly<Record<string, readonly RunState[]>> = {
  open: ['running', 'queued'],
  unwell: ['failed', 'missed', 'orphaned', 'warning'],
}

/** The input of `runs.list` for what stands in the address. What makes no sense there is left out. */
export function listInput(filters: Partial<Filters>): Inputs['runs']['list'] & object {
  const kind = oneOf(jobKinds, filters.kind)
  const state = oneOf(runStates, filters.state)
  const states = state === undefined ? groups[filters.state ?? ''] : [state]
  const from = startOf(filters.from ?? '')
  const to = startOf(filters.to ?? '', 1)
  return {
    limit: 100,
    ...(kind !== undefined && { kind }),
    ...(states !== undefined && { states: [...states] }),
    ...(filters.schedule && { scheduleId: filters.schedule.slice(0, 100) }),
    ...(filters.repository && { repositoryId: filters.repository.slice(0, 100) }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  }
}
