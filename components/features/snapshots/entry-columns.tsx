'use client'
import { PanelRight } from 'lucide-react'
import type { ReactNode } from 'react'
// The table of a folder: names lead on, files open beside the page.
import { displayName, FileName } from '../../patterns/file-name.tsx'
import { bytes, count } from '../../patterns/format.ts'
import { below, filesHref, type Place } from '../../patterns/places.ts'
import type { Column } from '../../patterns/table.tsx'
import { When } from '../../patterns/when.tsx'
import { IconButton, TextLink } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/controls.tsx'
import { type Entry, EntryIcon, EntryMarks, kindOf, modeText, ownerText } from './entry-words.tsx'

/** Names are unique in a folder. */
export const entryKey = ({ name, nameBytes }: Entry): string => (nameBytes === undefined ? `t${name}` : `b${nameBytes}`)

type Options = {
  id: string
  folder: Place
  chosen: ReadonlyMap<string, Entry>
  toggle(entry: Entry): void
  open(place: Place): void
  /** Entries can be chosen. */
  choosing: boolean
}

export function entryColumns(options: Options): readonly Column<Entry>[] {
  const { chosen, toggle, choosing } = options
  const choose: Column<Entry> = {
    key: 'choose',
    header: <span className="sr-only">Choose</span>,
    width: '2.75rem',
    cell: (entry) => (
      <span className="flex size-6 items-center">
        <Checkbox
          aria-label={`Choose ${displayName(entry.name, entry.nameBytes)}`}
          checked={chosen.has(entryKey(entry))}
          onCheckedChange={() => toggle(entry)}
        />
      </span>
    ),
  }
  return [...(choosing ? [choose] : []), nameColumn(options), ...facts, sheetColumn(options)]
}

const nameColumn = ({ id, folder, open }: Options): Column<Entry> => ({
  key: 'name',
  header: 'Name',
  cell: (entry) => {
    const place = below(folder, entry)
    const name = <FileName name={entry.name} bytes={entry.nameBytes} />
    return (
      <span className="flex min-w-0 items-center gap-2">
        <EntryIcon type={entry.type} />
        <span className="min-w-0">
          {entry.type === 'directory' ? (
            <TextLink href={filesHref(id, place)} className="block py-0.5">
              {name}
            </TextLink>
          ) : (
            <button
              type="button"
              onClick={() => open(place)}
              className="block max-w-full py-0.5 text-left text-accent underline-offset-2 hover:underline"
            >
              {name}
            </button>
          )}
          {/* On phones the names need the width. */}
          <span className="block text-sm sm:hidden">{sizeOf(entry)}</span>
        </span>
        {entry.target !== undefined && (
          <span className="flex min-w-0 items-center gap-1 text-muted">
            <span aria-hidden>→</span>
            <span className="sr-only">leads to</span>
            <FileName name={entry.target} bytes={entry.targetBytes} />
          </span>
        )}
        <EntryMarks entry={entry} />
      </span>
    )
  },
})

function sizeOf(entry: Entry): ReactNode {
  if (entry.type === 'file') return bytes(entry.size)
  if (entry.type !== 'directory') return null
  return (
    <span className="text-muted" title={`${count(entry.filesBelow ?? 0)} files below`}>
      {bytes(entry.bytesBelow ?? 0)}
    </span>
  )
}

const facts: readonly Column<Entry>[] = [
  {
    key: 'size',
    header: 'Size',
    numeric: true,
    width: '6.5rem',
    from: 'sm',
    cell: sizeOf,
  },
  {
    key: 'modified',
    header: 'Modified',
    width: '9rem',
    from: 'sm',
    cell: ({ mtime }) => <When at={mtime} none="not known" show="time" />,
  },
  { key: 'type', header: 'Type', width: '8rem', from: 'md', cell: (entry) => kindOf(entry) },
  {
    key: 'mode',
    header: 'Mode and owner',
    width: '14rem',
    from: 'xl',
    cell: (entry) => (
      <span className="font-mono text-sm whitespace-nowrap">
        {modeText(entry.mode)} {ownerText(entry)}
      </span>
    ),
  },
]

const sheetColumn = ({ folder, open }: Options): Column<Entry> => ({
  key: 'sheet',
  header: <span className="sr-only">Versions</span>,
  width: '3rem',
  cell: (entry) => (
    <IconButton
      label={`Versions of ${displayName(entry.name, entry.nameBytes)}`}
      className="size-7!"
      onClick={() => open(below(folder, entry))}
    >
      <PanelRight aria-hidden className="size-4" />
    </IconButton>
  ),
})
