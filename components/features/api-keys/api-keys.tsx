'use client'
// Keys of programs: what each may do, whose it is, until when, and when it was used last.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'
import { type Permission, permissionTable } from '#server/contract/permissions.ts'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { IfMay, useMay } from '../../data/viewer.tsx'
import { useAction } from '../../patterns/action.tsx'
import { ConfirmDialog } from '../../patterns/confirm.tsx'
import { displayName } from '../../patterns/file-name.tsx'
import { counted } from '../../patterns/format.ts'
import { EmptyState, PageHeader } from '../../patterns/page.tsx'
import { nextPage, useRows } from '../../patterns/pages.ts'
import { Fetched } from '../../patterns/query.tsx'
import { StatusBadge } from '../../patterns/status.tsx'
import { type Column, DataTable } from '../../patterns/table.tsx'
import { useUrlState } from '../../patterns/url-state.ts'
import { When } from '../../patterns/when.tsx'
import { Button, ButtonLink, TextLink } from '../../ui/button.tsx'
import { Tip } from '../../ui/overlays.tsx'
import { Card } from '../../ui/surfaces.tsx'
import { CreateKey } from './create-key.tsx'
import { keyFilters, keysInput } from './input.ts'

type Key = Outputs['apiKeys']['list']['items'][number]

export function ApiKeys() {
  const trpc = useTRPC()
  const may = useMay()
  const [url, setUrl] = useUrlState(keyFilters)
  const [ending, setEnding] = useState<Key>()
  const query = useInfiniteQuery(trpc.apiKeys.list.infiniteQueryOptions(keysInput(url), { getNextPageParam: nextPage }))
  const { rows, onEnd, loadingMore } = useRows(query)
  const create = (look: 'primary' | 'plain') => (
    <IfMay need="api_keys.write">
      <Button look={look} icon={<Plus aria-hidden className="size-4" />} onClick={() => setUrl({ dialog: 'new' })}>
        New API key
      </Button>
    </IfMay>
  )
  return (
    <>
      <PageHeader
        title="API keys"
        lead="Programs use the API with a key. A key never does more than its owner may."
        actions={
          <>
            {url.user !== '' && <ButtonLink href="/api-keys">Keys of everybody</ButtonLink>}
            {create('primary')}
          </>
        }
      />
      {url.user !== '' && <OfUser id={url.user} />}
      <Card flush>
        <Fetched query={query}>
          {() => (
            <DataTable
              label="API keys"
              columns={columnsFor(may('users.read'), may('api_keys.write') ? setEnding : undefined)}
              rows={rows}
              rowKey={(key) => key.id}
              rowHeight={57}
              onEnd={onEnd}
              loadingMore={loadingMore}
              empty={
                <EmptyState icon={<KeyRound />} title="There are no API keys" action={create('plain')}>
                  A program that starts backups or watches their state needs one. Give it only what it does.
                </EmptyState>
              }
            />
          )}
        </Fetched>
      </Card>
      <CreateKey open={url.dialog === 'new'} onClose={() => setUrl({ dialog: '' })} />
      {ending !== undefined && <RevokeKey apiKey={ending} onClose={() => setEnding(undefined)} />}
    </>
  )
}

/** Whose keys are listed. */
function OfUser({ id }: { id: string }) {
  const trpc = useTRPC()
  const { data } = useQuery(trpc.users.get.queryOptions({ id }))
  return (
    <p className="mb-3 text-muted">
      Only keys of{' '}
      <TextLink href={`/users/${id}`}>{data === undefined ? 'this user' : displayName(data.name)}</TextLink>
    </p>
  )
}

function RevokeKey({ apiKey, onClose }: { apiKey: Key; onClose(): void }) {
  const trpc = useTRPC()
  const revoke = useAction(trpc.apiKeys.revoke.mutationOptions(), {
    touches: ['apiKeys'],
    says: `The key ${displayName(apiKey.name)} is revoked`,
    after: onClose,
  })
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Revoke ${displayName(apiKey.name)}?`}
      verb="Revoke the key"
      type={apiKey.name}
      busy={revoke.isPending}
      onConfirm={() => revoke.mutate({ id: apiKey.id })}
    >
      Programs that use <code className="font-mono">{apiKey.prefix}...</code> are refused at once, and the key can not
      be taken back. It was used <When at={apiKey.lastUsedAt} />. What they started goes on.
    </ConfirmDialog>
  )
}

/** Expired is how a key is meant to end; only one that is about to end is worth a colour. */
function KeyState({ apiKey }: { apiKey: Key }) {
  return apiKey.state === 'expired' ? <StatusBadge state="none" word="Expired" /> : <StatusBadge state={apiKey.state} />
}

/** A few in words; the rest on hover. */
function Scope({ permissions }: { permissions: readonly Permission[] }) {
  const meanings = permissions.map((each) => permissionTable[each].meaning)
  return (
    <Tip
      text={
        <ul>
          {meanings.map((meaning) => (
            <li key={meaning}>{meaning}</li>
          ))}
        </ul>
      }
    >
      <button type="button" className="max-w-full truncate text-left underline decoration-dotted underline-offset-2">
        {permissions.length === 1 ? meanings[0] : counted(permissions.length, 'permission')}
      </button>
    </Tip>
  )
}

const columnsFor = (mayUsers: boolean, onRevoke: ((key: Key) => void) | undefined): readonly Column<Key>[] => [
  {
    key: 'name',
    header: 'Name',
    cell: (key) => (
      <div className="min-w-0">
        <p className="truncate font-medium" title={displayName(key.name)}>
          {displayName(key.name)}
        </p>
        <p className="truncate font-mono text-sm text-muted">{key.prefix}...</p>
      </div>
    ),
  },
  {
    key: 'owner',
    header: 'Owner',
    from: 'md',
    width: '9rem',
    cell: ({ owner }) => (
      <span className="block max-w-32 truncate" title={displayName(owner.email)}>
        {mayUsers ? (
          <TextLink href={`/users/${owner.id}`}>{displayName(owner.name)}</TextLink>
        ) : (
          displayName(owner.name)
        )}
      </span>
    ),
  },
  { key: 'scope', header: 'May', from: 'sm', width: '8rem', cell: (key) => <Scope permissions={key.permissions} /> },
  { key: 'state', header: 'State', width: '6.5rem', cell: (key) => <KeyState apiKey={key} /> },
  {
    key: 'ends',
    header: 'Ends',
    from: 'sm',
    width: '9.5rem',
    cell: ({ expiresAt }) => (
      <>
        <When at={expiresAt} />
        <span className="block text-sm text-muted">
          <When at={expiresAt} show="time" />
        </span>
      </>
    ),
  },
  {
    key: 'used',
    header: 'Last used',
    from: 'lg',
    width: '8rem',
    cell: (key) => (
      <>
        <When at={key.lastUsedAt} />
        {key.lastUsedIp !== null && <span className="block text-sm text-muted">{displayName(key.lastUsedIp)}</span>}
      </>
    ),
  },
  ...(onRevoke === undefined
    ? []
    : [
        {
          key: 'revoke',
          header: <span className="sr-only">Revoke</span>,
          width: '5.5rem',
          numeric: true,
          cell: (key: Key) =>
            key.state === 'active' && (
              <Button
                size="small"
                look="danger"
                aria-label={`Revoke ${displayName(key.name)}`}
                onClick={() => onRevoke(key)}
              >
                Revoke
              </Button>
            ),
        },
      ]),
]
