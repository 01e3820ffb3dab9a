'use client'
// Lists that come in pages: all rows so far as one list, and the next page when its end comes into view.
import type { InfiniteData } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'

type Page<Row> = { readonly items: readonly Row[]; readonly nextCursor: string | null }

/** For `infiniteQueryOptions` of tRPC: the next cursor of a page. */
export const nextPage = (page: { readonly nextCursor: string | null }): string | undefined =>
  page.nextCursor ?? undefined

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
  const more = hasNextPage && !isFetchingNextPage && !isFetchNextPageError
  const onEnd = useCallback(() => {
    if (more) void fetchNextPage()
  }, [more, fetchNextPage])
  return { rows, onEnd, loadingMore: hasNextPage && !isFetchNextPageError }
}
