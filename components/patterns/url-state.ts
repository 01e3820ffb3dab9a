'use client'
// What a page shows stands in its address, so that it can be sent to somebody, bookmarked, and gone back to.
import { usePathname, useSearchParams } from 'next/navigation'
import { useCallback } from 'react'

export type UrlValues = Readonly<Record<string, string>>

/**
 * The state of a page in its query string.
 * @param defaults every key with the value that is left out of the address
 * @returns the values, and a way to change some: without a step in the history unless `push` is true
 */
export function useUrlState<T extends UrlValues>(defaults: T) {
  const search = useSearchParams()
  const pathname = usePathname()
  const values = Object.fromEntries(
    Object.entries(defaults).map(([key, value]) => [key, search.get(key) ?? value]),
  ) as { [K in keyof T]: string }
  const set = useCallback(
    (changes: Partial<Record<keyof T, string>>, push = false) => {
      // From the address itself: two changes in one moment must not undo each other.
      const next = new URLSearchParams(window.location.search)
      for (const [key, value] of Object.entries(changes) as [string, string][]) {
        if (value === defaults[key]) next.delete(key)
        else next.set(key, value)
      }
      const text = next.toString()
      const url = `/backups${pathname === '/' ? '' : pathname}${text === '' ? '' : `?${text}`}`
      window.history[push ? 'pushState' : 'replaceState'](null, '', url)
    },
    [pathname, defaults],
  )
  return [values, set] as const
}
