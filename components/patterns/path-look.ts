// Asks the server once whether it would back a path up. Whoever added it waits for the answer, so that there is one in any case.
import { failureOf } from '../data/provider.tsx'
import { type Refusal, refusalOf } from './path-words.ts'

/** So long an answer is waited for (ms); then the path is taken, and its preview says what is wrong with it. */
export const PATIENCE = 8000

export type LookHandlers = {
  onData(): void
  onError(error: unknown): void
  onConnectionStateChange(state: { readonly error: unknown }): void
}

/**
 * @param subscribe begins the preview of the path: for folders and files alike its first word is enough
 * @param onAnswer called once, unless the look is ended before
 * @returns ends the look
 */
export function lookFor(
  subscribe: (handlers: LookHandlers) => { unsubscribe(): void },
  onAnswer: (refusal: Refusal | undefined) => void,
): () => void {
  let over = false
  let stop = (): void => undefined
  const end = (): void => {
    if (over) return
    over = true
    clearTimeout(timer)
    stop()
  }
  const answer = (refusal: Refusal | undefined): void => {
    if (over) return
    end()
    onAnswer(refusal)
  }
  const timer = setTimeout(() => answer(undefined), PATIENCE)
  const { unsubscribe } = subscribe({
    onData: () => answer(undefined),
    onError: (error) => answer(refusalOf(failureOf(error))),
    // Errors after which tRPC connects again by itself are told here alone: it may do so for ever.
    onConnectionStateChange: ({ error }) => {
      if (error !== null) answer(refusalOf(failureOf(error)))
    },
  })
  stop = unsubscribe
  if (over) unsubscribe()
  return end
}
