'use client'
// One snapshot: what it holds, where it comes from, whether it was verified, and the ways into it.
import { useQuery } from '@tanstack/react-query'
import { FolderOpen, RotateCcw } from 'lucide-react'
import type { ReactNode } from 'react'
import { lsLine, restoreLine, snapshotsLine } from '#server/contract/cli-lines.ts'
import { useTRPC } from '../../data/provider.tsx'
import { IfMay, useMay } from '../../data/viewer.tsx'
import { CommandLine, CopyButton } from '../../patterns/copy.tsx'
import { displayName, FileName } from '../../patterns/file-name.tsx'
import { bytes, count, counted, duration } from '../../patterns/format.ts'
import { PageHeader } from '../../patterns/page.tsx'
import { commonFolder, filesHref, placeFrom, restoreHref } from '../../patterns/places.ts'
import { Fetched, Notice } from '../../patterns/query.tsx'
import { type Snapshot, SourceName, shortId, useSameSource, VerifyState } from '../../patterns/sources.tsx'
import { When } from '../../patterns/when.tsx'
import { ButtonLink, TextLink } from '../../ui/button.tsx'
import { Card, Facts, Skeleton } from '../../ui/surfaces.tsx'
import { FindField } from './find-field.tsx'
import { Neighbours } from './neighbours.tsx'

export function SnapshotDetail({ id }: { id: string }) {
  const trpc = useTRPC()
  const query = useQuery(trpc.snapshots.get.queryOptions({ id }))
  return <Fetched query={query}>{(snapshot) => <Found snapshot={snapshot} />}</Fetched>
}

function Found({ snapshot }: { snapshot: Snapshot }) {
  const { id, time } = snapshot
  return (
    <>
      <PageHeader
        trail={[{ href: '/snapshots', label: 'Snapshots' }]}
        title={
          <>
            Snapshot of <When at={time} show="time" />
          </>
        }
        lead={
          <>
            <When at={time} /> · <VerifyState snapshot={snapshot} />
          </>
        }
        actions={
          <>
            <IfMay need="snapshots.browse">
              <ButtonLink
                href={filesHref(id, commonFolder(snapshot.paths.map(placeFrom)))}
                icon={<FolderOpen aria-hidden className="size-4" />}
              >
                Browse files
              </ButtonLink>
            </IfMay>
            <IfMay need="restores.start">
              <ButtonLink look="primary" href={restoreHref(id)} icon={<RotateCcw aria-hidden className="size-4" />}>
                Restore
              </ButtonLink>
            </IfMay>
          </>
        }
      />
      {snapshot.verifyState === 'damaged' && (
        <Notice tone="failed" title="This snapshot is damaged">
          Some of its data can’t be read. Restore from another snapshot, or restore what is whole: what fails is listed.
        </Notice>
      )}
      <IfMay need="snapshots.browse">
        <FindField className="my-4" snapshot={id} />
      </IfMay>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <What snapshot={snapshot} />
        <Origin snapshot={snapshot} />
      </div>
      <Lines snapshot={snapshot} />
    </>
  )
}

function What({ snapshot }: { snapshot: Snapshot }) {
  const { files, directories, bytes: size, bytesStored, errorCount, paths, id } = snapshot
  const may = useMay()
  return (
    <Card title="What it holds">
      <Facts
        items={[
          ['Files', `${count(files)} in ${counted(directories, 'folder')}`],
          ['Size', bytes(size)],
          ['Added to storage', bytes(bytesStored)],
          [
            'Not read',
            errorCount === 0 ? 'Everything could be read' : `${counted(errorCount, 'file')} could not be read`,
          ],
          [
            'Paths',
            <ul key="paths" className="flex flex-col gap-0.5">
              {paths.map((each) => (
                <li key={each.path}>
                  {may('snapshots.browse') ? (
                    <TextLink href={filesHref(id, placeFrom(each))}>
                      <FileName name={each.path} bytes={each.pathBytes} wrap />
                    </TextLink>
                  ) : (
                    <FileName name={each.path} bytes={each.pathBytes} wrap />
                  )}
                </li>
              ))}
            </ul>,
          ],
        ]}
      />
    </Card>
  )
}

