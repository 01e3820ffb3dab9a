'use client'
// What differs between two snapshots: added, removed, other content, other metadata. Either side can be opened.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { ArrowLeftRight } from 'lucide-react'
import { useSearchParams } from 'next/navigation'
import { useMemo } from 'react'
import { diffLine } from '#server/contract/cli-lines.ts'
import { useTRPC } from '../../data/provider.tsx'
import { useMay } from '../../data/viewer.tsx'
import { CommandLine } from '../../patterns/copy.tsx'
import { EmptyState, PageHeader } from '../../patterns/page.tsx'
import { nextPage, useRows } from '../../patterns/pages.ts'
import { paramsOf, placeFromParams } from '../../patterns/places.ts'
import { Fetched } from '../../patterns/query.tsx'
import { type Snapshot, SourceName } from '../../patterns/sources.tsx'
import { DataTable } from '../../patterns/table.tsx'
import { useUrlState } from '../../patterns/url-state.ts'
import { When } from '../../patterns/when.tsx'
import { ButtonLink, TextLink } from '../../ui/button.tsx'
import { Card } from '../../ui/surfaces.tsx'
import { ChangeFilter, changeColumns, type Difference, matchesChange, tally } from './changes.tsx'
import { diffInput } from './compare-input.ts'
import { FileSheet, type Opened } from './file-sheet.tsx'
import { LookFurther, useLookFurther } from './look-further.tsx'
import { Neighbours } from './neighbours.tsx'

export function Compare() {
  const search = useSearchParams()
  const [a, b] = [search.get('a') ?? '', search.get('b') ?? '']
  return a === '' || b === '' ? <NothingChosen /> : <Compared a={a} b={b} />
}

const trail = [{ href: '/snapshots', label: 'Snapshots' }]
const title = 'Compare two snapshots'

const NothingChosen = () => (
  <>
    <PageHeader trail={trail} title={title} />
    <Card flush>
      <EmptyState
        title="Which two?"
        icon={<ArrowLeftRight />}
        action={
          <ButtonLink look="primary" href="/snapshots">
            Choose snapshots
          </ButtonLink>
        }
      >
        Tick two snapshots of one repository in the list, then press Compare.
      </EmptyState>
    </Card>
  </>
)

function Compared({ a, b }: { a: string; b: string }) {
  const trpc = useTRPC()
  const before = useQuery(trpc.snapshots.get.queryOptions({ id: a }))
  const after = useQuery(trpc.snapshots.get.queryOptions({ id: b }))
  return (
    <>
      <PageHeader
        trail={trail}
        title={title}
        lead="What is different in the second one."
        actions={
          <ButtonLink
            href={`/snapshots/compare?a=${b}&b=${a}`}
            icon={<ArrowLeftRight aria-hidden className="size-4" />}
          >
            The other way round
          </ButtonLink>
        }
      />
      <div className="mb-4 grid gap-4 md:grid-cols-2">
        <Side title="Before" query={before} hrefOf={(id) => `/snapshots/compare?a=${id}&b=${b}`} />
        <Side title="After" query={after} hrefOf={(id) => `/snapshots/compare?a=${a}&b=${id}`} />
      </div>
      <Differences key={`${a} ${b}`} a={a} b={b} />
      {before.data && after.data && <Line before={before.data} after={after.data} />}
    </>
  )
}

function Side({
  title,
  query,
  hrefOf,
}: {
  title: string
  query: { readonly data: Snapshot | undefined; readonly error: unknown; refetch(): unknown }
  hrefOf(id: string): string
}) {
  return (
    <Card title={title} actions={query.data && <Neighbours snapshot={query.data} hrefOf={({ id }) => hrefOf(id)} />}>
      <Fetched query={query}>
        {(snapshot) => (
          <div className="flex flex-col gap-1">
            <TextLink href={`/snapshots/${snapshot.id}`} className="w-fit leading-6 font-medium">
              <When at={snapshot.time} show="both" />
            </TextLink>
            <SourceName snapshot={snapshot} />
          </div>
        )}
      </Fetched>
    </Card>
  )
}

const urlDefaults = { change: '', in: '', of: '', ofb: '' }

function Differences({ a, b }: { a: string; b: string }) {
  const trpc = useTRPC()
  const [{ change, in: within, of, ofb }, set] = useUrlState(urlDefaults)
  const query = useInfiniteQuery(
    trpc.snapshots.diff.infiniteQueryOptions(diffInput(a, b), { getNextPageParam: nextPage }),
  )
  const { rows, onEnd } = useRows<Difference>(query)
  const shown = useMemo(() => rows.filter((each) => matchesChange(each, change)), [rows, change])
  const { stopped, goOn } = useLookFurther(query, change === '' || shown.length > 100)
  const open = (next: Opened | undefined): void => {
    const { path = '', pb = '' } = next === undefined ? {} : paramsOf(next.place)
    set({ in: next?.id ?? '', of: path, ofb: pb }, next !== undefined && within === '')
  }
  return (
    <Card flush>
      <ChangeFilter
        value={change}
        onChange={(value) => set({ change: value })}
        counts={tally(rows)}
        more={query.hasNextPage}
      />
      <Fetched query={query}>
        {() => (
          <DataTable
            label="Differences"
            rows={shown}
            rowKey={(each) => `${each.change} ${each.pathBytes ?? each.path}`}
            columns={changeColumns({ a, b, open })}
            onEnd={onEnd}
            empty={
              query.hasNextPage ? (
                <p className="px-4 py-8 text-center text-muted">None of this kind so far.</p>
              ) : (
                <EmptyState title={change === '' ? 'They are the same' : 'Nothing of this kind'}>
                  {change === '' ? 'Every file and folder is equal, with its metadata.' : 'Other things may differ.'}
                </EmptyState>
              )
            }
          />
        )}
      </Fetched>
      <LookFurther query={query} stopped={stopped} onMore={goOn}>
        More differences follow; the numbers are as far as was compared.
      </LookFurther>
      <FileSheet
        opened={within === '' ? undefined : { id: within, place: placeFromParams({ path: of, pb: ofb }) }}
        onClose={() => open(undefined)}
        onOpen={open}
      />
    </Card>
  )
}

function Line({ before, after }: { before: Snapshot; after: Snapshot }) {
  const trpc = useTRPC()
  const may = useMay()
  const { data } = useQuery(
    trpc.repositories.get.queryOptions({ id: after.repositoryId }, { enabled: may('repositories.read') }),
  )
  if (data === undefined) return null
  return <CommandLine className="mt-4" line={diffLine(data, { before: before.snapshotId, after: after.snapshotId })} />
}
