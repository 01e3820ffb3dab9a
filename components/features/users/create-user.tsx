'use client'
// Makes a user, and shows the link with which they set their first password.
import { useState } from 'react'
import { type Control, useController, useForm } from 'react-hook-form'
import { type Role, roles } from '#server/contract/permissions.ts'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { useAction } from '../../patterns/action.tsx'
import { ChoiceCards, Field } from '../../patterns/field.tsx'
import { displayName } from '../../patterns/file-name.tsx'
import { Notice, sayError } from '../../patterns/query.tsx'
import { roleWords } from '../../patterns/role-words.ts'
import { ShownOnce } from '../../patterns/shown-once.tsx'
import { When } from '../../patterns/when.tsx'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Input } from '../../ui/controls.tsx'
import { Dialog, DialogActions } from '../../ui/overlays.tsx'

type Made = Outputs['users']['create']
type Values = { email: string; name: string; role: Role | '' }

export const roleChoices = roles.map((role) => ({ value: role, ...roleWords[role] }))

export function CreateUser({ open, onClose }: { open: boolean; onClose(): void }) {
  const [made, setMade] = useState<Made>()
  const close = (): void => {
    setMade(undefined)
    onClose()
  }
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        if (!next) close()
      }}
      mustAnswer={made !== undefined}
      title={made === undefined ? 'New user' : `${displayName(made.user.name)} can sign in soon`}
    >
      {made === undefined ? (
        <NewUserForm onMade={setMade} onCancel={close} />
      ) : (
        <NewUserMade made={made} onClose={close} />
      )}
    </Dialog>
  )
}

function NewUserForm({ onMade, onCancel }: { onMade(made: Made): void; onCancel(): void }) {
  const trpc = useTRPC()
  const create = useAction(trpc.users.create.mutationOptions(), { touches: ['users'], after: onMade, quiet: true })
  const { register, handleSubmit, control, formState } = useForm<Values>({
    // No role is chosen beforehand: nobody is to get one because somebody was in a hurry.
    defaultValues: { email: '', name: '', role: '' },
  })
  const { errors } = formState
  const submit = handleSubmit(({ role: chosen, ...who }) => {
    if (chosen !== '') create.mutate({ ...who, role: chosen })
  })
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4">
      {create.error && (
        <Notice tone="failed" title="The user was not made">
          {sayError(create.error)}
        </Notice>
      )}
      <Field label="Name" required error={errors.name?.message}>
        <Input autoComplete="off" maxLength={200} {...register('name', { required: 'Give the name of the person' })} />
      </Field>
      <Field
        label="E-mail"
        required
        hint="They sign in with it. Holdfast sends nothing there."
        error={errors.email?.message}
      >
        <Input
          type="email"
          autoComplete="off"
          maxLength={254}
          {...register('email', {
            required: 'Give the address that they sign in with',
            pattern: { value: /^\S+@\S+$/, message: 'This is no e-mail address' },
          })}
        />
      </Field>
      <RoleChoice control={control} />
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" look="primary" disabled={create.isPending}>
          Create the user
        </Button>
      </DialogActions>
    </form>
  )
}

function RoleChoice({ control }: { control: Control<Values> }) {
  const rules = { required: 'Choose what they may do' }
  const { field, fieldState } = useController({ name: 'role', control, rules })
  return (
    <ChoiceCards<Role>
      legend="Role"
      name={field.name}
      value={field.value || undefined}
      onChange={field.onChange}
      error={fieldState.error?.message}
      required
      firstRef={field.ref}
      choices={roleChoices}
    />
  )
}

function NewUserMade({ made, onClose }: { made: Made; onClose(): void }) {
  return (
    <>
      <PasswordLink link={made.link} email={made.user.email} />
      <DialogActions>
        <ButtonLink href={`/users/${made.user.id}`}>Show the user</ButtonLink>
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      </DialogActions>
    </>
  )
}

/** The one-time link, which the administrator hands on. */
export function PasswordLink({ link, email }: { link: Outputs['users']['createPasswordLink']; email: string }) {
  return (
    <ShownOnce label="The link" text={link.url}>
      Give it to {email} over a way that only they read. It sets their password once, and ends{' '}
      <When at={link.expiresAt} />.
    </ShownOnce>
  )
}
