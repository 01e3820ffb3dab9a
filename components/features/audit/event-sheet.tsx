'use client'
// One event at the side: who, from where, what, what it was before and after, and its place in the chain.
import { useQuery } from '@tanstack/react-query'
import { ChevronDown, ChevronUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { diffDocuments } from '#server/contract/config/diff.ts'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { CopyButton } from '../../patterns/copy.tsx'
import { type DifferenceItem, Differences } from '../../patterns/differences.tsx'
import { displayName } from '../../patterns/file-name.tsx'
import { Fetched } from '../../patterns/query.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import { When } from '../../patterns/when.tsx'
import { Button, TextLink } from '../../ui/button.tsx'
import { Dialog } from '../../ui/overlays.tsx'
import { Facts, Pre } from '../../ui/surfaces.tsx'
import type { AuditValues } from './filters.ts'
import { actionText, actorKindText, targetText, WholeId } from './words.tsx'

type Detail = Outputs['audit']['get']

type Props = {
  seq: number | undefined
  onClose(): void
  onGo(seq: number): void
  onFilter(changes: Partial<AuditValues>): void
}

export function EventSheet({ seq, onClose, onGo, onFilter }: Props) {
  return (
    <Dialog
      place="side"
      open={seq !== undefined}
      onOpenChange={(open) => !open && onClose()}
      title={seq === undefined ? 'Event' : `Event ${seq}`}
    >
      {seq !== undefined && <Event seq={seq} onGo={onGo} onFilter={onFilter} />}
    </Dialog>
  )
}

function Event({ seq, onGo, onFilter }: { seq: number } & Pick<Props, 'onGo' | 'onFilter'>) {
  const trpc = useTRPC()
  const query = useQuery({ ...trpc.audit.get.queryOptions({ seq }), staleTime: Number.POSITIVE_INFINITY })
  return (
    <>
      <div className="mb-4 flex flex-wrap gap-2">
        <Button
          size="small"
          disabled={seq <= 1}
          icon={<ChevronDown aria-hidden className="size-4" />}
          onClick={() => onGo(seq - 1)}
        >
          The event before
        </Button>
        <Button size="small" icon={<ChevronUp aria-hidden className="size-4" />} onClick={() => onGo(seq + 1)}>
          The event after
        </Button>
      </div>
      <Fetched query={query}>{(event) => <Content event={event} onFilter={onFilter} />}</Fetched>
    </>
  )
}

function Content({ event, onFilter }: { event: Detail } & Pick<Props, 'onFilter'>) {
  const { actor, target } = event
  const { id: actorId } = actor
  return (
    <div className="flex flex-col gap-5">
      <Facts
        items={[
          [
            'What',
            <span key="what">
              {actionText(event.action)}
              <code className="block font-mono text-xs text-muted">{displayName(event.action)}</code>
            </span>,
          ],
          ['Result', <StatusBadge key="result" state={event.result} />],
          ['When', <When key="when" at={event.at} show="both" />],
          [
            'Who',
            <span key="who">
              {displayName(actor.name)} <span className="text-muted">({actorKindText(actor.kind)})</span>
              {actorId !== null && <WholeId id={actorId} />}
            </span>,
          ],
          [
            'From',
            actor.ip === null ? (
              'this server itself'
            ) : (
              <code key="ip" className="font-mono text-sm">
                {actor.ip}
              </code>
            ),
          ],
          ['On what', target === null ? 'nothing in particular' : <Target key="target" target={target} />],
        ]}
      />
      <div className="flex flex-wrap gap-2">
        {actorId !== null && (
          <Button size="small" onClick={() => onFilter({ actor: actorId })}>
            All that {displayName(actor.name)} did
          </Button>
        )}
        {target?.id && (
          <Button size="small" onClick={() => onFilter({ kind: target.kind, target: target.id ?? '' })}>
            All that was done to it
          </Button>
        )}
      </div>
      <Changes event={event} />
      {event.details !== null && (
        <Part title="Details">
          <Pre>{displayJson(event.details)}</Pre>
        </Part>
      )}
      <Part title="Its place in the chain">
        <Hash label="Hash of this event" text={event.hash} />
        <Hash label="Hash of the event before" text={event.previousHash} />
      </Part>
    </div>
  )
}

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <section>
    <h3 className="mb-1.5 font-semibold">{title}</h3>
    {children}
  </section>
)

function Changes({ event: { before, after } }: { event: Detail }) {
  if (before === null && after === null) return null
  const items = changesOf(before, after)
  return (
    <Part title={before === null ? 'What it is now' : 'What changed'}>
      {items.length === 0 ? (
        <p className="text-muted">Before and after are the same.</p>
      ) : (
        <Differences label="What changed" items={items} />
      )}
    </Part>
  )
}

/** Key by key; values that are no objects as a whole. */
function changesOf(before: unknown, after: unknown): DifferenceItem[] {
  const asObject = (value: unknown): unknown => value ?? {}
  return diffDocuments(asObject(before), asObject(after)).map((item) => ({ ...item, path: plainPath(item.path) }))
}

/** Changes of the configuration are kept by their whole place: ["storage.local.path"] is storage.local.path. */
function plainPath(path: string): string {
  const quoted = /^\[("(?:[^"\\]|\\.)*")\]$/.exec(path)?.[1]
  return quoted === undefined ? path : String(JSON.parse(quoted))
}

/** JSON over several lines; each line as text that can do nothing. */
const displayJson = (value: unknown): string =>
  (JSON.stringify(value, null, 2) ?? '').split('\n').map(visibleLine).join('\n')
// JSON escapes control characters itself; what turns the direction of writing it leaves as it is.
const visibleLine = (line: string): string =>
  line.replace(/[\p{Cf}\p{Zl}\p{Zp}]/gu, (each) => `\\u{${(each.codePointAt(0) ?? 0).toString(16)}}`)

function Hash({ label, text }: { label: string; text: string }) {
  return (
    <div className="flex items-start gap-2">
      <p className="min-w-0 flex-1 text-sm">
        <span className="text-muted">{label}</span>
        <code className="block font-mono break-all">{displayName(text)}</code>
      </p>
      <CopyButton text={text} label={`Copy the ${label.toLowerCase()}`} />
    </div>
  )
}

const pages: Readonly<Record<string, string>> = {
  run: '/runs/',
  schedule: '/schedules/',
  repository: '/repositories/',
  snapshot: '/snapshots/',
  user: '/users/',
}

/** Leads to what it was about, where that has a page. */
function Target({ target }: { target: NonNullable<Detail['target']> }) {
  const { kind, id } = target
  const page = pages[kind]
  const words = targetText(target)
  return (
    <span className="break-words">
      {page !== undefined && id !== null ? (
        <TextLink href={`${page}${encodeURIComponent(id)}`}>{words}</TextLink>
      ) : (
        <strong className="font-medium">{words}</strong>
      )}
      {/* The number of a version is said already. */}
      {id !== null && kind !== 'settings' && <WholeId id={id} />}
    </span>
  )
}
