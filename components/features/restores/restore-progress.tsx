'use client'
// How far a restore is: with rate and time left for who may see runs, else as far as the restore itself tells.
import { useMay } from '../../data/viewer.tsx'
import { bytes, counted } from '../../patterns/format.ts'
import { CurrentFile, LiveProgress } from '../../patterns/live-progress.tsx'
import { ProgressBar } from '../../ui/surfaces.tsx'
import type { Restore } from './restore-words.ts'

export function RestoreProgress({ restore }: { restore: Restore }) {
  const may = useMay()
  if (may('runs.read')) return <LiveProgress id={restore.runId} />
  if (restore.state === 'queued') return <p className="text-muted">It waits for its turn.</p>
  const number = (name: string): number => (typeof restore.progress?.[name] === 'number' ? restore.progress[name] : 0)
  const total = number('bytesTotal')
  return (
    <div className="flex flex-col gap-1.5">
      <ProgressBar value={total === 0 ? undefined : number('bytes') / total} label="Progress" />
      <p className="text-sm">
        {counted(number('files'), 'file')}, {bytes(number('bytes'))}
      </p>
      {/* Whose restore it is, is told its names. */}
      <CurrentFile progress={restore.progress ?? {}} />
    </div>
  )
}
