'use client'
// Whether the record is whole: when that was last checked and by whom, and a check of every event now.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { auditVerifyLine } from '#server/contract/cli-lines.ts'
import { type Outputs, useTRPC, useTRPCClient } from '../../data/provider.tsx'
import { CommandLine } from '../../patterns/copy.tsx'
import { displayName } from '../../patterns/file-name.tsx'
import { counted, duration } from '../../patterns/format.ts'
import { Notice, sayError } from '../../patterns/query.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import { When } from '../../patterns/when.tsx'
import { Button } from '../../ui/button.tsx'
import { ProgressBar } from '../../ui/surfaces.tsx'
import { EventLink } from './event-link.tsx'
import { lastCheckInput } from './filters.ts'

type Verification = Outputs['audit']['verify']

export function ChainState() {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queries = useQueryClient()
  const last = useQuery(trpc.audit.list.queryOptions(lastCheckInput))
  const [started, setStarted] = useState(0)
  const stop = useRef<AbortController>(undefined)
  const check = useMutation({
    mutationFn: () => {
      setStarted(Date.now())
      stop.current = new AbortController()
      return client.audit.verify.mutate(undefined, { signal: stop.current.signal })
    },
    onSettled: () => queries.invalidateQueries({ queryKey: trpc.audit.list.queryKey(lastCheckInput) }),
  })
  const event = last.data?.items[0]
  const stopped = check.isError && stop.current?.signal.aborted
  return (
    <section aria-label="State of the chain" className="flex flex-col gap-3 rounded-lg border bg-surface p-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <LastCheck event={event} known={last.data !== undefined} />
        </div>
        {check.isPending ? (
          <Button onClick={() => stop.current?.abort()}>Stop the check</Button>
        ) : (
          <Button onClick={() => check.mutate()}>Check the chain now</Button>
        )}
      </div>
      {check.isPending && <Checking since={started} />}
      {stopped && <Notice title="The check was stopped">Nothing can be said from it.</Notice>}
      {check.isError && !stopped && (
        <Notice tone="failed" title="The chain could not be checked">
          {sayError(check.error)}
        </Notice>
      )}
      {check.data && !check.isPending && <Outcome outcome={check.data} />}
    </section>
  )
}

function LastCheck({ event, known }: { event: Outputs['audit']['list']['items'][number] | undefined; known: boolean }) {
  if (event === undefined) {
    return (
      <>
        <StatusBadge state="unknown" word="Not known" />
        <span className="text-muted">
          {known ? 'The chain was never checked as a whole.' : 'Asking for the last check'}
        </span>
      </>
    )
  }
  const word = { success: 'Whole at the last check', failure: 'Damaged', denied: 'Not checked' }[event.result]
  return (
    <>
      <StatusBadge state={event.result === 'denied' ? 'unknown' : event.result} word={word} />
      <span className="min-w-0 text-muted break-words">
        checked <When at={event.at} /> by {displayName(event.actor.name)},{' '}
        <EventLink seq={event.seq}>event {event.seq}</EventLink>
      </span>
    </>
  )
}

/** How long it takes depends on the number of events; how far it is only the server knows. */
function Checking({ since }: { since: number }) {
  const [now, setNow] = useState(since)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [])
  return (
    <div>
      <ProgressBar label="Checking every event" value={undefined} />
      <p className="mt-1 text-sm text-muted">
        Every event is read and its hash computed anew, for {duration(Math.max(0, now - since))} now. It can be stopped
        at any time.
      </p>
    </div>
  )
}

function Outcome({ outcome }: { outcome: Verification }) {
  const { events, findings, omitted, anchor, newest } = outcome
  const wrong = findings.length + omitted
  const line = <CommandLine line={auditVerifyLine(newest ?? undefined)} />
  if (wrong === 0) {
    return (
      <>
        <Notice
          tone={anchor === null ? 'warning' : 'ok'}
          title={`${counted(events, 'event')} checked: the chain is whole`}
        >
          {anchor === null
            ? 'No anchor is kept outside of the database, so an end that was cut off would not have been noticed.'
            : `Its end was compared with the anchor that is kept outside of the database, event ${anchor.seq}.`}
        </Notice>
        {line}
      </>
    )
  }
  return (
    <>
      <Notice tone="failed" title={`The record was tampered with or is damaged: ${counted(wrong, 'finding')}`}>
        <p>
          {counted(events, 'event')} were read. Export the trail now, keep it elsewhere, and find out who could write
          into the database.
        </p>
        <ul aria-label="Findings" className="mt-2 max-h-72 list-disc overflow-y-auto pl-5">
          {findings.map((finding) => (
            <li key={`${finding.kind}${finding.seq}`}>
              <EventLink seq={finding.seq}>Event {finding.seq}</EventLink> {finding.kind}:{' '}
              {displayName(finding.message)}
            </li>
          ))}
        </ul>
        {omitted > 0 && <p className="mt-1">{counted(omitted, 'more finding')} not shown.</p>}
      </Notice>
      {line}
    </>
  )
}
