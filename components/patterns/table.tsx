'use client'
// The one table: a header that stays, columns that give way on narrow screens, and rows that exist only while they can be seen.
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, type ReactNode, type Ref, useEffect, useRef } from 'react'
import { classNames } from '../ui/class-names.ts'
import { Skeleton } from '../ui/surfaces.tsx'
import type { More } from './pages.ts'
import { MoreFailed } from './query.tsx'

export type Column<Row> = {
  readonly key: string
  readonly header: ReactNode
  cell(row: Row): ReactNode
  /** Numbers stand at the right. */
  readonly numeric?: boolean
  /** From which width on it is shown; always unless said otherwise. */
  readonly from?: 'sm' | 'md' | 'lg' | 'xl'
  /** A CSS width; the rest share what is left. */
  readonly width?: string
}

type Props<Row> = {
  /** What the table lists, for readers. */
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey(row: Row): string
  /** Instead of an empty table. */
  empty?: ReactNode
  /** Called when the end of the rows comes into view. */
  onEnd?: (() => void) | undefined
  /** Whether more rows are on their way, or could not be fetched. */
  loadingMore?: More
  /** Marks a row, e.g. the chosen one. */
  current?(row: Row): boolean
  /** Height of a row in px, before it was measured. */
  rowHeight?: number
}

const from = {
  sm: 'hidden sm:table-cell',
  md: 'hidden md:table-cell',
  lg: 'hidden lg:table-cell',
  xl: 'hidden xl:table-cell',
}
/** Fewer rows than this are simply all there. */
const FEW = 60
/** Rows beyond what is seen, on both sides. */
const OVERSCAN = 12
/** What the server takes a window to be, so that its answer has rows: those in sight of most, and some more (px). */
const FIRST_SIGHT = { width: 1280, height: 800 }

export function DataTable<Row>(props: Props<Row>) {
  const { rows, columns, label, empty, onEnd, loadingMore, rowHeight = 41 } = props
  const scroller = useRef<HTMLDivElement>(null)
  const many = rows.length > FEW
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    initialRect: FIRST_SIGHT,
    enabled: many,
  })
  const shown = many ? virtual.getVirtualItems().map(({ index }) => index) : rows.map((_, index) => index)
  const last = shown.at(-1) ?? -1
  useEffect(() => {
    if (last >= rows.length - OVERSCAN && rows.length > 0) onEnd?.()
  }, [last, rows.length, onEnd])
  if (rows.length === 0 && empty !== undefined && !loadingMore) return empty
  const items = many ? virtual.getVirtualItems() : []
  const before = items[0]?.start ?? 0
  const after = many ? virtual.getTotalSize() - (items.at(-1)?.end ?? 0) : 0
  return (
    // Its own scrolling, so that ten thousand rows need no longer page than ten; keyboards must be able to scroll it.
    <div
      ref={scroller}
      className={classNames('overflow-auto', many && 'max-h-[max(24rem,calc(100dvh-17rem))]')}
      tabIndex={many ? 0 : -1}
      {...(many ? { role: 'region', 'aria-label': label } : {})}
    >
      <table className="w-full border-collapse text-left" aria-label={label} aria-rowcount={rows.length + 1}>
        <thead className="sticky top-0 z-10 bg-surface">
          <tr>
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                style={{ width: column.width }}
                className={classNames(
                  'border-b px-3 py-2 text-sm font-medium whitespace-nowrap text-muted first:pl-4 last:pr-4',
                  column.numeric && 'text-right',
                  column.from && from[column.from],
                )}
              >
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <Space height={before} />}
          {shown.map((index) => {
            const row = rows[index] as Row
            return (
              <TableRow
                key={props.rowKey(row)}
                row={row}
                index={index}
                columns={columns}
                current={props.current?.(row) === true}
                measure={many ? virtual.measureElement : undefined}
              />
            )
          })}
          {after > 0 && <Space height={after} />}
        </tbody>
      </table>
      {loadingMore === 'coming' && <Skeleton className="m-3 h-6" />}
      <MoreFailed more={loadingMore} />
    </div>
  )
}

type RowProps<Row> = {
  row: Row
  index: number
  columns: readonly Column<Row>[]
  current: boolean
  measure: Ref<HTMLTableRowElement> | undefined
}

/** Made once for as long as it is in sight: those that stay while others scroll by are not made again. */
const TableRow = memo(function TableRow<Row>({ row, index, columns, current, measure }: RowProps<Row>) {
  return (
    <tr
      data-index={index}
      ref={measure}
      aria-rowindex={index + 2}
      aria-current={current || undefined}
      className="border-b last:border-b-0 hover:bg-bg aria-[current=true]:bg-accent-soft"
    >
      {columns.map((column) => (
        <td
          key={column.key}
          className={classNames(
            'max-w-0 px-3 py-2 align-middle first:pl-4 last:pr-4',
            column.width !== undefined && 'max-w-none',
            column.numeric && 'text-right whitespace-nowrap',
            column.from && from[column.from],
          )}
        >
          {column.cell(row)}
        </td>
      ))}
    </tr>
  )
}) as <Row>(props: RowProps<Row>) => ReactNode

const Space = ({ height }: { height: number }) => (
  <tr aria-hidden>
    <td style={{ height, padding: 0 }} />
  </tr>
)
