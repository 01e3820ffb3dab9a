// The filters of the list of restores, as they stand in its address and as the API takes them. Pure; the page asks the same ahead.
import { runStates } from '#server/contract/runs.ts'

/** `kind`: '' for real ones, 'dry' for dry runs, 'all'. */
export const noRestoreFilters = { state: '', kind: '' }
export type RestoreFilters = Readonly<Record<keyof typeof noRestoreFilters, string>>

export function restoresInput({ state, kind }: RestoreFilters) {
  const known = runStates.find((each) => each === state)
  return {
    limit: 100,
    ...(known === undefined ? {} : { state: known }),
    ...(kind === 'all' ? {} : { dryRun: kind === 'dry' }),
  }
}
