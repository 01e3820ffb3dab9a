'use client'
// The end of durations that still grow. Of a server that is away nobody knows whether it still works on anything.
import { useSeconds } from './clock.tsx'
import { useConnection } from './live.tsx'

/** Milliseconds since 1970, by the second while `growing` and while the server is there. */
export function useElapsed(growing: boolean): number {
  const away = useConnection() === 'away'
  return useSeconds(growing && !away)
}
