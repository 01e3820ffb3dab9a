'use client'
// What changes something: runs a mutation once, says that it worked or why not, and lets what it touched be fetched again.
import { type UseMutationOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { toast } from 'sonner'
import { sayError } from './query.tsx'

/**
 * @param options of tRPC: `trpc.schedules.pause.mutationOptions()`
 * @param says what is said when it worked; nothing when it is left out
 * @param touches routers whose answers it changes, e.g. ['schedules']
 */
export function useAction<Input, Output, Failure>(
  options: UseMutationOptions<Output, Failure, Input>,
  {
    says,
    touches = [],
    after,
    quiet,
  }: {
    says?: string | ((output: Output, input: Input) => string)
    touches?: readonly string[]
    after?(output: Output, input: Input): void
    /** The page shows the error itself. */
    quiet?: boolean
  } = {},
) {
  const queries = useQueryClient()
  return useMutation<Output, Failure, Input>({
    mutationFn: options.mutationFn,
    mutationKey: options.mutationKey,
    onSuccess(output, input) {
      const text = typeof says === 'function' ? says(output, input) : says
      if (text !== undefined) toast.success(text)
      void queries.invalidateQueries({
        predicate: ({ queryKey: [path] }) => Array.isArray(path) && touches.includes(path[0]),
      })
      after?.(output, input)
    },
    onError(error) {
      if (!quiet) toast.error(sayError(error), { duration: 10_000 })
    },
  } as UseMutationOptions<Output, Failure, Input>)
}
