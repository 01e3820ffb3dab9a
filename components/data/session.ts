'use client'
// Whether the session ended under an open page. It is told by a bar and never by leaving the page: something on it may be unsaved.
import { useSyncExternalStore } from 'react'

let over = false
const listeners = new Set<() => void>()

/** Calls back when a session ended, or somebody signed in again. @returns ends that */
export const onSession = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** Notes what the server's last answer said about the session. */
export function noteSession(ended: boolean): void {
  if (ended === over) return
  over = ended
  for (const listener of listeners) listener()
}

export const sessionIsOver = (): boolean => over

export const useSessionOver = (): boolean => useSyncExternalStore(onSession, sessionIsOver, () => false)
