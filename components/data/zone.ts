'use client'
// The viewer's time zone, in which days begin and end. The server learns it from a cookie, so that its first answer has the right days.
import { useEffect, useState } from 'react'
import { zoneCookie } from './zone-cookie.ts'

/** @param known what the server took: the zone of the visit before, or UTC */
export function useZone(known: string): string {
  const [zone, setZone] = useState(known)
  useEffect(() => {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone
    if (own === known) return
    setZone(own)
    // biome-ignore lint/suspicious/noDocumentCookie: Safari and Firefox ESR have no cookieStore
    document.cookie = `${zoneCookie}=${encodeURIComponent(own)}; path=/backups; max-age=31536000; samesite=lax`
  }, [known])
  return zone
}
