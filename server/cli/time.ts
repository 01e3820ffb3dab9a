// Local times with their zone, as people read them.
import { isoTime } from '../lib/clock.ts'

const QUARTER = 900_000
/** The furthest instant that JavaScript can name, either way. */
const LIMIT = 8.64e15
const DAY = 86_400_000

/** "2026-05-04 05:02:01 +02:00" of milliseconds since 1970, in the zone of this process (TZ). */
export function localTime(ms: number): string {
  // Snapshots keep what the file system said: a hostile or broken one says anything.
  if (!(Math.abs(ms) < LIMIT - DAY)) return `@${Math.trunc(ms / 1000)}`
  const { minutes, text } = offsetAt(ms)
  const iso = isoTime(Math.floor(ms) + minutes * 60_000)
  return `${iso.slice(0, iso.indexOf('T'))} ${iso.slice(iso.indexOf('T') + 1, -5)} ${text}`
}

type Offset = { readonly minutes: number; readonly text: string }

const known = new Map<number, Offset>()
let zone: Intl.DateTimeFormat | undefined

/** Zones change their offset on whole quarters of an hour only, and asking takes a while. */
function offsetAt(ms: number): Offset {
  const quarter = Math.floor(ms / QUARTER)
  let offset = known.get(quarter)
  if (!offset) {
    offset = askOffset(quarter * QUARTER)
    if (known.size > 10_000) known.clear()
    known.set(quarter, offset)
  }
  return offset
}

function askOffset(ms: number): Offset {
  zone ??= new Intl.DateTimeFormat('en', { timeZoneName: 'longOffset' })
  const name = zone.formatToParts(ms).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT'
  const match = /([+-])(\d\d):(\d\d)/.exec(name)
  if (!match) return { minutes: 0, text: '+00:00' }
  const [text, sign, hours, minutes] = match
  return { minutes: (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)), text }
}
