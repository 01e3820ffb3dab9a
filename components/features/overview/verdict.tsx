'use client'
// Are we safe? One verdict, big, with its age; below it what it comes from, the worst first.
import { Fragment, type ReactNode } from 'react'
import { useNow } from '../../data/clock.tsx'
import { useConnection } from '../../data/live.tsx'
import type { Outputs } from '../../data/provider.tsx'
import { displayText } from '../../patterns/file-name.tsx'
import { counted } from '../../patterns/format.ts'
import { StatusBadge, statusLooks } from '../../patterns/status.tsx'
import { useUrlState } from '../../patterns/url-state.ts'
import { When } from '../../patterns/when.tsx'
import { Button } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { ExceptionActions } from './exception-actions.tsx'
import { isCurrent, leadOf, partsOf, sayNewer, sayVerdict } from './say.ts'

type Overview = Outputs['overview']['get']
export type ExceptionItem = Overview['exceptions'][number]

const FIRST = 8
const defaults = { exceptions: '' }

/** @param answered when this answer came (ms), and whether asking again failed since */
export function Verdict({ overview, answered }: { overview: Overview; answered: { at: number; failed: boolean } }) {
  const { verdict, exceptions, omitted, at } = overview
  const newer = sayNewer(overview.figures.unprovenSnapshots)
  const away = useConnection() === 'away'
  const current = isCurrent({ ...answered, away, now: useNow() })
  const [{ exceptions: shown }, set] = useUrlState(defaults)
  const look = statusLooks[!current && verdict === 'ok' ? 'unknown' : verdict]
  const Icon = look.icon
  const listed = shown === 'all' ? exceptions : exceptions.slice(0, FIRST)
  return (
    <section aria-label="Verdict" className="min-w-0 rounded-lg border bg-surface">
      <div className={classNames('flex items-start gap-4 rounded-t-lg px-5 py-4', look.soft)}>
        <Icon aria-hidden className={classNames('mt-0.5 size-9 shrink-0', look.text)} />
        <div className="min-w-0">
          <p className={classNames('text-2xl leading-tight font-semibold break-words', look.text)}>
            {sayVerdict(verdict, exceptions, current)}
          </p>
          <p className="mt-1">
            {current || verdict !== 'ok' ? leadOf[verdict] : 'What is the case now is not known.'}{' '}
            {verdict === 'ok' && newer !== undefined && `${newer} `}
            <span className="text-muted">
              As of <When at={at} />.
            </span>
          </p>
        </div>
      </div>
      {exceptions.length > 0 && (
        <ul aria-label="What is not well, the worst first" className="divide-y">
          {listed.map((exception) => (
            <li key={`${exception.kind} ${exception.target?.id ?? ''}`}>
              <Exception exception={exception} />
            </li>
          ))}
        </ul>
      )}
      {(exceptions.length > FIRST || omitted > 0) && (
        <div className="flex flex-wrap items-center gap-3 border-t px-5 py-2">
          {exceptions.length > FIRST && (
            <Button
              size="small"
              look="quiet"
              aria-expanded={shown === 'all'}
              onClick={() => set({ exceptions: shown === 'all' ? '' : 'all' })}
            >
              {shown === 'all' ? 'Show the worst only' : `Show ${exceptions.length - FIRST} more`}
            </Button>
          )}
          {omitted > 0 && <span className="text-sm text-muted">{counted(omitted, 'thing')} more not listed here.</span>}
        </div>
      )}
    </section>
  )
}

function Exception({ exception }: { exception: ExceptionItem }) {
  const { severity, message, remedy, since } = exception
  return (
    <div className="flex flex-wrap items-start gap-x-4 gap-y-2 px-5 py-3">
      <div className="w-24 shrink-0 pt-0.5">
        <StatusBadge state={exception.kind === 'slot_missed' ? 'missed' : severity} />
      </div>
      <div className="min-w-0 flex-1 basis-72">
        <p className="font-medium break-words">
          <Message text={message} />
          {since !== null && (
            <span className="ml-2 font-normal whitespace-nowrap text-muted">
              <When at={since} />
            </span>
          )}
        </p>
        {remedy !== null && <p className="mt-0.5 break-words text-muted">{displayText(remedy)}.</p>}
      </div>
      <div className="flex shrink-0 flex-wrap gap-2">
        <ExceptionActions exception={exception} />
      </div>
    </div>
  )
}

/** Times in it are shown in the viewer's zone; text of errors may be anything and keeps its direction to itself. */
const Message = ({ text }: { text: string }): ReactNode => (
  <bdi>
    {partsOf(text).map((part, at) =>
      at % 2 === 1 ? (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text, which never move
        <When key={at} at={part} show="time" />
      ) : (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text, which never move
        <Fragment key={at}>{displayText(part)}</Fragment>
      ),
    )}
  </bdi>
)