function Origin({ snapshot }: { snapshot: Snapshot }) {
  const { scheduleName, host, type, runId, tags, time, finished, program } = snapshot
  const may = useMay()
  const run = runId !== null && may('runs.read') && <TextLink href={`/runs/${runId}`}>The run that made it</TextLink>
  const tagList = tags.length > 0 && <Tags tags={tags} />
  const items: (readonly [string, ReactNode])[] = [
    ['Schedule', scheduleName ?? 'None: started by hand'],
    ['Host', <bdi key="host">{displayName(host)}</bdi>],
    ['Repository', <RepositoryName key="repository" id={snapshot.repositoryId} />],
    ['Type', type],
    ['Made', <When key="made" at={time} show="both" />],
    ['Took', duration(Date.parse(finished) - Date.parse(time))],
    ['Verified', <VerifyState key="verified" snapshot={snapshot} />],
    ['Run', run || 'Not known'],
    ['Compared with', <Parent key="parent" snapshot={snapshot} />],
    ['Tags', tagList || 'None'],
    ['Made by', program],
    [
      'Id',
      <span key="id" className="flex items-center gap-1">
        <span className="font-mono text-sm break-all">{shortId(snapshot.snapshotId)}</span>
        <CopyButton text={snapshot.snapshotId} label="Copy the whole id" />
      </span>,
    ],
  ]
  return (
    <Card
      title="Where it comes from"
      actions={<Neighbours snapshot={snapshot} hrefOf={({ id }) => `/snapshots/${id}`} />}
    >
      <div className="mb-3">
        <SourceName snapshot={snapshot} />
      </div>
      <Facts items={items} />
    </Card>
  )
}

function RepositoryName({ id }: { id: string }) {
  const may = useMay()
  const trpc = useTRPC()
  const { data, isLoading } = useQuery(
    trpc.repositories.get.queryOptions({ id }, { enabled: may('repositories.read') }),
  )
  if (isLoading) return <Skeleton className="h-5 w-32" />
  return data === undefined ? null : <TextLink href={`/repositories/${id}`}>{data.name}</TextLink>
}

/** The snapshot that told which files had not changed. */
function Parent({ snapshot }: { snapshot: Snapshot }) {
  const { parentId } = snapshot
  const { snapshots } = useSameSource(snapshot)
  if (parentId === null) return 'None: every file was read'
  const parent = snapshots.find((each) => each.snapshotId === parentId)
  if (parent === undefined) return <span className="font-mono text-sm">{shortId(parentId)}</span>
  return (
    <TextLink href={`/snapshots/${parent.id}`}>
      <When at={parent.time} show="both" />
    </TextLink>
  )
}

const Tags = ({ tags }: { tags: readonly string[] }) => (
  <ul className="flex flex-wrap gap-1">
    {tags.map((tag) => (
      <li key={tag} className="max-w-full rounded-md border bg-sunken px-1.5">
        <TextLink href={`/snapshots?tag=${encodeURIComponent(tag)}`} className="block">
          <FileName name={tag} />
        </TextLink>
      </li>
    ))}
  </ul>
)

function Lines({ snapshot }: { snapshot: Snapshot }) {
  const may = useMay()
  const trpc = useTRPC()
  const { data } = useQuery(
    trpc.repositories.get.queryOptions({ id: snapshot.repositoryId }, { enabled: may('repositories.read') }),
  )
  if (data === undefined) return null
  const { snapshotId } = snapshot
  return (
    <Card title="The same by hand" className="mt-4">
      <div className="flex flex-col gap-2">
        <CommandLine line={snapshotsLine(data)} />
        <IfMay need="snapshots.browse">
          <CommandLine line={lsLine(data, { snapshot: snapshotId })} />
        </IfMay>
        <IfMay need="restores.start">
          <CommandLine line={restoreLine(data, { snapshot: snapshotId, target: './restored', verify: true })} />
        </IfMay>
      </div>
    </Card>
  )
}
