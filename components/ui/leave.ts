'use client'
// Whether this page may be left for another one. While the server is away it may not: the browser would show its own error page in place of the
// console, and that does not come back by itself.
import { useRouter } from 'next/navigation'
import { useCallback } from 'react'
import { toast } from 'sonner'

let away = false

/** Notes whether the server answers, as the frame of the console knows it. */
export const noteAway = (now: boolean): void => {
  away = now
}

/** Whether there is a server to fetch another page from. */
export const mayLeave = (): boolean => !away

/** The same, and says it when there is none. */
export function leaves(): boolean {
  if (away) toast('The server does not answer. This page waits for it.', { id: 'away' })
  return !away
}

/** Goes to another page of the console. */
export function useGo(): (path: string) => void {
  const router = useRouter()
  return useCallback(
    (path) => {
      if (leaves()) router.push(path as never)
    },
    [router],
  )
}

/** Loads this page anew. */
export const reload = (): void => {
  if (leaves()) window.location.reload()
}

/** Leaves for an address that the browser has to load: of the console, with its base path. */
export const assign = (address: string): void => {
  if (leaves()) window.location.assign(address)
}
