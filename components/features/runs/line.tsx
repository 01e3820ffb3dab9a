'use client'
// The holdfast command that does the same as a run.
import { useQuery } from '@tanstack/react-query'
import { backupLine, type LineRepository, restoreLine, verifyLine } from '#server/contract/cli-lines.ts'
import type { JobPayload } from '#server/contract/jobs.ts'
import { useTRPC } from '../../data/provider.tsx'
import { useMay } from '../../data/viewer.tsx'
import { CommandLine } from '../../patterns/copy.tsx'
import { Card, Skeleton } from '../../ui/surfaces.tsx'
import type { RestorePayload, RunDetails } from './words.ts'

export function RunLine({ run }: { run: RunDetails }) {
  const trpc = useTRPC()
  const may = useMay()
  const id = run.repositoryId ?? ''
  const named = run.kind !== 'restore' || (run.payload as RestorePayload).path !== null
  const shown = may('repositories.read') && id !== '' && named
  const { data, error } = useQuery({ ...trpc.repositories.get.queryOptions({ id }), enabled: shown })
  if (!shown || error) return null
  return (
    <Card title="The same by hand">
      {data === undefined ? <Skeleton className="h-9" /> : <CommandLine line={lineOf(run, data)} />}
    </Card>
  )
}

function lineOf(run: RunDetails, repository: LineRepository): string {
  if (run.kind === 'backup') return backupLine(repository, run.payload as JobPayload<'backup'>)
  if (run.kind === 'verify') {
    const { readData, sample } = run.payload as JobPayload<'verify'>
    return verifyLine(repository, { readData, ...(sample !== undefined && { sample: sample * 100 }) })
  }
  const { snapshotId, path, pathBytes, ...rest } = run.payload as RestorePayload
  return restoreLine(repository, { ...rest, snapshot: snapshotId, path: { text: path ?? '', bytes: pathBytes } })
}
