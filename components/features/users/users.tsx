'use client'
// Who may sign in, and with which role.
import { useInfiniteQuery } from '@tanstack/react-query'
import { UserPlus, Users as UsersIcon } from 'lucide-react'
import { roles } from '#server/contract/permissions.ts'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { IfMay, useViewer } from '../../data/viewer.tsx'
import { displayName } from '../../patterns/file-name.tsx'
import { EmptyState, PageHeader } from '../../patterns/page.tsx'
import { nextPage, useRows } from '../../patterns/pages.ts'
import { Fetched } from '../../patterns/query.tsx'
import { roleLabel } from '../../patterns/role-words.ts'
import { SearchField } from '../../patterns/search-field.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import { type Column, DataTable } from '../../patterns/table.tsx'
import { useUrlState } from '../../patterns/url-state.ts'
import { When } from '../../patterns/when.tsx'
import { Button, TextLink } from '../../ui/button.tsx'
import { Select } from '../../ui/controls.tsx'
import { Card } from '../../ui/surfaces.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { CreateUser } from './create-user.tsx'
import { userFilters, usersInput } from './input.ts'

type User = Outputs['users']['list']['items'][number]

export const userTabs = [
  { href: '/users', label: 'Users' },
  { href: '/users/roles', label: 'What each role may do' },
]

export function Users() {
  const trpc = useTRPC()
  const viewer = useViewer()
  const [url, setUrl] = useUrlState(userFilters)
  const query = useInfiniteQuery(
    trpc.users.list.infiniteQueryOptions(usersInput(url), {
      getNextPageParam: nextPage,
      placeholderData: (before) => before,
    }),
  )
  const { rows, onEnd, loadingMore } = useRows(query)
  const filtered = url.search !== '' || url.role !== '' || url.status !== ''
  return (
    <>
      <PageHeader
        title="Users"
        lead="Who may sign in, and with which role."
        actions={
          <IfMay need="users.write">
            <Button
              look="primary"
              icon={<UserPlus aria-hidden className="size-4" />}
              onClick={() => setUrl({ dialog: 'new' })}
            >
              New user
            </Button>
          </IfMay>
        }
      />
      <Tabs label="Users and roles" items={userTabs} current="/users" />
      <search className="my-3 flex flex-wrap items-center gap-2">
        <SearchField label="Name or e-mail" value={url.search} onChange={(search) => setUrl({ search })} />
        <Select
          aria-label="Role"
          className="max-w-44 min-w-32 flex-1 sm:flex-none"
          value={url.role}
          onChange={(event) => setUrl({ role: event.target.value })}
        >
          <option value="">Every role</option>
          {roles.map((role) => (
            <option key={role} value={role}>
              {roleLabel(role)}
            </option>
          ))}
        </Select>
        <Select
          aria-label="Status"
          className="max-w-44 min-w-32 flex-1 sm:flex-none"
          value={url.status}
          onChange={(event) => setUrl({ status: event.target.value })}
        >
          <option value="">Every status</option>
          <option value="active">Active</option>
          <option value="disabled">Disabled</option>
        </Select>
        {filtered && (
          <Button look="quiet" onClick={() => setUrl({ search: '', role: '', status: '' })}>
            Show all
          </Button>
        )}
      </search>
      <Card flush>
        <Fetched query={query}>
          {() => (
            <DataTable
              label="Users"
              columns={columnsFor(viewer.id)}
              rows={rows}
              rowKey={(user) => user.id}
              rowHeight={57}
              onEnd={onEnd}
              loadingMore={loadingMore}
              empty={
                <EmptyState icon={<UsersIcon />} title="Nobody fits these filters">
                  Search for a part of the name or of the address, or show all.
                </EmptyState>
              }
            />
          )}
        </Fetched>
      </Card>
      <CreateUser open={url.dialog === 'new'} onClose={() => setUrl({ dialog: '' })} />
    </>
  )
}

/** Locked and disabled accounts let nobody in; the rest says how one gets in. */
export function UserState({ user }: { user: User }) {
  if (user.status !== 'active') return <StatusBadge state="disabled" />
  if (user.lockedUntil !== null) return <StatusBadge state="warning" word="Locked" />
  if (user.method === 'none') return <StatusBadge state="queued" word="Invited" />
  return <StatusBadge state="active" />
}

const methods: Readonly<Record<string, string>> = {
  password: 'Password',
  oidc: 'Identity provider',
  none: 'No password yet',
}

/** How they prove who they are. */
export const methodOf = (user: Pick<User, 'method' | 'secondFactor'>): string =>
  `${methods[user.method] ?? user.method}${user.secondFactor ? ' and code' : ''}`

const columnsFor = (ownId: string | null): readonly Column<User>[] => [
  {
    key: 'name',
    header: 'Name',
    cell: (user) => (
      <div className="min-w-0">
        <p className="flex min-w-0 gap-2">
          <TextLink href={`/users/${user.id}`} className="truncate font-medium">
            {displayName(user.name)}
          </TextLink>
          {user.id === ownId && <span className="text-muted">(you)</span>}
        </p>
        <p className="truncate text-sm text-muted">{displayName(user.email)}</p>
        <p className="text-sm text-muted sm:hidden">{roleLabel(user.role)}</p>
      </div>
    ),
  },
  { key: 'role', header: 'Role', from: 'sm', width: '9rem', cell: (user) => roleLabel(user.role) },
  { key: 'state', header: 'Status', width: '7rem', cell: (user) => <UserState user={user} /> },
  { key: 'method', header: 'Signs in with', from: 'lg', width: '13rem', cell: methodOf },
  {
    key: 'seen',
    header: 'Last sign-in',
    from: 'md',
    width: '9rem',
    cell: (user) => <When at={user.lastSignInAt} />,
  },
]
