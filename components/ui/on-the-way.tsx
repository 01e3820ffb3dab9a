'use client'
// While the page behind a link is on its way: a line along the top of the window, once that takes longer than people notice.
import { useLinkStatus } from 'next/link'
import { createPortal } from 'react-dom'

/** Stands within the link. */
export function OnTheWay() {
  const { pending } = useLinkStatus()
  if (!pending) return null
  return createPortal(
    <span
      role="status"
      aria-label="Loading"
      className="fixed inset-x-0 top-0 z-50 h-0.5 animate-[on-the-way_1.2s_ease-in-out_0.15s_infinite_both] bg-accent"
    />,
    document.body,
  )
}
