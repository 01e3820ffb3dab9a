'use client'
// The own account: name, password, second factor, sessions, and how the console looks.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { useAction } from '../../patterns/action.tsx'
import { ConfirmDialog } from '../../patterns/confirm.tsx'
import { Field } from '../../patterns/field.tsx'
import { displayName } from '../../patterns/file-name.tsx'
import { counted } from '../../patterns/format.ts'
import { PageHeader } from '../../patterns/page.tsx'
import { nextPage, useRows } from '../../patterns/pages.ts'
import { Fetched, sayError } from '../../patterns/query.tsx'
import { roleLabel } from '../../patterns/role-words.ts'
import { type Session, SessionsTable } from '../../patterns/sessions-table.tsx'
import { When } from '../../patterns/when.tsx'
import { Button } from '../../ui/button.tsx'
import { Input } from '../../ui/controls.tsx'
import { Card, Facts } from '../../ui/surfaces.tsx'
import { Appearance } from './appearance.tsx'
import { PasswordForm } from './password-form.tsx'
import { SecondFactor } from './second-factor.tsx'

export type ProfileItem = Outputs['profile']['get']

export function Profile() {
  const trpc = useTRPC()
  const query = useQuery(trpc.profile.get.queryOptions())
  return (
    <>
      <PageHeader title="Profile" lead="Your own account. Only you change what is here." />
      <Fetched query={query}>
        {(profile) => (
          <div className="grid items-start gap-4 lg:grid-cols-2">
            <Account profile={profile} />
            <Appearance />
            {profile.method === 'oidc' ? (
              <Card title="Password and second factor">
                You sign in through your organisation's identity provider: both are changed there.
              </Card>
            ) : (
              <>
                <PasswordForm email={profile.email} />
                <SecondFactor profile={profile} />
              </>
            )}
            <div className="min-w-0 lg:col-span-2">
              <OwnSessions />
            </div>
          </div>
        )}
      </Fetched>
    </>
  )
}

function Account({ profile }: { profile: ProfileItem }) {
  const trpc = useTRPC()
  const [name, setName] = useState(profile.name)
  const update = useAction(trpc.profile.update.mutationOptions(), {
    touches: ['profile', 'users'],
    says: 'Your name is changed',
    quiet: true,
  })
  const changed = name.trim() !== '' && name !== profile.name
  return (
    <Card title="Account">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (changed) update.mutate({ name })
        }}
      >
        <Field
          label="Name"
          required
          error={name.trim() === '' ? 'A name is needed' : update.error ? sayError(update.error) : undefined}
        >
          <Input value={name} maxLength={200} autoComplete="name" onChange={(event) => setName(event.target.value)} />
        </Field>
        <Facts
          items={[
            ['E-mail', displayName(profile.email)],
            ['Role', roleLabel(profile.role)],
            ['Last sign-in', <When key="last" at={profile.lastSignInAt} show="both" />],
          ]}
        />
        <div>
          <Button type="submit" disabled={!changed || update.isPending}>
            Save the name
          </Button>
        </div>
      </form>
    </Card>
  )
}

function OwnSessions() {
  const trpc = useTRPC()
  const [asking, setAsking] = useState(false)
  const query = useInfiniteQuery(
    trpc.profile.sessions.infiniteQueryOptions({ limit: 50 }, { getNextPageParam: nextPage }),
  )
  const { rows, onEnd, loadingMore } = useRows(query)
  const touches = ['profile', 'sessions']
  const revoke = useAction(trpc.profile.revokeSession.mutationOptions(), { touches, says: 'The session is over' })
  const revokeOthers = useAction(trpc.profile.revokeOtherSessions.mutationOptions(), {
    touches,
    says: ({ revoked }) => `${counted(revoked, 'session')} ended`,
    after: () => setAsking(false),
  })
  const others = rows.filter(({ state, current }) => state === 'open' && !current).length
  const end = ({ id }: Session): void => revoke.mutate({ id })
  return (
    <Card
      title="Where you are signed in"
      flush
      actions={
        <Button size="small" disabled={others === 0} onClick={() => setAsking(true)}>
          End all others
        </Button>
      }
    >
      <Fetched query={query}>
        {() => (
          <SessionsTable
            sessions={rows}
            onRevoke={end}
            busy={revoke.isPending}
            onEnd={onEnd}
            loadingMore={loadingMore}
          />
        )}
      </Fetched>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="End all other sessions?"
        verb="End them"
        busy={revokeOthers.isPending}
        onConfirm={() => revokeOthers.mutate()}
      >
        {counted(others, 'other browser')} you are signed in with {others === 1 ? 'is' : 'are'} signed out. This one
        stays.
      </ConfirmDialog>
    </Card>
  )
}
