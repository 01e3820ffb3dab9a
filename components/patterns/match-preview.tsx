'use client'
// What a backup of some paths and patterns would take, counted live while it is thought about.
import { useEffect, useState } from 'react'
import { failureOf, type Outputs, useTRPCClient } from '../data/provider.tsx'
import { displayText, FileName } from './file-name.tsx'
import { bytes, count, counted } from './format.ts'
import { Notice, sayError } from './query.tsx'
import { StatusBadge } from './status.tsx'

type Update = Outputs['schedules']['matches'] extends AsyncIterable<infer Item> ? Item : never

export type Matches = {
  /** What was counted so far; undefined before the first answer. */
  readonly found: Update | undefined
  readonly error: unknown
  /** What is shown is of the patterns before the last change. */
  readonly old: boolean
}

/** Wait after the last key (ms). */
const SETTLE = 500
/** Wait until somebody else's preview has ended (ms). */
const BUSY = 3000

/**
 * Counts what would be backed up, and anew after each change.
 * @param includePaths nothing is counted while there are none
 */
export function useMatches(input: {
  readonly includePaths: readonly string[]
  readonly excludePatterns: readonly string[]
  readonly repositoryId?: string | undefined
}): Matches {
  const client = useTRPCClient()
  const [matches, setMatches] = useState<Matches>({ found: undefined, error: undefined, old: false })
  // Its text: a new array with the same paths is no change.
  const key = JSON.stringify([input.includePaths, input.excludePatterns, input.repositoryId])
  useEffect(() => {
    const [includePaths, excludePatterns, repositoryId] = JSON.parse(key) as [string[], string[], string | null]
    if (includePaths.length === 0) {
      setMatches({ found: undefined, error: undefined, old: false })
      return
    }
    setMatches(({ found }) => ({ found, error: undefined, old: true }))
    const asked = { includePaths, excludePatterns, ...(repositoryId !== null && { repositoryId }) }
    let stop = (): void => undefined
    let timer: ReturnType<typeof setTimeout>
    const ask = (): void => {
      const { unsubscribe } = client.schedules.matches.subscribe(asked, {
        onData: (found) => setMatches({ found: found as Update, error: undefined, old: false }),
        onError: (error) => {
          if (failureOf(error)?.code === 'rate_limited') timer = setTimeout(ask, BUSY)
          else setMatches({ found: undefined, error, old: false })
        },
        // It is connected again by itself, and may fail so for ever: what the server said is told until there is an answer.
        onConnectionStateChange: ({ error }) => {
          if (!error) return
          const said = failureOf(error) !== undefined
          setMatches((now) => (now.error && !said ? now : { found: undefined, error, old: false }))
        },
      })
      stop = unsubscribe
    }
    timer = setTimeout(ask, SETTLE)
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [client, key])
  return matches
}

/** One line: how much it is. */
export function MatchLine({ matches: { found, error } }: { matches: Matches }) {
  if (error !== undefined) return <span className="text-failed">{sayError(error)}</span>
  if (found === undefined) return <span className="text-muted">being counted</span>
  return (
    <span>
      {found.cut && 'more than '}
      {counted(found.files, 'file')}, {bytes(found.bytes)}
      {!found.done && !found.cut && <span className="text-muted"> and counting</span>}
    </span>
  )
}

/** All of it: how much, the first of what is taken, left out, and can't be read. */
export function MatchPreview({ matches }: { matches: Matches }) {
  const { found, error, old } = matches
  if (error !== undefined)
    return (
      <Notice tone="failed" title="What this matches can't be shown">
        {sayError(error)}
      </Notice>
    )
  if (found === undefined)
    return <p className="text-muted">{old ? 'Counting what this takes' : 'Choose a folder first.'}</p>
  return (
    <div aria-busy={!found.done && !found.cut} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <strong className="text-lg" aria-live="polite">
          <MatchLine matches={matches} />
        </strong>
        {(old || (!found.done && !found.cut)) && (
          <StatusBadge state="running" word={old ? 'Counting anew' : 'Counting'} />
        )}
      </div>
      {found.cut && (
        <p className="text-muted">There is more than could be counted in ten seconds. The backup takes all of it.</p>
      )}
      <Paths
        title={counted(found.excluded, 'entry left out', 'entries left out')}
        total={found.excluded}
        paths={found.excludedPaths}
      />
      <Paths title={`${counted(found.files, 'file')} taken`} total={found.files} paths={found.matchedPaths} />
      {found.unreadable > 0 && (
        <Paths
          title={`${counted(found.unreadable, 'entry', 'entries')} can't be read by Holdfast's user`}
          total={found.unreadable}
          paths={found.unreadablePaths}
          tone="text-warning"
          open
        />
      )}
    </div>
  )
}

function Paths({
  title,
  total,
  paths,
  tone = '',
  open = false,
}: {
  title: string
  total: number
  paths: readonly { readonly path: string; readonly pathBytes?: string | undefined; readonly message?: string }[]
  tone?: string
  open?: boolean
}) {
  if (total === 0) return <p className="text-muted">{title}</p>
  return (
    <details open={open}>
      <summary className={`cursor-pointer ${tone}`}>{title}</summary>
      <ul className="mt-1 max-h-48 overflow-auto rounded-md border bg-surface px-3 py-1.5">
        {paths.map((each) => (
          <li key={each.pathBytes ?? each.path} className="py-0.5">
            <FileName name={each.path} bytes={each.pathBytes} middle />
            {each.message !== undefined && (
              <span className="text-sm break-words text-muted">{displayText(each.message)}</span>
            )}
          </li>
        ))}
        {total > paths.length && <li className="py-0.5 text-muted">and {count(total - paths.length)} more</li>}
      </ul>
    </details>
  )
}
