'use client'
// Finding a file by its name in all snapshots: every path once, its newest version first.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'next/navigation'
import { useMemo } from 'react'
import { findLine } from '#server/contract/cli-lines.ts'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { CommandLine } from '../../patterns/copy.tsx'
import { counted } from '../../patterns/format.ts'
import { EmptyState, PageHeader } from '../../patterns/page.tsx'
import { nextPage, useRows } from '../../patterns/pages.ts'
import { paramsOf, placeFromParams, searchPattern } from '../../patterns/places.ts'
import { Fetched, Notice } from '../../patterns/query.tsx'
import { DataTable } from '../../patterns/table.tsx'
import { useUrlState } from '../../patterns/url-state.ts'
import { When } from '../../patterns/when.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { Card } from '../../ui/surfaces.tsx'
import { FileSheet, type Opened } from './file-sheet.tsx'
import { FindField } from './find-field.tsx'
import { LookFurther, useLookFurther } from './look-further.tsx'
import { searchColumns } from './search-columns.tsx'
import { byPath, findInput } from './search-input.ts'

type Repository = Outputs['repositories']['list']['items'][number]

export function Search() {
  const trpc = useTRPC()
  const search = useSearchParams()
  const typed = search.get('q') ?? ''
  const snapshot = search.get('snapshot') ?? ''
  const repositories = useQuery(trpc.repositories.list.queryOptions({ limit: 200 }))
  const only = useQuery(trpc.snapshots.get.queryOptions({ id: snapshot }, { enabled: snapshot !== '' }))
  return (
    <>
      <PageHeader
        trail={[{ href: '/snapshots', label: 'Snapshots' }]}
        title="Find a file"
        lead={
          <>
            A part of the name is enough. With * and ? it is a pattern for the whole name. Capital letters don’t count.
          </>
        }
      />
      <FindField key={typed} className="mb-4" value={typed} snapshot={snapshot === '' ? undefined : snapshot} />
      {snapshot !== '' && (
        <div className="mb-4">
          <Notice
            actions={
              <ButtonLink size="small" href={`/snapshots/search?q=${encodeURIComponent(typed)}`}>
                Look in all snapshots
              </ButtonLink>
            }
          >
            Only in the snapshot of <When at={only.data?.time} none="…" show="both" />.
          </Notice>
        </div>
      )}
      {typed.trim() !== '' && (
        <Fetched query={repositories}>
          {({ items }) => (
            <Results
              key={`${typed} ${snapshot}`}
              typed={typed}
              snapshot={snapshot}
              repositories={only.data ? items.filter(({ id }) => id === only.data.repositoryId) : items}
            />
          )}
        </Fetched>
      )}
    </>
  )
}

const urlDefaults = { in: '', of: '', ofb: '' }

function Results({
  typed,
  snapshot,
  repositories,
}: {
  typed: string
  snapshot: string
  repositories: readonly Repository[]
}) {
  const [{ in: within, of, ofb }, set] = useUrlState(urlDefaults)
  const open = (next: Opened | undefined): void => {
    const { path = '', pb = '' } = next === undefined ? {} : paramsOf(next.place)
    set({ in: next?.id ?? '', of: path, ofb: pb }, next !== undefined && within === '')
  }
  return (
    <div className="flex flex-col gap-4">
      {repositories.map((repository) => (
        <InRepository
          key={repository.id}
          repository={repository}
          named={repositories.length > 1}
          typed={typed}
          snapshot={snapshot}
          onOpen={open}
        />
      ))}
      <FileSheet
        opened={within === '' ? undefined : { id: within, place: placeFromParams({ path: of, pb: ofb }) }}
        onClose={() => open(undefined)}
        onOpen={open}
      />
    </div>
  )
}

function InRepository({
  repository,
  named,
  typed,
  snapshot,
  onOpen,
}: {
  repository: Repository
  named: boolean
  typed: string
  snapshot: string
  onOpen(opened: Opened): void
}) {
  const trpc = useTRPC()
  const query = useInfiniteQuery(
    trpc.snapshots.find.infiniteQueryOptions(findInput(repository.id, typed, snapshot), { getNextPageParam: nextPage }),
  )
  const { rows } = useRows(query)
  const found = useMemo(() => byPath(rows), [rows])
  const { stopped, goOn } = useLookFurther(query, false)
  const columns = useMemo(() => searchColumns(onOpen), [onOpen])
  const back = rows.at(-1)?.snapshotTime
  const number = query.data === undefined ? 'Looking …' : counted(found.length, 'path')
  return (
    <div>
      <Card flush title={named ? `In ${repository.name}: ${number}` : number}>
        <Fetched query={query}>
          {() => (
            <DataTable
              label={`Found in ${repository.name}`}
              rows={found}
              rowKey={({ key }) => key}
              rowHeight={57}
              columns={columns}
              empty={
                query.hasNextPage ? (
                  <p className="px-4 py-8 text-center text-muted">Nothing so far.</p>
                ) : (
                  <EmptyState title="No snapshot has such a name">
                    Try a shorter part of the name, or a pattern like *.pdf.
                  </EmptyState>
                )
              }
            />
          )}
        </Fetched>
        <LookFurther query={query} stopped={stopped} onMore={goOn}>
          {back === undefined ? (
            'The newest snapshots were looked into.'
          ) : (
            <>
              Looked back to <When at={back} show="both" />.
            </>
          )}
        </LookFurther>
      </Card>
      <CommandLine
        className="mt-2"
        line={findLine(repository, { pattern: searchPattern(typed.trim()), ignoreCase: true })}
      />
    </div>
  )
}
