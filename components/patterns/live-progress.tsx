'use client'
// How far a run is, as it goes: bar, figures, rate, and the time left where that is known.
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { Progress } from '#server/contract/events.ts'
import { useTRPC } from '../data/provider.tsx'
import { useMay } from '../data/viewer.tsx'
import { ProgressBar, Skeleton } from '../ui/surfaces.tsx'
import { FileName } from './file-name.tsx'
import { bytes, count, counted, duration, percent, rate } from './format.ts'
import { type Pace, paceOf, type Sample } from './pace.ts'
import { sayError } from './query.tsx'

const phases: Readonly<Record<string, string>> = {
  backup: 'Reading files and storing what is new',
  verify: 'Checking what was stored',
  restore: 'Writing files',
}

const numberIn = (progress: Progress, name: string): number | undefined => {
  const value = progress[name]
  return typeof value === 'number' ? value : undefined
}

/** How much is done, and of how much; both in the same unit. */
function amountOf(progress: Progress): { done: number; total: number | undefined } {
  const packs = numberIn(progress, 'packs')
  if (packs !== undefined) return { done: packs, total: numberIn(progress, 'packsTotal') }
  const restored = numberIn(progress, 'bytes')
  if (restored !== undefined) return { done: restored, total: numberIn(progress, 'bytesTotal') }
  return { done: numberIn(progress, 'bytesDone') ?? 0, total: numberIn(progress, 'bytesExpected') }
}

/** The pace over the last seconds. It falls to nothing when nothing comes any more. */
function usePace(progress: Progress | undefined, working: boolean): Pace {
  const samples = useRef<Sample[]>([])
  const newest = useRef(progress)
  newest.current = progress
  const [pace, setPace] = useState<Pace>({ bytesPerSecond: undefined, secondsLeft: undefined })
  useEffect(() => {
    if (!working) {
      samples.current = []
      return
    }
    const look = (): void => {
      const known = newest.current
      if (known === undefined || Object.keys(known).length === 0) return
      const { done, total } = amountOf(known)
      const read = numberIn(known, 'bytesRead') ?? numberIn(known, 'bytes') ?? 0
      const { kept, pace: next } = paceOf(samples.current, { at: performance.now(), read, done }, total)
      samples.current = kept
      setPace(next)
    }
    look()
    const timer = setInterval(look, 1000)
    return () => clearInterval(timer)
  }, [working])
  return pace
}

/** `compact`: bar and one line, for lists. */
export function LiveProgress({ id, compact }: { id: string; compact?: boolean }) {
  const trpc = useTRPC()
  const may = useMay()
  const { data, error } = useQuery(trpc.runs.live.queryOptions({ id }))
  const working = data?.state === 'running'
  const pace = usePace(data?.progress, working)
  if (data === undefined)
    return error ? <p className="min-h-12 text-muted">{sayError(error)}</p> : <Skeleton className="h-12 w-full" />
  if (data.state === 'queued') return <p className="text-muted">It waits for its turn.</p>
  const { progress } = data
  const { done, total } = amountOf(progress)
  // Past what was expected nothing is known any more.
  const share = !working ? 1 : total === undefined || total === 0 || done > total ? undefined : done / total
  const checking = progress.phase === 'verify' && numberIn(progress, 'packs') === undefined
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <ProgressBar value={checking && working ? undefined : share} label="Progress" />
      <div className="flex flex-wrap justify-between gap-x-4 gap-y-0.5 text-sm">
        <Figures progress={progress} compact={compact === true} />
        {working && !checking && progress.phase !== undefined && <Remaining share={share} pace={pace} />}
      </div>
      {!compact && working && (
        <>
          <p className="text-sm text-muted">{phases[String(progress.phase)] ?? 'Starting'}</p>
          {may('snapshots.browse') && <CurrentFile progress={progress} />}
        </>
      )}
    </div>
  )
}

/** The file that it is at: a line that stays when there is none, so that nothing moves. For who may know names of files. */
export function CurrentFile({ progress }: { progress: Readonly<Record<string, unknown>> }) {
  const { path, pathBytes } = progress
  return (
    <div className="h-5 min-w-0 text-muted">
      {typeof path === 'string' && path !== '' && (
        <FileName
          name={path}
          bytes={typeof pathBytes === 'string' && pathBytes !== '' ? pathBytes : undefined}
          middle
        />
      )}
    </div>
  )
}

function Figures({ progress, compact }: { progress: Progress; compact: boolean }) {
  const packs = numberIn(progress, 'packs')
  const files = numberIn(progress, 'files')
  const read = numberIn(progress, 'bytes') ?? numberIn(progress, 'bytesRead')
  const total = numberIn(progress, 'bytesTotal')
  const packsTotal = numberIn(progress, 'packsTotal')
  const changed = (numberIn(progress, 'filesNew') ?? 0) + (numberIn(progress, 'filesChanged') ?? 0)
  return (
    <span className="flex flex-wrap gap-x-3">
      {packs !== undefined && (
        <span>
          {count(packs)}
          {packsTotal === undefined ? '' : ` of ${count(packsTotal)}`} packs
        </span>
      )}
      {files !== undefined && <span>{counted(files, 'file')}</span>}
      {!compact && progress.phase === 'backup' && <span className="text-muted">{count(changed)} new or changed</span>}
      {read !== undefined && (
        <span>
          {bytes(read)}
          {total === undefined ? ' read' : ` of ${bytes(total)}`}
        </span>
      )}
    </span>
  )
}

function Remaining({ share, pace }: { share: number | undefined; pace: Pace }) {
  return (
    <span className="flex flex-wrap gap-x-3">
      {share !== undefined && <span>{percent(share)}</span>}
      {pace.bytesPerSecond !== undefined && <span>{rate(pace.bytesPerSecond)}</span>}
      {share !== undefined && pace.secondsLeft !== undefined ? (
        <span>about {duration(Math.max(1, Math.round(pace.secondsLeft)) * 1000)} left</span>
      ) : (
        <span className="text-muted">time left not known</span>
      )}
    </span>
  )
}
