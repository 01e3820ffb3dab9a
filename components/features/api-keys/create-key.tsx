'use client'
// Makes an API key: its name, how long it is good, and what it may do; the key is shown once.
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import type { Permission } from '#server/contract/permissions.ts'
import { type Outputs, useTRPC } from '../../data/provider.tsx'
import { useViewer } from '../../data/viewer.tsx'
import { useAction } from '../../patterns/action.tsx'
import { Field } from '../../patterns/field.tsx'
import { displayName } from '../../patterns/file-name.tsx'
import { counted } from '../../patterns/format.ts'
import { Notice, sayError } from '../../patterns/query.tsx'
import { ShownOnce } from '../../patterns/shown-once.tsx'
import { When } from '../../patterns/when.tsx'
import { Button } from '../../ui/button.tsx'
import { Input } from '../../ui/controls.tsx'
import { Dialog, DialogActions } from '../../ui/overlays.tsx'
import { grantable, inOrder, keyPresets } from './input.ts'
import { PermissionChoice } from './permission-choice.tsx'

type Made = Outputs['apiKeys']['create']
type Values = { name: string; days: number }
const MOST_DAYS = 366

export function CreateKey({ open, onClose }: { open: boolean; onClose(): void }) {
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
      wide
      mustAnswer={made !== undefined}
      title={made === undefined ? 'New API key' : `The key ${displayName(made.item.name)}`}
    >
      {made === undefined ? (
        <KeyForm onMade={setMade} onCancel={close} />
      ) : (
        <>
          <ShownOnce label="The key" text={made.key}>
            Put it where the program reads it. Holdfast keeps only a hash of it. It ends{' '}
            <When at={made.item.expiresAt} show="both" />.
          </ShownOnce>
          <DialogActions>
            <Button look="primary" onClick={close}>
              Done
            </Button>
          </DialogActions>
        </>
      )}
    </Dialog>
  )
}

function KeyForm({ onMade, onCancel }: { onMade(made: Made): void; onCancel(): void }) {
  const trpc = useTRPC()
  const { permissions: held } = useViewer()
  const groups = grantable(held)
  const [chosen, setChosen] = useState<ReadonlySet<Permission>>(new Set())
  const [tried, setTried] = useState(false)
  const create = useAction(trpc.apiKeys.create.mutationOptions(), { touches: ['apiKeys'], after: onMade, quiet: true })
  const { register, handleSubmit, formState } = useForm<Values>({ defaultValues: { name: '', days: 90 } })
  const { errors } = formState
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        setTried(true)
        void handleSubmit((values) => {
          if (chosen.size > 0) create.mutate({ ...values, permissions: inOrder(chosen) })
        })(event)
      }}
    >
      {create.error && (
        <Notice tone="failed" title="The key was not made">
          {sayError(create.error)}
        </Notice>
      )}
      <div className="grid gap-4 sm:grid-cols-[1fr_10rem]">
        <Field label="Name" required hint="The program that uses it." error={errors.name?.message}>
          <Input autoComplete="off" maxLength={200} {...register('name', { required: 'Say what the key is for' })} />
        </Field>
        <Field label="Good for (days)" required hint={`1 to ${MOST_DAYS}`} error={errors.days?.message}>
          <Input
            type="number"
            min={1}
            max={MOST_DAYS}
            {...register('days', {
              valueAsNumber: true,
              validate: (days) =>
                (Number.isInteger(days) && days >= 1 && days <= MOST_DAYS) || `Take 1 to ${MOST_DAYS} whole days`,
            })}
          />
        </Field>
      </div>
      <fieldset className="flex flex-col gap-3">
        <legend className="mb-1 font-medium">What it may do</legend>
        <div className="flex flex-wrap items-center gap-2">
          {keyPresets.map((preset) => (
            <Button
              key={preset.label}
              size="small"
              onClick={() => setChosen(new Set(groups.flatMap((group) => group.permissions.filter(preset.has))))}
            >
              {preset.label}
            </Button>
          ))}
          <span className="text-muted" aria-live="polite">
            {counted(chosen.size, 'permission')} chosen
          </span>
        </div>
        {tried && chosen.size === 0 && (
          <p role="alert" className="text-sm text-failed">
            Choose at least one permission
          </p>
        )}
        <PermissionChoice groups={groups} chosen={chosen} onChange={setChosen} />
      </fieldset>
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" look="primary" disabled={create.isPending}>
          Create the key
        </Button>
      </DialogActions>
    </form>
  )
}
