'use client'
// One cell a day for each source: how its runs of that day ended, by shape and colour. Cells wrap, so that no width of screen needs sideways scrolling.
import type { KeyboardEvent, ReactNode } from 'react'
import { useState } from 'react'
import { statusLooks } from '../patterns/status.tsx'
import { Link } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { weekDay } from './days.ts'
import { type DayCell, type DayState, sayCell, statusOfDay } from './strip.ts'

export type DaySource = {
  readonly key: string
  readonly name: string
  readonly head: ReactNode
  readonly cells: readonly DayCell[]
}

/** What is told of the cell under the pointer or with the focus, and where it stands. */
type Told = { readonly day: string; readonly text: string; readonly left: number; readonly top: number }

function toldOf({ dataset, offsetLeft, offsetTop, offsetWidth, offsetHeight }: HTMLElement): Told {
  const { day = '', text = '' } = dataset
  return { day, text, left: offsetLeft + offsetWidth / 2, top: offsetTop + offsetHeight }
}

export function DayStrip({
  label,
  days,
  sources,
  hrefOf,
}: {
  label: string
  /** YYYY-MM-DD, the oldest first. */
  days: readonly string[]
  sources: readonly DaySource[]
  /** Where a run is shown. */
  hrefOf(runId: string): string
}) {
  const [told, setTold] = useState<Told | undefined>()
  const tell = (target: EventTarget): void => {
    const cell = target instanceof Element ? target.closest<HTMLElement>('[data-day]') : null
    setTold(cell === null ? undefined : toldOf(cell))
  }
  return (
    <div className="relative">
      {/* biome-ignore lint/a11y/useSemanticElements: rows of links between which the arrow keys move */}
      <div
        role="grid"
        aria-label={label}
        tabIndex={-1}
        onPointerOver={({ target }) => tell(target)}
        onPointerLeave={() => setTold(undefined)}
        onFocus={({ target }) => tell(target)}
        onBlur={() => setTold(undefined)}
        onKeyDown={moveFocus}
        className="flex flex-col outline-none"
      >
        {sources.map((source) => (
          <Source key={source.key} source={source} days={days} hrefOf={hrefOf} />
        ))}
      </div>
      {told !== undefined && <Told {...told} />}
    </div>
  )
}

function Source({
  source,
  days,
  hrefOf,
}: {
  source: DaySource
  days: readonly string[]
  hrefOf(runId: string): string
}) {
  // One stop for the tab key: the newest day with a run.
  const stop = source.cells.findLastIndex(({ runId }) => runId !== null)
  return (
    // biome-ignore lint/a11y/useSemanticElements: see the grid
    // biome-ignore lint/a11y/useFocusableInteractive: its cells are
    <div
      role="row"
      className="grid gap-x-4 gap-y-1 border-b py-2.5 last:border-b-0 md:grid-cols-[minmax(8rem,11rem)_minmax(0,1fr)]"
    >
      {/* biome-ignore lint/a11y/useSemanticElements: see the grid */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: what is in it is */}
      <div role="rowheader" className="min-w-0 self-start">
        {source.head}
      </div>
      <div role="presentation" className="flex flex-wrap gap-0.5">
        {source.cells.map((cell, at) => {
          const day = days[at] ?? ''
          return (
            // biome-ignore lint/a11y/useSemanticElements: see the grid
            // biome-ignore lint/a11y/useFocusableInteractive: the link in it is
            <div key={day} role="gridcell" className="flex">
              <Cell cell={cell} day={day} name={source.name} first={at === stop} hrefOf={hrefOf} />
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** What needs a look stands out; what is well stays calm. */
const loud: Readonly<Partial<Record<DayState, string>>> = {
  failed: 'bg-failed text-surface',
  missed: 'bg-missed text-surface',
}

function Cell({
  cell,
  day,
  name,
  first,
  hrefOf,
}: {
  cell: DayCell
  day: string
  name: string
  first: boolean
  hrefOf(runId: string): string
}) {
  const text = sayCell(cell)
  if (cell.runId === null) {
    return (
      <span data-day={day} data-text={text} className="inline-flex size-6 items-center justify-center text-muted">
        <span aria-hidden className="size-1 rounded-full bg-border-strong" />
        <span className="sr-only">
          {weekDay(day)}: {text}
        </span>
      </span>
    )
  }
  const { icon: Icon, soft, text: colour } = statusLooks[statusOfDay(cell.state)]
  return (
    <Link
      href={hrefOf(cell.runId)}
      data-day={day}
      data-text={text}
      tabIndex={first ? 0 : -1}
      aria-label={`${name}, ${weekDay(day)}: ${text}`}
      className={classNames(
        'inline-flex size-6 items-center justify-center rounded-sm hover:outline-2 hover:outline-border-strong',
        loud[cell.state] ?? `${soft} ${colour}`,
      )}
    >
      <Icon aria-hidden className="size-3.5" />
    </Link>
  )
}

/** Readers have the same from the name of the link. */
const Told = ({ day, text, left, top }: Told) => (
  <div
    aria-hidden
    // Kept within the strip at both ends.
    style={{ left: `clamp(6.5rem, ${left}px, calc(100% - 6.5rem))`, top: top + 4 }}
    className="pointer-events-none absolute z-10 w-52 -translate-x-1/2 rounded-md border bg-raised px-2 py-1 text-sm shadow-pop"
  >
    <p className="font-medium">{weekDay(day)}</p>
    <p>{text}</p>
  </div>
)

/** Arrow keys go from cell to cell, and from source to source. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const from = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('a[data-day]') : null
  if (from === null) return
  const next = neighbour(event.currentTarget, from, event.key)
  if (next === undefined) return
  event.preventDefault()
  next.focus()
}

function neighbour(grid: HTMLElement, from: HTMLElement, key: string): HTMLElement | undefined {
  const row = from.closest('[role=row]')
  const cells = (of: Element | null): HTMLElement[] => [...(of?.querySelectorAll<HTMLElement>('a[data-day]') ?? [])]
  const own = cells(row)
  const at = own.indexOf(from)
  if (key === 'ArrowLeft') return own[at - 1]
  if (key === 'ArrowRight') return own[at + 1]
  if (key === 'Home') return own[0]
  if (key === 'End') return own.at(-1)
  if (key !== 'ArrowUp' && key !== 'ArrowDown') return undefined
  const rows = [...grid.querySelectorAll('[role=row]')].filter((each) => cells(each).length > 0)
  const there = cells(rows[rows.indexOf(row as Element) + (key === 'ArrowUp' ? -1 : 1)] ?? null)
  const day = from.dataset.day ?? ''
  // The same day, or the nearest before it.
  return there.findLast((each) => (each.dataset.day ?? '') <= day) ?? there[0]
}
