'use client'
// An instant, said by its age, with the exact time and zone on hover, on focus and for readers.
import { useSyncExternalStore } from 'react'
import { age, exact, short } from './format.ts'

/** One clock for all ages of a page. */
const listeners = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined
const TICK = 10_000
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  // It stood still while nobody looked.
  if (timer === undefined) now = Date.now()
  timer ??= setInterval(() => {
    now = Date.now()
    for (const each of listeners) each()
  }, TICK)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** Milliseconds since 1970, moving on every ten seconds. */
export const useNow = (): number =>
  useSyncExternalStore(
    subscribe,
    () => now,
    () => Date.now(),
  )

const never = (): (() => void) => () => undefined
/** False in the server's answer and in its first take-over by the browser. */
export const useTakenOver = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  )

/** `at`: ISO 8601 or ms; null shows `none`. `show`: the age, or the time itself. */
export function When({
  at,
  none = 'never',
  show = 'age',
  zone,
}: {
  at: string | number | null | undefined
  none?: string
  show?: 'age' | 'time' | 'both'
  zone?: string
}) {
  const ticked = useNow()
  const takenOver = useTakenOver()
  if (at === null || at === undefined) return <span className="text-muted">{none}</span>
  const instant = typeof at === 'number' ? at : Date.parse(at)
  // What happened since the last tick is not in the future.
  const current = instant > ticked && instant - ticked <= TICK ? Date.now() : ticked
  const time = short(instant, current, zone)
  const text = show === 'age' ? age(instant, current) : show === 'time' ? time : `${time} (${age(instant, current)})`
  return (
    // The server may be in another zone, and a moment earlier. Its text is left as it is in the take-over, and replaced afterwards.
    <time
      key={takenOver ? 'here' : 'server'}
      dateTime={new Date(instant).toISOString()}
      title={exact(instant, zone)}
      suppressHydrationWarning
      className="whitespace-nowrap"
    >
      {text}
    </time>
  )
}
