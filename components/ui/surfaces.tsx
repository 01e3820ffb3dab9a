// Plain surfaces: cards, headings within a page, keys, bars and the grey shapes of what is still loading.
import type { ComponentProps, ReactNode } from 'react'
import { classNames } from './class-names.ts'

export function Card({
  title,
  actions,
  children,
  className,
  flush,
}: {
  title?: ReactNode
  actions?: ReactNode
  children: ReactNode
  className?: string
  /** No space around the content: for tables and lists. */
  flush?: boolean
}) {
  return (
    <section className={classNames('min-w-0 rounded-lg border bg-surface', className)}>
      {(title !== undefined || actions !== undefined) && (
        <div className="flex min-h-11 flex-wrap items-center justify-between gap-2 border-b px-4 py-2">
          <h2 className="min-w-0 font-semibold">{title}</h2>
          {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
        </div>
      )}
      <div className={flush ? 'overflow-hidden rounded-[inherit]' : 'p-4'}>{children}</div>
    </section>
  )
}

/** A grey shape of the size of what comes. */
export const Skeleton = ({ className }: { className?: string }) => (
  <div aria-hidden className={classNames('animate-pulse rounded-md bg-sunken', className)} />
)

export const Kbd = ({ children }: { children: ReactNode }) => (
  <kbd className="rounded-sm border bg-sunken px-1.5 py-0.5 font-mono text-xs text-muted">{children}</kbd>
)

/** How far something is, 0 to 1; undefined while that isn't known. */
export function ProgressBar({ value, label }: { value: number | undefined; label: string }) {
  const percent = value === undefined ? undefined : Math.round(Math.min(1, Math.max(0, value)) * 100)
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(percent === undefined ? {} : { 'aria-valuenow': percent })}
      className="h-2 w-full overflow-hidden rounded-full bg-sunken"
    >
      {percent === undefined ? (
        // Stripes all over: a part of the width would be read as a share.
        <div className="stripes -ml-4 h-full w-[calc(100%+1rem)] animate-[stripes_0.8s_linear_infinite] motion-reduce:animate-none" />
      ) : (
        <div className="h-full rounded-full bg-running transition-[width]" style={{ width: `${percent}%` }} />
      )}
    </div>
  )
}

/** Names and values in two columns. */
export function Facts({ items }: { items: readonly (readonly [label: string, value: ReactNode])[] }) {
  return (
    // A long label takes two lines rather than the room of its value.
    <dl className="grid grid-cols-[fit-content(50%)_minmax(0,1fr)] gap-x-4 gap-y-2">
      {items.map(([label, value]) => (
        <div key={label} className="contents">
          <dt className="min-w-28 text-muted">{label}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Code or a log, as it is. */
export const Pre = ({ className, ...rest }: ComponentProps<'pre'>) => (
  <pre
    // A long one scrolls, which a keyboard must be able to do.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    tabIndex={0}
    className={classNames(
      'max-h-96 overflow-auto rounded-md bg-sunken p-3 font-mono text-sm whitespace-pre-wrap break-all',
      className,
    )}
    {...rest}
  />
)
