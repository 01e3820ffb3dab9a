'use client'
// Answers that come sparsely: further pages are fetched by themselves until there is enough to see, then on demand.
import { useEffect, useState } from 'react'
import { Button } from '../../ui/button.tsx'

type Query = {
  readonly data: { readonly pages: readonly unknown[] } | undefined
  readonly hasNextPage: boolean
  readonly isFetchingNextPage: boolean
  readonly isFetchNextPageError: boolean
  fetchNextPage(): unknown
}

/** So many pages are fetched without being asked. */
const BY_ITSELF = 15

/** @returns whether it stopped before the end, and a way to go on */
export function useLookFurther(query: Query, enough: boolean) {
  const [allowed, setAllowed] = useState(BY_ITSELF)
  const { data, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query
  const pages = data?.pages.length ?? 0
  const goes = pages > 0 && hasNextPage && !isFetchingNextPage && !isFetchNextPageError && !enough && pages < allowed
  useEffect(() => {
    if (goes) void fetchNextPage()
  }, [goes, fetchNextPage])
  return {
    stopped: hasNextPage && !isFetchingNextPage && !goes,
    goOn(): void {
      setAllowed(pages + BY_ITSELF)
      void fetchNextPage()
    },
  }
}

/** What is known so far is not all: says so, and goes on when asked. */
export function LookFurther({
  query,
  stopped,
  onMore,
  children,
}: {
  query: Query
  stopped: boolean
  onMore(): void
  /** What was looked at so far. */
  children: React.ReactNode
}) {
  if (!query.hasNextPage) return null
  return (
    <div role="status" className="flex flex-wrap items-center justify-between gap-2 border-t px-4 py-2 text-muted">
      <span>{children}</span>
      {stopped ? (
        <Button size="small" onClick={onMore}>
          Look further
        </Button>
      ) : (
        <span>Looking further …</span>
      )}
    </div>
  )
}
