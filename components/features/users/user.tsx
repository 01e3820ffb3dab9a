'use client'
// One user: what they may do, how they sign in, their sessions, and what an administrator can do about all that.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { KeyRound, Pencil, ShieldOff, UserCheck, UserX } from 'lucide-react'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { IfMay, useMay, useViewer } from '../../data/viewer.tsx'
import { useAction } from '../../patterns/action.tsx'
import { displayName } from '../../patterns/file-name.tsx'
import { PageHeader } from '../../patterns/page.tsx'
import { nextPage, useRows } from '../../patterns/pages.ts'
import { Fetched, Notice } from '../../patterns/query.tsx'
import { roleLabel, roleWords } from '../../patterns/role-words.ts'
import { SessionsTable } from '../../patterns/sessions-table.tsx'
import { useUrlState } from '../../patterns/url-state.ts'
import { When } from '../../patterns/when.tsx'
import { Button, TextLink } from '../../ui/button.tsx'
import { Card, Facts } from '../../ui/surfaces.tsx'
import { sessionsOf } from './input.ts'
import { UserDialogs } from './user-dialogs.tsx'
import { methodOf, UserState } from './users.tsx'

export type UserItem = Outputs['users']['get']

export type DialogName = '' | 'edit' | 'disable' | 'link' | 'factor' | 'sessions'
const noDialog = { dialog: '' }

export function User({ id }: { id: string }) {
  const trpc = useTRPC()
  const query = useQuery(trpc.users.get.queryOptions({ id }))
  return <Fetched query={query}>{(user) => <Known user={user} />}</Fetched>
}

function Known({ user }: { user: UserItem }) {
  const [url, setUrl] = useUrlState(noDialog)
  const open = (dialog: DialogName): void => setUrl({ dialog })
  const viewer = useViewer()
  const own = viewer.id === user.id
  return (
    <>
      <PageHeader
        title={displayName(user.name)}
        lead={displayName(user.email)}
        trail={[{ href: '/users', label: 'Users' }]}
        actions={
          <IfMay need="users.write">
            <UserActions user={user} open={open} />
          </IfMay>
        }
      />
      <div className="flex flex-col gap-4">
        {own && (
          <Notice title="This is your own account" actions={<TextLink href="/profile">Go to your profile</TextLink>}>
            Your password, second factor and sessions are in your profile.
          </Notice>
        )}
        <UserFacts user={user} />
        <UserSessions user={user} onEndAll={() => open('sessions')} />
      </div>
      <UserDialogs user={user} dialog={url.dialog} onClose={() => setUrl({ dialog: '' })} />
    </>
  )
}

function UserActions({ user, open }: { user: UserItem; open(dialog: DialogName): void }) {
  const trpc = useTRPC()
  const enable = useAction(trpc.users.update.mutationOptions(), {
    touches: ['users'],
    says: `${displayName(user.name)} may sign in again`,
  })
  const active = user.status === 'active'
  return (
    <>
      <Button icon={<Pencil aria-hidden className="size-4" />} onClick={() => open('edit')}>
        Edit
      </Button>
      {active && user.method !== 'oidc' && (
        <Button icon={<KeyRound aria-hidden className="size-4" />} onClick={() => open('link')}>
          Password link
        </Button>
      )}
      {user.secondFactor && (
        <Button icon={<ShieldOff aria-hidden className="size-4" />} onClick={() => open('factor')}>
          Reset second factor
        </Button>
      )}
      {active ? (
        <Button look="danger" icon={<UserX aria-hidden className="size-4" />} onClick={() => open('disable')}>
          Disable
        </Button>
      ) : (
        <Button
          look="primary"
          disabled={enable.isPending}
          icon={<UserCheck aria-hidden className="size-4" />}
          onClick={() => enable.mutate({ id: user.id, status: 'active' })}
        >
          Enable
        </Button>
      )}
    </>
  )
}

function UserFacts({ user }: { user: UserItem }) {
  const active = user.activeKeys
  const role = Object.entries(roleWords).find(([name]) => name === user.role)?.[1]
  return (
    <Card title="Account">
      <Facts
        items={[
          ['Status', <UserState key="status" user={user} />],
          ...(user.lockedUntil === null
            ? []
            : [['Locked until', <When key="locked" at={user.lockedUntil} show="both" />] as const]),
          [
            'Role',
            <span key="role">
              {roleLabel(user.role)} <span className="text-muted">{role?.hint}</span>
            </span>,
          ],
          ['Signs in with', methodOf(user)],
          ['Last sign-in', <When key="last" at={user.lastSignInAt} show="both" />],
          ['Made', <When key="made" at={user.createdAt} show="both" />],
          ...(active === null
            ? []
            : [
                [
                  'API keys',
                  <TextLink key="keys" href={`/api-keys?user=${user.id}`}>
                    {active === 0 ? 'none active' : `${active} active`}
                  </TextLink>,
                ] as const,
              ]),
        ]}
      />
    </Card>
  )
}

function UserSessions({ user, onEndAll }: { user: UserItem; onEndAll(): void }) {
  const trpc = useTRPC()
  const may = useMay()
  const query = useInfiniteQuery(
    trpc.sessions.list.infiniteQueryOptions(sessionsOf(user.id), { getNextPageParam: nextPage }),
  )
  const { rows, onEnd, loadingMore } = useRows(query)
  const revoke = useAction(trpc.sessions.revoke.mutationOptions(), {
    touches: ['sessions', 'users'],
    says: 'The session is over',
  })
  const canRevoke = may('users.write')
  return (
    <Card
      title="Sessions"
      flush
      actions={
        canRevoke &&
        user.openSessions > 0 && (
          <Button size="small" onClick={onEndAll}>
            End all sessions
          </Button>
        )
      }
    >
      <Fetched query={query}>
        {() => (
          <SessionsTable
            sessions={rows}
            onRevoke={canRevoke ? ({ id }) => revoke.mutate({ id }) : undefined}
            busy={revoke.isPending}
            onEnd={onEnd}
            loadingMore={loadingMore}
          />
        )}
      </Fetched>
    </Card>
  )
}
