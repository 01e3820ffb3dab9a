'use client'
// The states of something that is fetched: its shape while it loads, what failed and how to go on, and else the content.
import { RotateCw, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { failureOf } from '../data/provider.tsx'
import { Button } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { Skeleton } from '../ui/surfaces.tsx'
import { displayText } from './file-name.tsx'
import type { More } from './pages.ts'
import { When } from './when.tsx'

/** How the server begins a list of mistakes, each on a line of its own. */
const list = /^[^\n]+ has (?:one mistake|\d+ mistakes):\n {2}/

/** What went wrong: one sentence, or a list of mistakes with a line for each. */
export function sayError(error: unknown): string {
  const message = failureOf(error)?.message
  if (message === undefined) return 'The server does not answer. The page goes on by itself as soon as it does.'
  const lines = list.test(message) ? message.split('\n  ') : [message]
  return lines.map(displayText).join('\n')
}

export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  return (
    <div role="alert" className="flex flex-col items-center gap-2 px-6 py-10 text-center">
      <TriangleAlert aria-hidden className="size-7 text-failed" />
      <p className="font-semibold">This could not be loaded</p>
      <p className="max-w-lg text-muted break-words">{sayError(error)}</p>
      {retry !== undefined && (
        <Button icon={<RotateCw aria-hidden className="size-4" />} onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  )
}

/** At the end of a list of which a further page could not be fetched; nothing otherwise. */
export const MoreFailed = ({ more }: { more: More | undefined }) =>
  typeof more === 'object' && (
    <div role="alert" className="flex flex-wrap items-center gap-3 px-4 py-2">
      <TriangleAlert aria-hidden className="size-4 shrink-0 text-failed" />
      <span>More could not be loaded: this is not the whole list.</span>
      <Button size="small" icon={<RotateCw aria-hidden className="size-4" />} onClick={more.retry}>
        Try again
      </Button>
    </div>
  )

/** A message within a page. */
export function Notice({
  tone = 'info',
  title,
  children,
  actions,
}: {
  tone?: 'info' | 'ok' | 'warning' | 'failed'
  title?: ReactNode
  children?: ReactNode
  actions?: ReactNode
}) {
  const tones = {
    info: 'border-accent bg-accent-soft',
    ok: 'border-ok bg-ok-soft',
    warning: 'border-warning bg-warning-soft',
    failed: 'border-failed bg-failed-soft',
  }
  return (
    <div
      {...(tone === 'failed' ? { role: 'alert' } : {})}
      className={`flex flex-wrap items-start justify-between gap-3 rounded-md border-l-4 px-4 py-2.5 ${tones[tone]}`}
    >
      <div className="min-w-0 flex-1">
        {title !== undefined && <p className="font-semibold break-words">{title}</p>}
        {children !== undefined && (
          <div className={classNames('break-words', typeof children === 'string' && 'whitespace-pre-line')}>
            {children}
          </div>
        )}
      </div>
      {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
    </div>
  )
}

/** Above what is known, when asking again failed. */
function NotRefreshed({
  query,
}: {
  query: { readonly error: unknown; readonly dataUpdatedAt?: number; refetch(): unknown }
}) {
  const { error, dataUpdatedAt } = query
  return (
    <Notice
      tone="warning"
      title={
        dataUpdatedAt === undefined ? (
          'This could not be refreshed'
        ) : (
          <>
            This could not be refreshed, and is from <When at={dataUpdatedAt} show="time" />
          </>
        )
      }
      actions={
        <Button size="small" onClick={() => void query.refetch()}>
          Try again
        </Button>
      }
    >
      {sayError(error)}
    </Notice>
  )
}

/**
 * Shows a query. What is known stays while it is fetched anew, and when that fails: then it says from when it is.
 * @param shape what is shown while it loads; it should be as high as what comes
 */
export function Fetched<T>({
  query,
  shape,
  children,
}: {
  query: {
    readonly data: T | undefined
    readonly error: unknown
    readonly dataUpdatedAt?: number
    refetch(): unknown
  }
  shape?: ReactNode
  children(data: T): ReactNode
}) {
  if (query.data !== undefined) {
    const old = query.error !== null && query.error !== undefined
    return (
      <>
        {old && <NotRefreshed query={query} />}
        {children(query.data)}
      </>
    )
  }
  if (query.error) return <ErrorState error={query.error} retry={() => void query.refetch()} />
  return (
    <div aria-busy="true">
      {shape ?? <Skeleton className="h-40 w-full" />}
      <span role="status" className="sr-only">
        Loading
      </span>
    </div>
  )
}
