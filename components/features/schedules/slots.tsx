'use client'
import { useNow, useZone } from '../../data/clock.tsx'
// The next times of a schedule, in its own zone, and in that of the browser where they differ.
import { age, dateWords } from '../../patterns/format.ts'

const format = dateWords({ weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })

export function Slots({ slots, zone }: { slots: readonly string[]; zone: string }) {
  const now = useNow()
  const own = useZone()
  const instants = slots.map((slot) => Date.parse(slot))
  const differs = instants.some((at) => format(at, own) !== format(at, zone))
  if (slots.length === 0) return <p className="text-muted">There is none.</p>
  return (
    <table className="w-full text-left">
      <thead>
        <tr className="text-sm text-muted">
          <th className="py-1 font-medium">{zone}</th>
          {differs && <th className="py-1 font-medium">Here ({own})</th>}
          <th className="py-1 text-right font-medium">In</th>
        </tr>
      </thead>
      <tbody>
        {instants.map((at) => (
          <tr key={at} className="border-t">
            <td className="py-1">{format(at, zone)}</td>
            {differs && <td className="py-1 text-muted">{format(at, own)}</td>}
            <td className="py-1 text-right whitespace-nowrap text-muted">{age(at, now)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
