'use client'
// What changed, place by place: what was there, and what is there now. Values are data: they are shown as text that can do nothing.
import { Minus, Plus } from 'lucide-react'
import { classNames } from '../ui/class-names.ts'
import { displayName } from './file-name.tsx'

export type DifferenceItem = {
  readonly path: string
  /** Absent: it was not there. */
  readonly before?: unknown
  /** Absent: it is gone. */
  readonly after?: unknown
}

/** A value on as many lines as it needs. */
export function shownValue(value: unknown): string {
  if (typeof value === 'string') return displayName(value)
  const text = JSON.stringify(value, null, 2) ?? 'nothing'
  return text.length <= 80 ? (JSON.stringify(value) ?? text) : text
}

export function Differences({ items, label }: { items: readonly DifferenceItem[]; label: string }) {
  return (
    <ul aria-label={label} className="flex flex-col divide-y rounded-md border bg-surface">
      {items.map((item) => (
        <li key={item.path} className="min-w-0 px-3 py-2">
          <p className="mb-1 font-mono text-sm font-medium break-all">
            {item.path === '' ? 'all of it' : displayName(item.path)}
          </p>
          {item.before !== undefined && item.before !== null && <Side gone value={item.before} />}
          {item.after !== undefined && item.after !== null && <Side value={item.after} />}
          {(item.after === undefined || item.after === null) && <p className="text-sm text-muted">No longer set</p>}
        </li>
      ))}
    </ul>
  )
}

/** Sign and word carry the meaning; the colour only helps. */
function Side({ value, gone }: { value: unknown; gone?: boolean }) {
  const Icon = gone ? Minus : Plus
  return (
    <div
      className={classNames(
        'flex min-w-0 gap-2 rounded-sm px-1.5 py-0.5',
        gone ? 'bg-failed-soft' : 'mt-0.5 bg-ok-soft',
      )}
    >
      <Icon aria-hidden className={classNames('mt-1 size-3 shrink-0', gone ? 'text-failed' : 'text-ok')} />
      <span className="sr-only">{gone ? 'Before:' : 'Now:'}</span>
      <pre className="max-h-60 min-w-0 flex-1 overflow-auto font-mono text-sm break-all whitespace-pre-wrap">
        {shownValue(value)}
      </pre>
    </div>
  )
}
