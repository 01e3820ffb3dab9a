// Progress travels as deltas: only what changed, a few times a second at most.
import type { Progress } from '../contract/events.ts'
import { byteFields } from '../services/snapshots/names.ts'

/** A person can't read faster. */
export const PROGRESS_EVERY_MS = 250

/** Bytes of a path that are told; of longer ones what is in the middle is left out. */
const LONGEST = 1024
const HEAD = 300
const TAIL = 600

/** Where the work is, from a path as a byte string; '' takes back what was told before. */
export function placeOf(path: string): Progress {
  const { path: text, pathBytes = '' } = byteFields('path', path.length > LONGEST ? shortened(path) : path)
  return { path: text, pathBytes }
}

/** Cut at slashes, where no character is in two. */
function shortened(path: string): string {
  const head = path.slice(0, Math.max(0, path.lastIndexOf('/', HEAD)))
  const from = path.length - TAIL
  return `${head}/...${path.slice(Math.max(from, path.indexOf('/', from)))}`
}

/** What of `now` differs from `before`; undefined when nothing does. */
export function changesOf(before: Progress, now: Progress): Progress | undefined {
  const changed = Object.entries(now).filter(([key, value]) => before[key] !== value)
  return changed.length > 0 ? Object.fromEntries(changed) : undefined
}

/**
 * Takes reports as often as they come and hands on deltas, at most one in `everyMs`; the last one of a burst follows when its time has come. `now` gives
 * milliseconds that only grow. `flush` hands on what is left.
 */
export function createThrottle(
  send: (changed: Progress) => void,
  now: () => number,
  everyMs = PROGRESS_EVERY_MS,
): { report(state: () => Progress): void; flush(): void } {
  let sent: Progress = {}
  let last = Number.NEGATIVE_INFINITY
  let waiting: (() => Progress) | undefined
  let timer: NodeJS.Timeout | undefined
  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (!waiting) return
    const state = { ...waiting() }
    waiting = undefined
    const changed = changesOf(sent, state)
    if (!changed) return
    last = now()
    sent = { ...sent, ...state }
    send(changed)
  }
  return {
    report(state) {
      waiting = state
      const wait = last + everyMs - now()
      if (wait <= 0) flush()
      else timer ??= setTimeout(flush, wait).unref()
    },
    flush,
  }
}
