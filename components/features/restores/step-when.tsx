'use client'
// As of when: the snapshots of the source, day by day, or the last one before a time.
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import { sourceOf } from '#server/contract/sources.ts'
import { useTRPC } from '../../data/provider.tsx'
import { firstFound } from '../../patterns/first-found.ts'
import { Notice, sayError } from '../../patterns/query.tsx'
import { sourceFilter } from '../../patterns/source-filter.ts'
import { type Snapshot, SourceName, Timeline, useSameSource, VerifyState } from '../../patterns/sources.tsx'
import { When } from '../../patterns/when.tsx'
import { Button } from '../../ui/button.tsx'
import { Input } from '../../ui/controls.tsx'

/** The start of a day of the browser's zone, so many days back. */
function startOfDay(daysBack: number): number {
  const day = new Date()
  day.setHours(0, 0, 0, 0)
  day.setDate(day.getDate() - daysBack)
  return day.getTime()
}

export function StepWhen({ snapshot, onChoose }: { snapshot: Snapshot; onChoose(snapshot: Snapshot): void }) {
  const { snapshots, older, loadOlder } = useSameSource(snapshot)
  const { lastBefore, looking } = useLastBefore(snapshot, onChoose)
  const [typed, setTyped] = useState('')
  const newest = snapshots[0]
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <div className="min-w-0">
          <p className="font-medium">
            <When at={snapshot.time} show="both" />
          </p>
          <SourceName snapshot={snapshot} />
        </div>
        <VerifyState snapshot={snapshot} />
      </div>
      {snapshot.verifyState === 'damaged' && (
        <Notice tone="warning" title="This snapshot is damaged">
          What can’t be read is left out and listed. An earlier snapshot may have it whole.
        </Notice>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button size="small" disabled={newest === undefined} onClick={() => newest && onChoose(newest)}>
          Newest
        </Button>
        <Button
          size="small"
          disabled={looking}
          onClick={() => lastBefore(startOfDay(0))}
          title="The last snapshot before today"
        >
          As of yesterday
        </Button>
        <Button
          size="small"
          disabled={looking}
          onClick={() => lastBefore(startOfDay(6))}
          title="The last snapshot that is a week old"
        >
          A week ago
        </Button>
        <form
          className="flex flex-wrap items-center gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            // The whole minute counts.
            if (typed !== '') lastBefore(new Date(typed).getTime() + 60_000)
          }}
        >
          <Input
            type="datetime-local"
            aria-label="As of a day and time"
            className="h-7! w-52!"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          <Button size="small" type="submit" disabled={typed === '' || looking}>
            As of then
          </Button>
        </form>
      </div>
      <Timeline
        snapshots={snapshots}
        current={snapshot.id}
        onChoose={onChoose}
        onOlder={older ? loadOlder : undefined}
        more={older}
      />
    </div>
  )
}

/** Chooses the last snapshot of the same source before an instant (ms), also one that was not fetched yet. */
function useLastBefore(snapshot: Snapshot, onChoose: (snapshot: Snapshot) => void) {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const [looking, setLooking] = useState(false)
  const lastBefore = (at: number): void => {
    setLooking(true)
    const until = new Date(at).toISOString()
    // The server's filter is wider than the source: what fits may be pages away.
    firstFound(
      (cursor) => queries.fetchQuery(trpc.snapshots.list.queryOptions({ ...sourceFilter(snapshot), until, cursor })),
      (each) => sourceOf(each) === sourceOf(snapshot),
    )
      .then((found) => {
        if (found) onChoose(found)
        else toast.error('This source has no snapshot from before then.')
      })
      .catch((error: unknown) => toast.error(sayError(error)))
      .finally(() => setLooking(false))
  }
  return { lastBefore, looking }
}
