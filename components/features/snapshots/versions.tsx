'use client'
// The versions of one file or folder, newest first: each can be looked at, restored and downloaded.
import { useInfiniteQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { IfMay } from '../../data/viewer.tsx'
import { bytes, counted } from '../../patterns/format.ts'
import { nextPage, useRows } from '../../patterns/pages.ts'
import { downloadHref, inputOf, type Place, restoreHref } from '../../patterns/places.ts'
import { Fetched, MoreFailed } from '../../patterns/query.tsx'
import type { Snapshot } from '../../patterns/sources.tsx'
import { When } from '../../patterns/when.tsx'
import { Button, ButtonAnchor, ButtonLink } from '../../ui/button.tsx'
import { Skeleton } from '../../ui/surfaces.tsx'
import { EntryMarks, hasContent } from './entry-words.tsx'
import type { Opened } from './file-sheet.tsx'

type Version = Outputs['snapshots']['versions']['items'][number]

/** A version may come in parts of several pages. */
function joined(rows: readonly Version[]): Version[] {
  const versions: Version[] = []
  for (const each of rows) {
    const last = versions.at(-1)
    if (last?.version !== each.version) versions.push(each)
    else versions[versions.length - 1] = { ...last, oldest: each.oldest, snapshots: last.snapshots + each.snapshots }
  }
  return versions
}

export function Versions({
  opened,
  snapshot,
  onOpen,
}: {
  opened: Opened
  snapshot: Snapshot
  onOpen(opened: Opened): void
}) {
  const trpc = useTRPC()
  const { place } = opened
  const { repositoryId, host } = snapshot
  const query = useInfiniteQuery(
    trpc.snapshots.versions.infiniteQueryOptions(
      { repositoryId, host, ...inputOf(place) },
      { getNextPageParam: nextPage },
    ),
  )
  const { rows, onEnd, loadingMore } = useRows(query)
  const shown = Date.parse(snapshot.time)
  return (
    <Fetched query={query} shape={<Skeleton className="h-24 w-full" />}>
      {() => (
        <>
          <ol className="flex flex-col rounded-md border" aria-label="Versions, newest first">
            {joined(rows).map((version) => {
              const { newest, oldest } = version
              const current = shown <= Date.parse(newest.time) && shown >= Date.parse(oldest.time)
              return (
                <li
                  key={newest.snapshot}
                  aria-current={current || undefined}
                  className="border-b px-3 py-2 last:border-b-0 aria-[current=true]:bg-accent-soft"
                >
                  <Row version={version} place={place} current={current} onOpen={onOpen} />
                </li>
              )
            })}
          </ol>
          <MoreFailed more={loadingMore} />
          {loadingMore === 'coming' && (
            <Button size="small" className="mt-2" onClick={onEnd}>
              Look further back
            </Button>
          )}
        </>
      )}
    </Fetched>
  )
}

function Row({
  version,
  place,
  current,
  onOpen,
}: {
  version: Version
  place: Place
  current: boolean
  onOpen(opened: Opened): void
}) {
  const { entry, newest, oldest, snapshots } = version
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2 font-medium">
          {entry.type === 'directory' ? bytes(entry.bytesBelow ?? 0) : bytes(entry.size)}
          <span className="font-normal">
            modified <When at={entry.mtime} none="at a time not known" />
          </span>
          <EntryMarks entry={entry} />
        </p>
        <p className="text-sm text-muted">
          In {counted(snapshots, 'snapshot')}: <When at={oldest.time} show="time" />
          {snapshots > 1 && (
            <>
              {' to '}
              <When at={newest.time} show="time" />
            </>
          )}
        </p>
      </div>
      <div className="flex gap-1">
        {current ? (
          <span className="self-center px-1 text-sm text-muted">This one</span>
        ) : (
          <Button size="small" onClick={() => onOpen({ id: newest.snapshot, place })}>
            Look
          </Button>
        )}
        <IfMay need="snapshots.download">
          {hasContent(entry) && (
            <ButtonAnchor
              size="small"
              href={downloadHref(newest.snapshot, place)}
              download
              aria-label={`Download the version of ${newest.time}`}
              title="Download"
            >
              <Download aria-hidden className="size-4" />
            </ButtonAnchor>
          )}
        </IfMay>
        <IfMay need="restores.start">
          <ButtonLink
            size="small"
            href={restoreHref(newest.snapshot, place)}
            aria-label={`Restore the version of ${newest.time}`}
          >
            Restore
          </ButtonLink>
        </IfMay>
      </div>
    </div>
  )
}
