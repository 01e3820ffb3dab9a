'use client'
// Leads to an event without leaving the page: what was found or filtered stays as it is.
import type { ReactNode } from 'react'
import { useUrlState } from '../../patterns/url-state.ts'
import { auditDefaults } from './filters.ts'

export function EventLink({ seq, children }: { seq: number; children: ReactNode }) {
  const [, set] = useUrlState(auditDefaults)
  return (
    <a
      href={`/backups/audit?event=${seq}`}
      className="text-accent underline underline-offset-2"
      onClick={(event) => {
        // With a key held the browser opens another tab, which is what is wanted then.
        if (event.metaKey || event.ctrlKey || event.shiftKey) return
        event.preventDefault()
        set({ event: String(seq) }, true)
      }}
    >
      {children}
    </a>
  )
}
