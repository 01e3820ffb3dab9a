'use client'
// A file or folder beside the page: what it is, how it begins, its versions, and the ways to get it back.
import { useQuery } from '@tanstack/react-query'
import { Download, FolderOpen, RotateCcw } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTRPC } from '../../data/provider.tsx'
import { IfMay, useMay } from '../../data/viewer.tsx'
import { displayName, FileName } from '../../patterns/file-name.tsx'
import { bytes, count } from '../../patterns/format.ts'
import { above, downloadHref, filesHref, inputOf, lastName, type Place, restoreHref } from '../../patterns/places.ts'
import { Fetched } from '../../patterns/query.tsx'
import type { Snapshot } from '../../patterns/sources.tsx'
import { When } from '../../patterns/when.tsx'
import { ButtonAnchor, ButtonLink, TextLink } from '../../ui/button.tsx'
import { Dialog } from '../../ui/overlays.tsx'
import { Facts, Skeleton } from '../../ui/surfaces.tsx'
import { type Entry, EntryMarks, hasContent, kindOf, modeText, ownerText } from './entry-words.tsx'
import { Preview } from './preview.tsx'
import { Versions } from './versions.tsx'

/** Which file, in which snapshot; `id` is that of the snapshot's row. */
export type Opened = { readonly id: string; readonly place: Place }

export function FileSheet({
  opened,
  onClose,
  onOpen,
}: {
  opened: Opened | undefined
  onClose(): void
  /** Another version is to be looked at. */
  onOpen(opened: Opened): void
}) {
  const name = opened && lastName(opened.place)
  return (
    <Dialog
      open={opened !== undefined}
      onOpenChange={(open) => !open && onClose()}
      place="side"
      title={name === undefined ? '' : displayName(name.name, name.nameBytes)}
    >
      {opened !== undefined && <Content opened={opened} onOpen={onOpen} />}
    </Dialog>
  )
}

function Content({ opened, onOpen }: { opened: Opened; onOpen(opened: Opened): void }) {
  const trpc = useTRPC()
  const may = useMay()
  const { id, place } = opened
  const snapshot = useQuery(trpc.snapshots.get.queryOptions({ id }))
  const entry = useQuery(trpc.snapshots.entry.queryOptions({ id, ...inputOf(place) }))
  return (
    <div className="flex flex-col gap-5">
      <Fetched query={entry} shape={<Skeleton className="h-48 w-full" />}>
        {(found) =>
          found === null ? null : (
            <>
              <Ways opened={opened} entry={found} />
              <About opened={opened} entry={found} snapshot={snapshot.data} />
              {hasContent(found) && found.size > 0 && may('snapshots.download') && (
                <Part title="How it begins">
                  <Preview opened={opened} />
                </Part>
              )}
            </>
          )
        }
      </Fetched>
      {snapshot.data !== undefined && (
        <Part title="Versions">
          <Versions opened={opened} snapshot={snapshot.data} onOpen={onOpen} />
        </Part>
      )}
    </div>
  )
}

export const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section>
    <h3 className="mb-2 font-semibold">{title}</h3>
    {children}
  </section>
)

/** How it comes back. */
function Ways({ opened: { id, place }, entry }: { opened: Opened; entry: Entry }) {
  const saving = <Download aria-hidden className="size-4" />
  return (
    <div className="flex flex-wrap gap-2">
      <IfMay need="restores.start">
        <ButtonLink look="primary" href={restoreHref(id, place)} icon={<RotateCcw aria-hidden className="size-4" />}>
          Restore this version
        </ButtonLink>
      </IfMay>
      <IfMay need="snapshots.download">
        {hasContent(entry) && (
          <ButtonAnchor href={downloadHref(id, place)} download icon={saving}>
            Download
          </ButtonAnchor>
        )}
        {entry.type === 'directory' && (
          <>
            <ButtonAnchor href={downloadHref(id, place, 'zip')} download icon={saving}>
              Download as zip
            </ButtonAnchor>
            <ButtonAnchor href={downloadHref(id, place, 'tar')} download icon={saving}>
              As tar
            </ButtonAnchor>
          </>
        )}
      </IfMay>
      {entry.type === 'directory' && (
        <ButtonLink href={filesHref(id, place)} icon={<FolderOpen aria-hidden className="size-4" />}>
          Open
        </ButtonLink>
      )}
    </div>
  )
}

function About({ opened, entry, snapshot }: { opened: Opened; entry: Entry; snapshot: Snapshot | undefined }) {
  const { id, place } = opened
  const folder = above(place)
  const items: (readonly [string, ReactNode])[] = [
    [
      'In the snapshot',
      snapshot === undefined ? (
        '…'
      ) : (
        <TextLink key="snapshot" href={`/snapshots/${id}`}>
          <When at={snapshot.time} show="both" />
        </TextLink>
      ),
    ],
    [
      'Folder',
      <TextLink key="folder" href={filesHref(id, folder)}>
        <FileName name={folder.path === '' ? '/' : folder.path} bytes={folder.bytes} wrap />
      </TextLink>,
    ],
    ['Type', kindOf(entry)],
    ['Size', sizeOf(entry)],
    ['Modified', <When key="modified" at={entry.mtime} none="not known" show="both" />],
    [
      'Mode and owner',
      <span key="mode" className="font-mono text-sm">
        {modeText(entry.mode)} {ownerText(entry)}
      </span>,
    ],
  ]
  if (entry.target !== undefined)
    items.push(['Leads to', <FileName key="target" name={entry.target} bytes={entry.targetBytes} wrap />])
  if (entry.device !== undefined) items.push(['Device', entry.device.join(', ')])
  return (
    <div className="flex flex-col gap-3">
      <div className="flex gap-2 empty:hidden">
        <EntryMarks entry={entry} />
      </div>
      <Facts items={items} />
    </div>
  )
}

function sizeOf(entry: Entry): ReactNode {
  if (entry.type === 'directory')
    return entry.bytesBelow === undefined
      ? 'not known'
      : `${bytes(entry.bytesBelow)} in ${count(entry.filesBelow ?? 0)} files`
  return entry.type === 'file' ? `${bytes(entry.size)} (${count(entry.size)} bytes)` : 'none'
}
