// Words for runs: what kind, why it was started, how long it took.
import type { JobPayload } from '#server/contract/jobs.ts'
import type { Outputs } from '../../data/provider.tsx'
import { duration } from '../../patterns/format.ts'
import { sayDepth } from '../../patterns/verify-words.ts'

export type RunItem = Outputs['runs']['list']['items'][number]
export type RunDetails = Outputs['runs']['get']

/** What a restore was to do; `path` is null for who may not see names of files. */
export type RestorePayload = Omit<JobPayload<'restore'>, 'path'> & { readonly path: string | null }

export const kindWords: Readonly<Record<RunItem['kind'], string>> = {
  backup: 'Backup',
  restore: 'Restore',
  verify: 'Verification',
}

export const triggerWords: Readonly<Record<RunItem['trigger'], string>> = {
  schedule: 'by its schedule',
  manual: 'by hand',
  api: 'through the API',
  catch_up: 'to catch up on a missed time',
  retry: 'again, after one that was lost',
}

const towards: Readonly<Record<RunItem['kind'], string>> = { backup: 'to', restore: 'from', verify: 'of' }

/** What a run is about, in a word or two. */
export function titleOf({
  kind,
  scheduleName,
  repositoryName,
  depth,
  dryRun,
}: Pick<RunItem, 'kind' | 'scheduleName' | 'repositoryName' | 'depth' | 'dryRun'>) {
  if (scheduleName !== null) return `${kindWords[kind]} of ${scheduleName}`
  const work = dryRun ? 'Dry run of a restore' : kindWords[kind]
  const what = repositoryName === null ? work : `${work} ${towards[kind]} ${repositoryName}`
  return depth === null ? what : `${what}: ${sayDepth[depth]}`
}

const SECOND = 1000

export const isOpen = ({ state }: Pick<RunItem, 'state'>): boolean => state === 'running' || state === 'queued'

/** What an empty log says about a run. */
export function sayNoLines({ state, startedAt }: Pick<RunItem, 'state' | 'startedAt'>): string {
  if (isOpen({ state })) return 'It wrote nothing yet. Lines come here by themselves.'
  if (startedAt === null) return 'It wrote nothing: it never began.'
  return state === 'succeeded' ? 'It wrote nothing: all went as it should.' : 'It wrote nothing.'
}

/** How long it took, or takes by now; undefined when it never began. */
export function tookOf({ startedAt, finishedAt }: Pick<RunItem, 'startedAt' | 'finishedAt'>, now: number) {
  if (startedAt === null) return undefined
  const began = Date.parse(startedAt)
  if (finishedAt !== null) return duration(Math.max(0, Date.parse(finishedAt) - began))
  // Clocks of the page and of the server are not that exact.
  return duration(Math.max(SECOND, now - began))
}

/** When the state began: its age is told beside it. */
export const sinceOf = (run: RunItem): string => run.finishedAt ?? run.startedAt ?? run.queuedAt
