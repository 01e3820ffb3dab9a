'use client'
// What was found by name: each path with its newest version and the ways to get it back.
import { Download } from 'lucide-react'
import { IfMay } from '../../data/viewer.tsx'
import { displayName, FileName } from '../../patterns/file-name.tsx'
import { bytes, counted } from '../../patterns/format.ts'
import { above, downloadHref, filesHref, restoreHref } from '../../patterns/places.ts'
import type { Column } from '../../patterns/table.tsx'
import { When } from '../../patterns/when.tsx'
import { ButtonAnchor, ButtonLink, TextLink } from '../../ui/button.tsx'
import { EntryIcon, EntryMarks, hasContent } from './entry-words.tsx'
import type { Opened } from './file-sheet.tsx'
import type { FoundPath } from './search-input.ts'

export const searchColumns = (open: (opened: Opened) => void): readonly Column<FoundPath>[] => [
  {
    key: 'name',
    header: 'Name',
    cell: ({ place, newest: { entry, snapshot } }) => {
      const folder = above(place)
      return (
        <span className="flex min-w-0 items-center gap-2">
          <EntryIcon type={entry.type} />
          <span className="min-w-0">
            <span className="flex min-w-0 items-center gap-2">
              <button
                type="button"
                className="flex min-h-6 min-w-6 items-center text-left font-medium text-accent underline-offset-2 hover:underline"
                onClick={() => open({ id: snapshot, place })}
              >
                <FileName name={entry.name} bytes={entry.nameBytes} />
              </button>
              <EntryMarks entry={entry} />
            </span>
            <TextLink href={filesHref(snapshot, folder)} className="flex min-h-6 min-w-6 items-center text-muted!">
              <FileName name={folder.path === '' ? '/' : folder.path} bytes={folder.bytes} middle />
            </TextLink>
          </span>
        </span>
      )
    },
  },
  {
    key: 'size',
    header: 'Size',
    numeric: true,
    width: '6.5rem',
    from: 'sm',
    cell: ({ newest: { entry } }) => bytes(entry.bytesBelow ?? entry.size),
  },
  {
    key: 'modified',
    header: 'Modified',
    width: '9rem',
    from: 'md',
    cell: ({ newest }) => <When at={newest.entry.mtime} none="not known" />,
  },
  {
    key: 'snapshots',
    header: 'Last in the snapshot of',
    width: '13rem',
    from: 'lg',
    cell: ({ newest, snapshots, versions }) => (
      <>
        <TextLink href={`/snapshots/${newest.snapshot}`}>
          <When at={newest.snapshotTime} show="both" />
        </TextLink>
        <span className="block text-sm text-muted">
          {counted(versions, 'version')} in {counted(snapshots, 'snapshot')}
        </span>
      </>
    ),
  },
  {
    key: 'ways',
    header: <span className="sr-only">Get it back</span>,
    width: '8.5rem',
    cell: ({ place, newest: { entry, snapshot } }) => (
      <span className="flex justify-end gap-1">
        <IfMay need="snapshots.download">
          {hasContent(entry) && (
            <ButtonAnchor
              size="small"
              href={downloadHref(snapshot, place)}
              download
              title="Download the newest version"
              aria-label={`Download ${displayName(entry.name, entry.nameBytes)}`}
            >
              <Download aria-hidden className="size-4" />
            </ButtonAnchor>
          )}
        </IfMay>
        <IfMay need="restores.start">
          <ButtonLink
            size="small"
            href={restoreHref(snapshot, place)}
            aria-label={`Restore ${displayName(entry.name, entry.nameBytes)}`}
          >
            Restore
          </ButtonLink>
        </IfMay>
      </span>
    ),
  },
]
