'use client'
// The versions of the configuration: who made each, when and why, what differs between any two, and the way back.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { type Outputs, useTRPC, useTRPCClient } from '../../data/provider.tsx'
import { useMay } from '../../data/viewer.tsx'
import { Differences } from '../../patterns/differences.tsx'
import { Field } from '../../patterns/field.tsx'
import { displayName } from '../../patterns/file-name.tsx'
import { counted } from '../../patterns/format.ts'
import { nextPage, useRows } from '../../patterns/pages.ts'
import { Fetched } from '../../patterns/query.tsx'
import { type Column, DataTable } from '../../patterns/table.tsx'
import { useUrlState } from '../../patterns/url-state.ts'
import { When } from '../../patterns/when.tsx'
import { Button } from '../../ui/button.tsx'
import { Select } from '../../ui/controls.tsx'
import { Card } from '../../ui/surfaces.tsx'
import { ExportButton } from './document-view.tsx'
import { Frame } from './frame.tsx'
import { Review } from './review.tsx'

type Version = Outputs['settings']['list']['items'][number]

const urlDefaults = { from: '', to: '' }
const VERSIONS = 50

export function Versions() {
  const trpc = useTRPC()
  const current = useQuery(trpc.settings.current.queryOptions())
  const query = useInfiniteQuery(
    trpc.settings.list.infiniteQueryOptions({ limit: VERSIONS }, { getNextPageParam: nextPage }),
  )
  const { rows, onEnd, loadingMore } = useRows(query)
  const [values, set] = useUrlState(urlDefaults)
  const [back, setBack] = useState<number>()
  const mayWrite = useMay()('settings.write')
  const newest = current.data?.version
  const compared = comparison(values)
  const columns = useMemo(
    () =>
      columnsFor({
        newest,
        show: (version) => set({ from: String(version - 1), to: String(version) }, true),
        back: mayWrite ? setBack : undefined,
      }),
    [newest, mayWrite, set],
  )
  return (
    <Frame tab="/settings/versions" current={current.data}>
      {compared !== undefined && <Comparison from={compared.from} to={compared.to} versions={rows} set={set} />}
      <Card flush title="Versions, newest first">
        <Fetched query={query}>
          {() => (
            <DataTable
              label="Versions of the configuration"
              columns={columns}
              rows={rows}
              rowKey={(row) => String(row.version)}
              rowHeight={57}
              onEnd={onEnd}
              loadingMore={loadingMore}
              current={(row) => row.version === compared?.to}
            />
          )}
        </Fetched>
      </Card>
      {back !== undefined && newest !== undefined && (
        <Rollback version={back} newest={newest} onClose={() => setBack(undefined)} />
      )}
    </Frame>
  )
}

const numberOf = (text: string): number | undefined => (/^\d{1,9}$/.test(text) ? Number(text) : undefined)

function comparison(values: { from: string; to: string }): { from: number; to: number } | undefined {
  const [from, to] = [numberOf(values.from), numberOf(values.to)]
  return from === undefined || to === undefined ? undefined : { from, to }
}

const origins: Readonly<Record<Version['origin'], string>> = {
  initial: 'First version',
  edit: 'Edited',
  import: 'From a file',
  rollback: 'Rolled back',
}

function columnsFor({
  newest,
  show,
  back,
}: {
  newest: number | undefined
  show(version: number): void
  back: ((version: number) => void) | undefined
}): readonly Column<Version>[] {
  return [
    { key: 'version', header: 'Version', width: '5rem', cell: (row) => <strong>{row.version}</strong> },
    {
      key: 'why',
      header: 'Why',
      cell: (row) => (
        <div className="min-w-0">
          <p className="break-words">{displayName(row.reason)}</p>
          <p className="text-sm text-muted">
            {row.restoredFrom === null ? origins[row.origin] : `Back to version ${row.restoredFrom}`}
            <span className="sm:hidden">
              {', '}
              {displayName(row.actorName)}, <When at={row.at} />
            </span>
          </p>
        </div>
      ),
    },
    { key: 'who', header: 'Who', from: 'sm', width: '11rem', cell: (row) => displayName(row.actorName) },
    { key: 'when', header: 'When', from: 'sm', width: '7rem', cell: (row) => <When at={row.at} /> },
    {
      key: 'do',
      header: <span className="sr-only">What can be done</span>,
      width: '6rem',
      cell: (row) => (
        <div className="flex flex-wrap justify-end gap-2 sm:flex-nowrap">
          <Button size="small" aria-label={`What version ${row.version} changed`} onClick={() => show(row.version)}>
            Changes
          </Button>
          {back !== undefined && row.version !== newest && (
            <Button size="small" aria-label={`Go back to version ${row.version}`} onClick={() => back(row.version)}>
              Go back
            </Button>
          )}
        </div>
      ),
    },
  ]
}

function Comparison({
  from,
  to,
  versions,
  set,
}: {
  from: number
  to: number
  versions: readonly Version[]
  set(changes: { from?: string; to?: string }): void
}) {
  const trpc = useTRPC()
  const query = useQuery(trpc.settings.diff.queryOptions({ from, to }))
  const exported = useQuery({ ...trpc.settings.export.queryOptions({ version: to }), enabled: to > 0 })
  const numbers = [...new Set([...versions.map(({ version }) => version), from, to, 0])].sort((a, b) => b - a)
  const options = numbers.map((each) => (
    <option key={each} value={each}>
      {each === 0 ? 'Nothing at all' : `Version ${each}`}
    </option>
  ))
  return (
    <Card
      title="What differs"
      actions={
        <>
          {exported.data && <ExportButton file={exported.data} />}
          <Button onClick={() => set({ from: '', to: '' })}>Close the comparison</Button>
        </>
      }
    >
      <div className="mb-4 grid max-w-lg grid-cols-2 gap-3">
        <Field label="From">
          <Select value={from} onChange={(event) => set({ from: event.target.value })}>
            {options}
          </Select>
        </Field>
        <Field label="To">
          <Select value={to} onChange={(event) => set({ to: event.target.value })}>
            {options}
          </Select>
        </Field>
      </div>
      <Fetched query={query}>
        {({ differences }) =>
          differences.length === 0 ? (
            <p className="text-muted">They say the same.</p>
          ) : (
            <>
              <p className="mb-2">{counted(differences.length, 'difference')}</p>
              <Differences label={`What differs between version ${from} and ${to}`} items={differences} />
            </>
          )
        }
      </Fetched>
    </Card>
  )
}

function Rollback({ version, newest, onClose }: { version: number; newest: number; onClose(): void }) {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const query = useQuery(trpc.settings.diff.queryOptions({ from: newest, to: version }))
  return (
    <Review
      open
      onClose={onClose}
      title={`Go back to version ${version}`}
      verb={`Go back to version ${version}`}
      checked={query.data && { problems: [], differences: query.data.differences }}
      save={(reason) => client.settings.rollback.mutate({ version, reason, expectedVersion: newest })}
    />
  )
}
