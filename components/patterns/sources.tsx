'use client'
// Snapshots by their source: what was backed up, whether it was verified, and the instants to choose from.
import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { sourceOf } from '#server/contract/sources.ts'
import { useNow, useZone } from '../data/clock.tsx'
import { type Outputs, useTRPC } from '../data/provider.tsx'
import { classNames } from '../ui/class-names.ts'
import { displayName, FileName } from './file-name.tsx'
import { dateWords, exact } from './format.ts'
import { type More, nextPage, useRows } from './pages.ts'
import { MoreFailed } from './query.tsx'
import { sourceFilter } from './source-filter.ts'
import { StatusBadge } from './status.tsx'
import { partialWords } from './verified.ts'
import { When } from './when.tsx'

export type Snapshot = Outputs['snapshots']['list']['items'][number]

/** Cut as everywhere. */
export const shortId = (snapshotId: string): string => snapshotId.slice(0, 12)

/** Schedule and host, and what was backed up, in two lines that can be cut. */
export function SourceName({ snapshot }: { snapshot: Snapshot }) {
  const [first, ...others] = snapshot.paths
  return (
    <span className="block min-w-0">
      <span className="line-clamp-2 break-words sm:block sm:truncate">
        {snapshot.scheduleName ?? 'By hand'}
        <span className="text-muted"> on </span>
        <bdi>{displayName(snapshot.host)}</bdi>
      </span>
      {first !== undefined && (
        <span className="flex min-w-0 gap-1 text-muted">
          <FileName name={first.path} bytes={first.pathBytes} className="min-w-0" middle />
          {others.length > 0 && <span className="shrink-0 text-sm">and {others.length} more</span>}
        </span>
      )}
    </span>
  )
}

/** Whether its data was read, and when: never green for what was not. */
export function VerifyState({
  snapshot: { verifyState, verifiedAt, partialCheck },
}: {
  snapshot: Pick<Snapshot, 'verifyState' | 'verifiedAt' | 'partialCheck'>
}) {
  if (verifyState === 'damaged') return <StatusBadge state="damaged" quiet />
  if (partialCheck !== null)
    return <StateSince state="unknown" word={partialWords[partialCheck.depth]} at={partialCheck.at} />
  if (verifiedAt === null || verifyState === 'unknown')
    return <StatusBadge state="unknown" word="Never verified" quiet />
  return <StateSince state="ok" word="Verified" at={verifiedAt} />
}

const StateSince = ({ state, word, at }: { state: string; word: string; at: string }) => (
  <span className="inline-flex flex-wrap items-center gap-x-1.5">
    <StatusBadge state={state} word={word} quiet />
    <span className="text-sm text-muted">
      <When at={at} />
    </span>
  </span>
)

/** The snapshots of the same source, newest first, as far as they were fetched. */
export function useSameSource(snapshot: Snapshot | undefined) {
  const trpc = useTRPC()
  const filter = snapshot === undefined ? { limit: 200 } : sourceFilter(snapshot)
  const query = useInfiniteQuery(
    trpc.snapshots.list.infiniteQueryOptions(filter, { getNextPageParam: nextPage, enabled: snapshot !== undefined }),
  )
  const { rows, onEnd, loadingMore } = useRows(query)
  const same = useMemo(
    () => (snapshot === undefined ? [] : rows.filter((each) => sourceOf(each) === sourceOf(snapshot))),
    [rows, snapshot],
  )
  return { snapshots: same, older: loadingMore, loadOlder: onEnd, query }
}

const dayOf = dateWords({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' })
const clockOf = dateWords({ hour: '2-digit', minute: '2-digit' })
const dateOf = dateWords({ year: 'numeric', month: '2-digit', day: '2-digit' }, 'en-CA')

/** The days before today in words. */
function dayWord(time: string, now: number, timeZone: string): string | undefined {
  // Days of the calendar, some of which have 23 or 25 hours.
  const numberOf = (at: number): number => Date.parse(`${dateOf(at, timeZone)}T00:00:00Z`) / 86_400_000
  return ['Today', 'Yesterday', '2 days ago', '3 days ago'][numberOf(now) - numberOf(Date.parse(time))]
}

/** The instants that can be gone back to, day by day: one button each. */
export function Timeline({
  snapshots,
  current,
  onChoose,
  onOlder,
  more,
}: {
  snapshots: readonly Snapshot[]
  /** The id of the chosen one. */
  current: string | undefined
  onChoose(snapshot: Snapshot): void
  /** There are older ones. */
  onOlder?: (() => void) | undefined
  /** Of the older ones: whether they could not be fetched. */
  more?: More
}) {
  const now = useNow()
  const zone = useZone()
  const days = useMemo(() => {
    const found = new Map<string, Snapshot[]>()
    for (const each of snapshots) {
      const day = dayOf(Date.parse(each.time), zone)
      found.set(day, [...(found.get(day) ?? []), each])
    }
    return [...found]
  }, [snapshots, zone])
  return (
    <ol className="max-h-72 overflow-y-auto rounded-md border" aria-label="Snapshots of this source, newest first">
      {days.map(([day, ofDay]) => (
        <li key={day} className="flex flex-wrap items-start gap-x-3 gap-y-1 border-b px-3 py-2 last:border-b-0">
          <span className="w-32 shrink-0 pt-1 text-sm sm:w-40">
            {day}
            <span className="block text-muted">{dayWord(ofDay[0]?.time ?? '', now, zone)}</span>
          </span>
          <span className="flex min-w-0 flex-1 flex-wrap gap-1">
            {ofDay.map((each) => (
              <button
                key={each.id}
                type="button"
                aria-pressed={each.id === current}
                title={exact(Date.parse(each.time), zone)}
                onClick={() => onChoose(each)}
                className={classNames(
                  'min-h-7 rounded-md border px-2 text-sm',
                  each.id === current
                    ? 'border-accent bg-accent font-semibold text-accent-text'
                    : 'bg-surface hover:bg-sunken',
                  each.verifyState === 'damaged' && each.id !== current && 'border-failed text-failed',
                )}
              >
                {clockOf(Date.parse(each.time), zone)}
                {each.verifyState === 'damaged' && <span> damaged</span>}
              </button>
            ))}
          </span>
        </li>
      ))}
      {typeof more === 'object' && (
        <li>
          <MoreFailed more={more} />
        </li>
      )}
      {onOlder !== undefined && typeof more !== 'object' && (
        <li className="px-3 py-2">
          <button type="button" className="h-7 text-accent underline-offset-2 hover:underline" onClick={onOlder}>
            Older ones
          </button>
        </li>
      )}
    </ol>
  )
}
