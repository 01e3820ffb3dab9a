// TanStack Query tells each page of a list the direction that it is read in. Ours go one way, and the API takes no key that it does not know.
import type { TRPCLink } from '@trpc/client'
import type { AppRouter } from '#server/api/root.ts'

/** Takes `direction` off the input. */
export function withoutDirection(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || !('direction' in input)) return input
  const { direction: _, ...rest } = input
  return rest
}

export const oneWay: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) =>
    next({ ...op, input: withoutDirection(op.input) })
