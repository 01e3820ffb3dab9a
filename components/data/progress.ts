// Progress as it is told, laid over what is known of a run, and of the restore that a run is of.
import type { QueryClient } from '@tanstack/react-query'
import type { LiveEvent } from '#server/contract/events.ts'
import type { Outputs } from './provider.tsx'

type RunEvent = LiveEvent & { kind: 'run' }
type Live = Outputs['runs']['live']
type Restore = Outputs['restores']['get']

/** @param key of the run's query */
export function applyRun(queries: QueryClient, key: readonly unknown[], event: RunEvent): void {
  const known = queries.getQueryData<Live>(key)
  if (known === undefined || event.seq <= known.seq) return
  const progress = { ...known.progress, ...event.progress }
  queries.setQueryData<Live>(key, { ...known, state: event.state as Live['state'], progress, seq: event.seq })
}

/**
 * Whoever asked for a restore may see its progress, though perhaps no runs.
 * @param prefix of the queries of all single restores
 */
export function applyRestore(queries: QueryClient, prefix: readonly unknown[], event: RunEvent): void {
  if (event.progress === undefined) return
  for (const [key, known] of queries.getQueriesData<Restore>({ queryKey: prefix })) {
    if (known?.runId !== event.id) continue
    queries.setQueryData<Restore>(key, { ...known, progress: { ...known.progress, ...event.progress } })
  }
}
