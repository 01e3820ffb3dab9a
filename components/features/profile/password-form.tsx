'use client'
// A new password for the own account; it ends the other sessions.
import { useForm } from 'react-hook-form'
import { useTRPC } from '../../data/provider.tsx'
import { useAction } from '../../patterns/action.tsx'
import { Field } from '../../patterns/field.tsx'
import { counted } from '../../patterns/format.ts'
import { Notice, sayError } from '../../patterns/query.tsx'
import { Button } from '../../ui/button.tsx'
import { Input } from '../../ui/controls.tsx'
import { Card } from '../../ui/surfaces.tsx'

type Values = { current: string; next: string; again: string }

export function PasswordForm({ email }: { email: string }) {
  const trpc = useTRPC()
  const { register, handleSubmit, reset, formState } = useForm<Values>({
    defaultValues: { current: '', next: '', again: '' },
  })
  const change = useAction(trpc.profile.changePassword.mutationOptions(), {
    touches: ['profile', 'sessions'],
    quiet: true,
    says: ({ sessionsRevoked }) =>
      sessionsRevoked === 0
        ? 'Your password is changed'
        : `Your password is changed, ${counted(sessionsRevoked, 'other session')} ended`,
    after: () => reset(),
  })
  const { errors } = formState
  return (
    <Card title="Password">
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={handleSubmit(({ current, next }) => change.mutate({ current, next }))}
      >
        {change.error && (
          <Notice tone="failed" title="The password is as it was">
            {sayError(change.error)}
          </Notice>
        )}
        {/* Password managers want to know whose password it is. */}
        <input type="hidden" autoComplete="username" value={email} readOnly />
        <Field label="Current password" required error={errors.current?.message}>
          <Input
            type="password"
            autoComplete="current-password"
            {...register('current', { required: 'Give the password of now' })}
          />
        </Field>
        <Field
          label="New password"
          required
          hint="At least 12 characters, such as four unrelated words."
          error={errors.next?.message}
        >
          <Input
            type="password"
            autoComplete="new-password"
            {...register('next', {
              required: 'Give the new password',
              minLength: { value: 12, message: 'It takes at least 12 characters' },
            })}
          />
        </Field>
        <Field label="New password again" required error={errors.again?.message}>
          <Input
            type="password"
            autoComplete="new-password"
            {...register('again', { validate: (again, { next }) => again === next || 'The two are not the same' })}
          />
        </Field>
        <p className="text-muted">Everywhere else you are signed in, you are signed out.</p>
        <div>
          <Button type="submit" look="primary" disabled={change.isPending}>
            Change the password
          </Button>
        </div>
      </form>
    </Card>
  )
}
