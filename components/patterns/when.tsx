'use client'
// An instant, said by its age, with the exact time and zone on hover, on focus and for readers.
import { TICK, useNow, useTakenOver, useZone } from '../data/clock.tsx'
import { age, exact, short } from './format.ts'

/** `at`: ISO 8601 or ms; null shows `none`. `show`: the age, or the time itself. `zone`: that of the viewer unless said otherwise. */
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
  const own = useZone()
  if (at === null || at === undefined) return <span className="text-muted">{none}</span>
  const instant = typeof at === 'number' ? at : Date.parse(at)
  // What happened since the last tick is not in the future.
  const recent = instant > ticked && instant - ticked <= TICK
  const current = !recent ? ticked : takenOver ? Date.now() : instant
  const time = short(instant, current, zone ?? own)
  const text = show === 'age' ? age(instant, current) : show === 'time' ? time : `${time} (${age(instant, current)})`
  return (
    <time
      // Both say the same of the same instant in the same zone, but a browser may know another name for the zone.
      suppressHydrationWarning
      dateTime={new Date(instant).toISOString()}
      title={exact(instant, zone ?? own)}
      className="whitespace-nowrap"
    >
      {text}
    </time>
  )
}
