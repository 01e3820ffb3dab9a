'use client'
// Browsing a snapshot: one folder as a table, the way to it, and the same folder at other times.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'next/navigation'
import { useCallback, useMemo, useState } from 'react'
import { lsLine } from '#server/contract/cli-lines.ts'
import { useTRPC } from '../../data/provider.tsx'
import { useMay } from '../../data/viewer.tsx'
import { CommandLine } from '../../patterns/copy.tsx'
import { EmptyState, PageHeader } from '../../patterns/page.tsx'
import { nextPage, useRows } from '../../patterns/pages.ts'
import { filesHref, type Place, paramsOf, placeFromParams, TOP } from '../../patterns/places.ts'
import { Fetched } from '../../patterns/query.tsx'
import { SearchField } from '../../patterns/search-field.tsx'
import { SourceName, VerifyState } from '../../patterns/sources.tsx'
import { DataTable } from '../../patterns/table.tsx'
import { useUrlState } from '../../patterns/url-state.ts'
import { When } from '../../patterns/when.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { assign } from '../../ui/leave.ts'
import { Card } from '../../ui/surfaces.tsx'
import { browseInput } from './browse-input.ts'
import { Crumbs } from './crumbs.tsx'
import { entryColumns, entryKey } from './entry-columns.tsx'
import type { Entry } from './entry-words.tsx'
import { FileSheet } from './file-sheet.tsx'
import { FolderMenu } from './folder-menu.tsx'
import { Neighbours } from './neighbours.tsx'
import { SelectionBar } from './selection-bar.tsx'

/** `of`, `ofb`: the entry that is open beside the page; `begins`: only names that begin so. */
const urlDefaults = { begins: '', of: '', ofb: '' }

export function Files({ id }: { id: string }) {
  const trpc = useTRPC()
  const search = useSearchParams()
  const place = useMemo(
    () => placeFromParams({ path: search.get('path') ?? undefined, pb: search.get('pb') ?? undefined }),
    [search],
  )
  const snapshot = useQuery(trpc.snapshots.get.queryOptions({ id }))
  return (
    <Fetched query={snapshot}>
      {(found) => (
        <>
          <PageHeader
            trail={[
              { href: '/snapshots', label: 'Snapshots' },
              { href: `/snapshots/${id}`, label: <When at={found.time} show="time" /> },
            ]}
            title="Files"
            lead={
              <div className="flex flex-wrap gap-x-6">
                <SourceName snapshot={found} />
                <VerifyState snapshot={found} />
              </div>
            }
            actions={<Neighbours snapshot={found} hrefOf={(other) => filesHref(other.id, place)} />}
          />
          {/* Another folder is another list: what was chosen in one stays there. */}
          <Folder key={`${id} ${place.bytes ?? place.path}`} id={id} place={place} />
          <Line id={id} place={place} />
        </>
      )}
    </Fetched>
  )
}

function Folder({ id, place }: { id: string; place: Place }) {
  const trpc = useTRPC()
  const may = useMay()
  const [{ begins, of, ofb }, set] = useUrlState(urlDefaults)
  const [chosen, setChosen] = useState<ReadonlyMap<string, Entry>>(new Map())
  const query = useInfiniteQuery(
    trpc.snapshots.browse.infiniteQueryOptions(browseInput(id, place, begins), { getNextPageParam: nextPage }),
  )
  const { rows, onEnd, loadingMore } = useRows(query)
  const opened = of === '' && ofb === '' ? undefined : placeFromParams({ path: of, pb: ofb })
  const openPlace = useCallback(
    (entry: Place | undefined): void => {
      const { path = '', pb = '' } = entry === undefined ? {} : paramsOf(entry)
      set({ of: path, ofb: pb }, entry !== undefined)
    },
    [set],
  )
  const columns = useMemo(() => {
    const toggle = (entry: Entry): void =>
      setChosen((now) => {
        const next = new Map(now)
        if (!next.delete(entryKey(entry))) next.set(entryKey(entry), entry)
        return next
      })
    return entryColumns({ id, folder: place, chosen, toggle, open: openPlace, choosing: may('restores.start') })
  }, [id, place, chosen, openPlace, may])
  return (
    <Card flush>
      <div className="flex flex-wrap items-center justify-between gap-2 border-b px-4 py-2.5">
        <Crumbs id={id} place={place} />
        <div className="flex w-full items-center gap-2 sm:w-auto">
          <SearchField label="Names beginning with" value={begins} onChange={(value) => set({ begins: value })} />
          <FolderMenu id={id} place={place} />
        </div>
      </div>
      <Fetched query={query}>
        {() => (
          <DataTable
            label="Entries of the folder"
            rows={rows}
            rowKey={entryKey}
            onEnd={onEnd}
            loadingMore={loadingMore}
            columns={columns}
            current={(entry) => chosen.has(entryKey(entry))}
            empty={<NothingHere id={id} place={place} begins={begins} />}
          />
        )}
      </Fetched>
      {chosen.size > 0 && (
        <SelectionBar id={id} folder={place} chosen={[...chosen.values()]} onClear={() => setChosen(new Map())} />
      )}
      <FileSheet
        opened={opened && { id, place: opened }}
        onClose={() => openPlace(undefined)}
        onOpen={(other) => assign(`/backups${filesHref(other.id, place, openParams(other.place))}`)}
      />
    </Card>
  )
}

/** The address of a folder with an entry open beside it. */
export function openParams(place: Place): Record<string, string> {
  const { path, pb } = paramsOf(place)
  return { ...(path === undefined ? {} : { of: path }), ...(pb === undefined ? {} : { ofb: pb }) }
}

function NothingHere({ id, place, begins }: { id: string; place: Place; begins: string }) {
  if (begins === '')
    return <EmptyState title="The folder is empty">It held nothing when the snapshot was made.</EmptyState>
  return (
    <EmptyState
      title="No name here begins like this"
      action={
        <ButtonLink href={`/snapshots/search?q=${encodeURIComponent(begins)}&snapshot=${id}`}>
          Find it in all folders
        </ButtonLink>
      }
    >
      Capital letters count here.{' '}
      {place === TOP ? '' : 'The search looks into all folders, and does not tell them apart.'}
    </EmptyState>
  )
}

function Line({ id, place }: { id: string; place: Place }) {
  const trpc = useTRPC()
  const may = useMay()
  const snapshot = useQuery(trpc.snapshots.get.queryOptions({ id }))
  const repository = useQuery(
    trpc.repositories.get.queryOptions(
      { id: snapshot.data?.repositoryId ?? '' },
      { enabled: snapshot.data !== undefined && may('repositories.read') },
    ),
  )
  if (snapshot.data === undefined || repository.data === undefined) return null
  const { snapshotId } = snapshot.data
  const path = { text: place.path, bytes: place.bytes }
  return <CommandLine className="mt-4" line={lsLine(repository.data, { snapshot: snapshotId, path })} />
}
