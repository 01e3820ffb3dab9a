// What is measured, and what Holdfast is to reach in it.
import type { CorpusName } from './corpus.ts'

export const steps = [
  { id: 'first', title: 'first' },
  { id: 'unchanged', title: 'unchanged' },
  { id: 'changed', title: '1 % changed' },
  { id: 'restore', title: 'restore' },
  { id: 'restoreTmpfs', title: 'restore to memory' },
  { id: 'check', title: 'check, all data' },
] as const

export type StepId = (typeof steps)[number]['id']

/** The steps of a corpus: only the tree of many files tells something when it is restored to memory. */
export function stepsOf(corpus: CorpusName): readonly StepId[] {
  return steps.map(({ id }) => id).filter((id) => id !== 'restoreTmpfs' || corpus === 'A')
}

/** How many times as fast as the faster peer Holdfast is to be. A step that is not named may not be slower: 1. */
const speedTargets: Record<CorpusName, Partial<Record<StepId, number>>> = {
  A: { first: 3, unchanged: 4, changed: 3, restore: 1.4, restoreTmpfs: 3, check: 1.5 },
  B: { first: 4, unchanged: 6, restore: 1.3 },
  C: { first: 2, restore: 1.2 },
}

export const speedTarget = (corpus: CorpusName, step: StepId): number => speedTargets[corpus][step] ?? 1

/** The repository of Holdfast over the smallest peer's: at most this. */
export const REPOSITORY_TARGET = 1

/** Peak memory of the process tree in any step, in MiB: at most this. */
export const MEMORY_TARGET_MIB = 256
