'use client'
// The differences of two snapshots: their kinds in words, how many there are of each, and their table.
import type { Outputs } from '../../data/provider.tsx'
import { FileName } from '../../patterns/file-name.tsx'
import { bytes, count } from '../../patterns/format.ts'
import { type Place, placeFrom } from '../../patterns/places.ts'
import type { Column } from '../../patterns/table.tsx'
import { Button } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { type Entry, EntryIcon, modeText, ownerText } from './entry-words.tsx'
import type { Opened } from './file-sheet.tsx'

export type Difference = Outputs['snapshots']['diff']['items'][number]
type Change = Difference['change']

const words: Readonly<Record<Change, { word: string; sign: string; tone: string }>> = {
  added: { word: 'Added', sign: '+', tone: 'text-ok' },
  removed: { word: 'Removed', sign: '−', tone: 'text-failed' },
  content: { word: 'Content', sign: '≠', tone: 'text-warning' },
  metadata: { word: 'Metadata', sign: '~', tone: 'text-muted' },
  type: { word: 'Type', sign: '≠', tone: 'text-warning' },
}
const kinds = Object.keys(words) as Change[]

/** What is no kind of change shows all. */
export const matchesChange = ({ change }: Difference, wanted: string): boolean =>
  !kinds.some((each) => each === wanted) || change === wanted

export function tally(rows: readonly Difference[]): Readonly<Record<Change, number>> {
  const counts: Record<Change, number> = { added: 0, removed: 0, content: 0, metadata: 0, type: 0 }
  for (const { change } of rows) counts[change]++
  return counts
}

export function ChangeFilter({
  value,
  onChange,
  counts,
  more,
}: {
  value: string
  onChange(value: string): void
  counts: Readonly<Record<Change, number>>
  /** The numbers are not final. */
  more: boolean
}) {
  const all = kinds.reduce((sum, kind) => sum + counts[kind], 0)
  const choices = [
    { key: '', word: 'All', number: all },
    ...kinds.map((key) => ({ key, word: words[key].word, number: counts[key] })),
  ]
  return (
    <fieldset className="flex flex-wrap gap-1 border-b px-4 py-2.5">
      <legend className="sr-only">Kind of change</legend>
      {choices.map(({ key, word, number }) => (
        <Button
          key={key}
          size="small"
          look={key === value ? 'plain' : 'quiet'}
          aria-pressed={key === value}
          className={classNames(key === value && 'border-accent! bg-accent-soft!')}
          onClick={() => onChange(key)}
        >
          {word}
          <span className="text-muted">
            {count(number)}
            {more && '+'}
          </span>
        </Button>
      ))}
    </fieldset>
  )
}

type Sides = { a: string; b: string; open(opened: Opened): void }

export const changeColumns = ({ a, b, open }: Sides): readonly Column<Difference>[] => [
  {
    key: 'change',
    header: 'Change',
    width: '6.5rem',
    cell: ({ change }) => (
      <span className={classNames('font-medium whitespace-nowrap', words[change].tone)}>
        <span aria-hidden className="inline-block w-4 font-mono">
          {words[change].sign}
        </span>
        {words[change].word}
      </span>
    ),
  },
  {
    key: 'path',
    header: 'Path',
    cell: (row) => (
      <span className="flex min-w-0 items-center gap-2">
        <EntryIcon type={(row.after ?? row.before)?.type ?? 'file'} />
        <button
          type="button"
          className="min-w-0 py-0.5 text-left text-accent underline-offset-2 hover:underline"
          onClick={() => open({ id: row.after === null ? a : b, place: placeFrom(row) })}
        >
          <FileName name={row.path} bytes={row.pathBytes} middle />
        </button>
      </span>
    ),
  },
  {
    key: 'before',
    header: 'Before',
    width: '10rem',
    from: 'sm',
    cell: (row) => (
      <SideCell entry={row.before} other={row.after} id={a} place={placeFrom(row)} open={open} name="before" />
    ),
  },
  {
    key: 'after',
    header: 'After',
    width: '10rem',
    from: 'sm',
    cell: (row) => (
      <SideCell entry={row.after} other={row.before} id={b} place={placeFrom(row)} open={open} name="after" />
    ),
  },
]

function SideCell({
  entry,
  other,
  id,
  place,
  open,
  name,
}: {
  entry: Entry | null
  other: Entry | null
  id: string
  place: Place
  open(opened: Opened): void
  name: string
}) {
  if (entry === null) return <span className="text-muted">not there</span>
  return (
    <Button size="small" look="quiet" className="-ml-2" onClick={() => open({ id, place })} aria-label={`Open ${name}`}>
      <span className="truncate">{sideText(entry, other)}</span>
    </Button>
  )
}

/** The size, unless only the metadata tells the two sides apart. */
function sideText(entry: Entry, other: Entry | null): string {
  if (other !== null && entry.mode !== other.mode) return modeText(entry.mode)
  if (other !== null && ownerText(entry) !== ownerText(other)) return ownerText(entry)
  return entry.type === 'directory' ? 'Folder' : bytes(entry.size)
}
