// The kinds of jobs that a process can do: each is loaded only when it is asked for.
import type { JobKind } from '../contract/runs.ts'
import type { Job } from './types.ts'

export const kinds: { readonly [Kind in JobKind]: () => Promise<Job<Kind>> } = {
  backup: () => import('./backup.ts'),
  restore: () => import('./restore.ts'),
  verify: () => import('./verify.ts'),
}
