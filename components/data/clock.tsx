'use client'
// The clock and the time zone of a page. The server makes its answer for one instant and one zone; the browser takes it over with the same two, so
// that both say the same, and goes on with its own right afterwards.
import { createContext, type ReactNode, useContext, useEffect, useMemo, useSyncExternalStore } from 'react'
import { usableZone } from './zone.ts'
import { zoneCookie } from './zone-cookie.ts'

const AnswerContext = createContext<{ readonly at: number; readonly zone: string } | null>(null)

function useAnswer() {
  const answer = useContext(AnswerContext)
  if (answer === null) throw new Error('Times are for pages inside of the console layout')
  return answer
}

/** `at`: when the server answered (ms). `zone`: that of the visit before, or UTC. */
export function ClockProvider({ at, zone, children }: { at: number; zone: string; children: ReactNode }) {
  useEffect(() => {
    const own = ownZone()
    if (own === zone) return
    // biome-ignore lint/suspicious/noDocumentCookie: Safari and Firefox ESR have no cookieStore
    document.cookie = `${zoneCookie}=${encodeURIComponent(own)}; path=/backups; max-age=31536000; samesite=lax`
  }, [zone])
  const answer = useMemo(() => ({ at, zone }), [at, zone])
  return <AnswerContext.Provider value={answer}>{children}</AnswerContext.Provider>
}

/** How often ages move on (ms). */
export const TICK = 10_000
/** How often durations of what is at work move on (ms). */
const SECOND = 1000

/** One clock for all times of a page that move on equally often (ms). */
function createTicks(period: number) {
  const listeners = new Set<() => void>()
  let now = Date.now()
  let timer: ReturnType<typeof setInterval> | undefined
  return {
    now: (): number => now,
    subscribe(listener: () => void): () => void {
      listeners.add(listener)
      // It stood still while nobody looked.
      if (timer === undefined) now = Date.now()
      timer ??= setInterval(() => {
        now = Date.now()
        for (const each of listeners) each()
      }, period)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        clearInterval(timer)
        timer = undefined
      }
    },
  }
}

const ages = createTicks(TICK)
const seconds = createTicks(SECOND)

/** Milliseconds since 1970, moving on every ten seconds. */
export function useNow(): number {
  const { at } = useAnswer()
  return useSyncExternalStore(ages.subscribe, ages.now, () => at)
}

/** The same, moving on every second while `moving`; else it stands where it was. */
export function useSeconds(moving: boolean): number {
  const { at } = useAnswer()
  return useSyncExternalStore(moving ? seconds.subscribe : never, seconds.now, () => at)
}

const never = (): (() => void) => () => undefined
let known: string | undefined
/** Asked once: it is read by every time of a page. */
function ownZone(): string {
  known ??= usableZone(Intl.DateTimeFormat().resolvedOptions().timeZone)
  return known
}

/** The viewer's time zone, in which times are said and days begin and end. */
export function useZone(): string {
  const { zone } = useAnswer()
  return useSyncExternalStore(never, ownZone, () => zone)
}

/** False in the server's answer and in its first take-over by the browser. */
export const useTakenOver = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
