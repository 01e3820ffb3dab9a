'use client'
// What an administrator does to a user, each with its consequences: edit, disable, a password link, the second factor, the sessions.
import { useState } from 'react'
import { type Role, roles } from '#server/contract/permissions.ts'
import { useTRPC } from '../../data/provider.tsx'
import { useMay, useViewer } from '../../data/viewer.tsx'
import { useAction } from '../../patterns/action.tsx'
import { ConfirmDialog } from '../../patterns/confirm.tsx'
import { ChoiceCards, Field } from '../../patterns/field.tsx'
import { displayName } from '../../patterns/file-name.tsx'
import { counted } from '../../patterns/format.ts'
import { Notice, sayError } from '../../patterns/query.tsx'
import { roleLabel } from '../../patterns/role-words.ts'
import { Button } from '../../ui/button.tsx'
import { Input } from '../../ui/controls.tsx'
import { Dialog, DialogActions } from '../../ui/overlays.tsx'
import { PasswordLink, roleChoices } from './create-user.tsx'
import type { UserItem } from './user.tsx'

export function UserDialogs({ user, dialog, onClose }: { user: UserItem; dialog: string; onClose(): void }) {
  const may = useMay()
  if (!may('users.write')) return null
  return (
    <>
      <Dialog open={dialog === 'edit'} onOpenChange={onClose} title={`Edit ${displayName(user.name)}`}>
        <EditForm user={user} onClose={onClose} />
      </Dialog>
      <LinkDialog user={user} open={dialog === 'link'} onClose={onClose} />
      <Disable user={user} open={dialog === 'disable'} onClose={onClose} />
      <ResetFactor user={user} open={dialog === 'factor'} onClose={onClose} />
      <EndSessions user={user} open={dialog === 'sessions'} onClose={onClose} />
    </>
  )
}

type Props = { user: UserItem; open: boolean; onClose(): void }

function EditForm({ user, onClose }: { user: UserItem; onClose(): void }) {
  const trpc = useTRPC()
  const viewer = useViewer()
  const [name, setName] = useState(user.name)
  const [role, setRole] = useState<Role>(roles.find((each) => each === user.role) ?? 'requester')
  const update = useAction(trpc.users.update.mutationOptions(), {
    touches: ['users'],
    says: 'Saved',
    after: onClose,
    quiet: true,
  })
  const changes = { ...(name !== user.name && { name }), ...(role !== user.role && { role }) }
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (Object.keys(changes).length === 0) onClose()
        else update.mutate({ id: user.id, ...changes })
      }}
    >
      {update.error && (
        <Notice tone="failed" title="Nothing was saved">
          {sayError(update.error)}
        </Notice>
      )}
      <Field label="Name" required error={name.trim() === '' ? 'A user needs a name' : undefined}>
        <Input value={name} maxLength={200} onChange={(event) => setName(event.target.value)} />
      </Field>
      <ChoiceCards<Role> legend="Role" name="role" value={role} onChange={setRole} choices={roleChoices} />
      {role !== user.role && <RoleChange user={user} role={role} own={viewer.id === user.id} />}
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" disabled={update.isPending || name.trim() === ''}>
          Save
        </Button>
      </DialogActions>
    </form>
  )
}

const RoleChange = ({ user, role, own }: { user: UserItem; role: Role; own: boolean }) => (
  <Notice tone="warning" title={`${roleLabel(user.role)} becomes ${roleLabel(role)}`}>
    It counts at once, also where they are signed in. Their API keys never do more than the role may.
    {own && ' This is your own account: what the new role may not do, you can not undo.'}
  </Notice>
)

/** Once the link is made it is shown only there. */
function LinkDialog({ user, open, onClose }: Props) {
  const [made, setMade] = useState(false)
  const close = (): void => {
    setMade(false)
    onClose()
  }
  return (
    <Dialog open={open} onOpenChange={close} title="A link to set a password" mustAnswer={made}>
      <LinkForm user={user} onMade={() => setMade(true)} onClose={close} />
    </Dialog>
  )
}

function LinkForm({ user, onMade, onClose }: { user: UserItem; onMade(): void; onClose(): void }) {
  const trpc = useTRPC()
  const make = useAction(trpc.users.createPasswordLink.mutationOptions(), { touches: ['users'], after: onMade })
  if (make.data !== undefined)
    return (
      <>
        <PasswordLink link={make.data} email={displayName(user.email)} />
        <DialogActions>
          <Button look="primary" onClick={onClose}>
            Done
          </Button>
        </DialogActions>
      </>
    )
  return (
    <>
      <p>
        With the link {displayName(user.name)} sets a new password. Links made before it stop working. The password of
        now is good until the link is used; then all sessions end.
      </p>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" disabled={make.isPending} onClick={() => make.mutate({ id: user.id })}>
          Make the link
        </Button>
      </DialogActions>
    </>
  )
}

/** What ends, counted by the server; keys that one may not see are not counted. */
const reachOf = ({ openSessions, activeKeys }: UserItem): { sessions: string; keys: string } => ({
  sessions: counted(openSessions, 'open session'),
  keys: activeKeys === null ? 'all active API keys' : counted(activeKeys, 'active API key'),
})

function Disable({ user, open, onClose }: Props) {
  const trpc = useTRPC()
  const { sessions, keys } = reachOf(user)
  const disable = useAction(trpc.users.disable.mutationOptions(), {
    touches: ['users', 'sessions', 'apiKeys'],
    says: `${displayName(user.name)} is let in no more`,
    after: onClose,
  })
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onClose}
      title={`Disable ${displayName(user.name)}?`}
      verb="Disable the user"
      type={user.email}
      busy={disable.isPending}
      onConfirm={() => disable.mutate({ id: user.id })}
    >
      <ul className="list-disc pl-5">
        <li>They can not sign in any more.</li>
        <li>
          {sessions} and {keys} end at once. The keys stay ended when the user is enabled again: programs that use them
          stop.
        </li>
        <li>Schedules, runs and what the audit trail says of them stay.</li>
      </ul>
    </ConfirmDialog>
  )
}

function ResetFactor({ user, open, onClose }: Props) {
  const trpc = useTRPC()
  const reset = useAction(trpc.users.resetSecondFactor.mutationOptions(), {
    touches: ['users', 'sessions'],
    says: 'The second factor is off',
    after: onClose,
  })
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onClose}
      title="Reset the second factor?"
      verb="Reset the second factor"
      type={user.email}
      busy={reset.isPending}
      onConfirm={() => reset.mutate({ id: user.id })}
    >
      Then the password of {displayName(user.name)} alone lets somebody in, and their recovery codes are void. Make sure
      that it is really they who ask. They can set up a new one in their profile.
    </ConfirmDialog>
  )
}

function EndSessions({ user, open, onClose }: Props) {
  const trpc = useTRPC()
  const { sessions } = reachOf(user)
  const end = useAction(trpc.sessions.revokeAll.mutationOptions(), {
    touches: ['sessions', 'users'],
    says: ({ revoked }) => `${counted(revoked, 'session')} ended`,
    after: onClose,
  })
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onClose}
      title={`End all sessions of ${displayName(user.name)}?`}
      verb="End the sessions"
      busy={end.isPending}
      onConfirm={() => end.mutate({ userId: user.id })}
    >
      {sessions} end at once. They can sign in again, and their API keys go on.
    </ConfirmDialog>
  )
}
