'use client'
// Lists that come in pages: all rows so far as one list, and the next page when its end comes into view.
import type { InfiniteData } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'

type Page<Row> = { readonly items: readonly Row[]; readonly nextCursor: string | null }

/** For `infiniteQueryOptions` of tRPC: the next cursor of a page. */
export const nextPage = (page: { readonly nextCursor: string | null }): string | undefined =>
  page.nextCursor ?? undefined

/** What comes after the last row: nothing, rows on their way, or rows that could not be fetched. */
export type More = false | 'coming' | { readonly retry: () => void }

/** What a list says of its end. Never nothing when a page of it failed: a list that just ends looks complete. */
export function moreOf(
  query: {
    readonly hasNextPage: boolean
    readonly isFetchingNextPage: boolean
    readonly isFetchNextPageError: boolean
  },
  retry: () => void,
): More {
  if (!query.hasNextPage) return false
  return query.isFetchNextPageError && !query.isFetchingNextPage ? { retry } : 'coming'
}

/** @returns the rows of all pages so far, and what `DataTable` needs for the rest */
export function useRows<Row>(query: {
  readonly data: InfiniteData<Page<Row>, unknown> | undefined
  readonly hasNextPage: boolean
  readonly isFetchingNextPage: boolean
  readonly isFetchNextPageError: boolean
  fetchNextPage(): unknown
}) {
  const { data, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data])
  const loadingMore = useMemo(
    () => moreOf({ hasNextPage, isFetchingNextPage, isFetchNextPageError }, () => void fetchNextPage()),
    [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage],
  )
  const idle = loadingMore === 'coming' && !isFetchingNextPage
  const onEnd = useCallback(() => {
    if (idle) void fetchNextPage()
  }, [idle, fetchNextPage])
  return { rows, onEnd, loadingMore }
}
