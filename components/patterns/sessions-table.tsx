'use client'
// Who is signed in, from where and with what; each session can be ended.
import { LogOut } from 'lucide-react'
import { useMemo } from 'react'
import type { Outputs } from '../data/provider.tsx'
import { Button } from '../ui/button.tsx'
import { displayName } from './file-name.tsx'
import { EmptyState } from './page.tsx'
import type { More } from './pages.ts'
import { StatusBadge } from './status.tsx'
import { type Column, DataTable } from './table.tsx'
import { When } from './when.tsx'

export type Session = Outputs['sessions']['list']['items'][number]

const browsers: readonly (readonly [RegExp, string])[] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrom(e|ium)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]
const systems: readonly (readonly [RegExp, string])[] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
]

/** "Firefox on Linux"; what is unknown is shown as it came. */
export function deviceOf(userAgent: string | null): string {
  if (userAgent === null) return 'Unknown device'
  const browser = browsers.find(([pattern]) => pattern.test(userAgent))?.[1]
  const system = systems.find(([pattern]) => pattern.test(userAgent))?.[1]
  if (browser === undefined) return displayName(userAgent)
  return system === undefined ? browser : `${browser} on ${system}`
}

const methods: Readonly<Record<string, string>> = {
  password: 'Password',
  oidc: 'Identity provider',
}

/** Over is no fault: it is grey. */
function SessionState({ session }: { session: Session }) {
  if (session.current) return <StatusBadge state="open" word="This one" />
  if (session.state === 'open') return <StatusBadge state="open" />
  return <StatusBadge state="none" word={session.state === 'revoked' ? 'Ended' : 'Expired'} />
}

/** `onEnd` of a session is offered for open ones that are not the viewer's own current one. */
export function SessionsTable({
  sessions,
  onRevoke,
  busy,
  ...list
}: {
  sessions: readonly Session[]
  /** Left out for who may not end them. */
  onRevoke?: ((session: Session) => void) | undefined
  busy?: boolean
  onEnd?: () => void
  loadingMore?: More
}) {
  const columns = useMemo<readonly Column<Session>[]>(
    () => [
      {
        key: 'device',
        header: 'Device',
        cell: (session) => (
          <div className="min-w-0">
            <p className="truncate" title={session.userAgent === null ? undefined : displayName(session.userAgent)}>
              {deviceOf(session.userAgent)}
            </p>
            <p className="truncate text-sm text-muted">
              {session.ip === null ? 'no address' : displayName(session.ip)}
              <span className="sm:hidden">
                , last seen <When at={session.lastSeenAt} />
              </span>
            </p>
          </div>
        ),
      },
      {
        key: 'method',
        header: 'Signed in with',
        from: 'lg',
        cell: (session) => methods[session.method] ?? displayName(session.method),
      },
      {
        key: 'created',
        header: 'Signed in',
        from: 'md',
        width: '8rem',
        cell: (session) => <When at={session.createdAt} />,
      },
      {
        key: 'seen',
        header: 'Last seen',
        from: 'sm',
        width: '8rem',
        cell: (session) => <When at={session.lastSeenAt} />,
      },
      { key: 'state', header: 'State', width: '7rem', cell: (session) => <SessionState session={session} /> },
      ...(onRevoke === undefined ? [] : [endColumn(onRevoke, busy === true)]),
    ],
    [onRevoke, busy],
  )
  return (
    <DataTable
      label="Sessions"
      columns={columns}
      rows={sessions}
      rowKey={(session) => session.id}
      rowHeight={57}
      empty={<EmptyState title="No sessions">Nobody has signed in with this account in the last while.</EmptyState>}
      {...list}
    />
  )
}

const endColumn = (onRevoke: (session: Session) => void, busy: boolean): Column<Session> => ({
  key: 'end',
  header: <span className="sr-only">End it</span>,
  width: '5rem',
  numeric: true,
  cell: (session) =>
    session.state === 'open' &&
    !session.current && (
      <Button
        size="small"
        disabled={busy}
        icon={<LogOut aria-hidden className="size-3.5" />}
        aria-label={`End the session: ${deviceOf(session.userAgent)}`}
        onClick={() => onRevoke(session)}
      >
        End
      </Button>
    ),
})
